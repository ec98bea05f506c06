"""Team pages: who works here, invitations, roles, goodbyes, lost devices, the quarterly review (SPEC A2, A4)."""

import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions import access, invitations, people
from invoicing_site.factors import FACTORS
from invoicing_site.forms_people import EndForm, InviteForm, ReasonForm, RoleForm, attempt
from invoicing_site.models import Invitation, Membership
from invoicing_site.rules import roles
from invoicing_site.web import OfficeRequest, office


def members_of(request: OfficeRequest) -> list[dict[str, Any]]:
    """Current members with what an access review looks at; three queries however many they are."""
    rows = Membership.objects.for_company(request.company).current().select_related("user").order_by("user__name", "pk")
    members = list(rows)
    people_here = [member.user_id for member in members]
    enrolled = Authenticator.objects.filter(user__in=people_here, type__in=FACTORS).values_list("user_id", flat=True)
    protected = set(enrolled)
    return [{"member": member, "factor": member.user_id in protected} for member in members]


def one_member(request: OfficeRequest, membership: uuid.UUID) -> Membership:
    rows = Membership.objects.for_company(request.company).current().select_related("user")
    member: Membership | None = rows.filter(uuid=membership).first()
    if member is None:
        raise Http404
    return member


@office("team.view", methods=("GET",))
def team(request: OfficeRequest) -> HttpResponse:
    at = clock.now()
    waiting = Invitation.objects.for_company(request.company).filter(accepted_at=None, revoked_at=None)
    context = {
        "members": members_of(request),
        "invitations": list(waiting.select_related("invited_by").order_by("-created_at")),
        "now": at,
        "review_due": people.review_due(request.company, at),
    }
    return render(request, "people/team.html", context)


@office("team.edit")
def invite(request: OfficeRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: invitations.invite(
                company=request.company,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                membership_expires_on=form.cleaned_data["expires_on"],
                actor=request.actor,
                at=clock.now(),
            ),
        )
        if done:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": done.email})
            return back(request)
    return page(request, "people/invite.html", form)


@office("team.edit")
def revoke(request: OfficeRequest, invitation: uuid.UUID) -> HttpResponse:
    row = Invitation.objects.for_company(request.company).filter(uuid=invitation).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        invitations.revoke_invitation(
            invitation=invitation, company=request.company, actor=request.actor, at=clock.now()
        )
        messages.success(request, _("The invitation to %(email)s no longer works.") % {"email": row.email})
        return back(request)
    return page(request, "people/revoke.html", Form(), invitation=row)


@office("team.edit")
def role(request: OfficeRequest, membership: uuid.UUID) -> HttpResponse:
    member = one_member(request, membership)
    form = RoleForm(request.POST or None, initial={"role": member.role, "expires_on": member.expires_on})
    if request.method == "POST":
        done = attempt(
            form,
            lambda: people.change_role(
                membership=membership,
                company=request.company,
                role=form.cleaned_data["role"],
                expires_on=form.cleaned_data["expires_on"],
                actor=request.actor,
                at=clock.now(),
                reason=form.cleaned_data["reason"],
            ),
        )
        if done:
            text = _("%(name)s now works here as: %(role)s.")
            messages.success(request, text % {"name": member.user, "role": done.get_role_display()})
            return back(request)
    return page(request, "people/role.html", form, member=member)


@office("team.edit")
def end(request: OfficeRequest, membership: uuid.UUID) -> HttpResponse:
    member = one_member(request, membership)
    others = Membership.objects.for_company(request.company).current().select_related("user").exclude(pk=member.pk)
    heirs = [other for other in others.order_by("user__name") if roles.may(other.role, "documents.edit")]
    form = EndForm(request.POST or None, heirs=heirs)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: people.end_membership(
                membership=membership,
                company=request.company,
                successor=form.cleaned_data["successor"],
                actor=request.actor,
                at=clock.now(),
                reason=form.cleaned_data["reason"],
            ),
        )
        if done:
            messages.success(request, _("%(name)s no longer works here.") % {"name": member.user})
            return back(request)
    return page(request, "people/end.html", form, member=member)


@office("team.edit")
def factors_reset(request: OfficeRequest, membership: uuid.UUID) -> HttpResponse:
    member = one_member(request, membership)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: access.reset_mfa(
                user_id=member.user_id,
                company=request.company,
                actor=request.actor,
                at=clock.now(),
                reason=form.cleaned_data["reason"],
            ),
        )
        if done:
            text = _("%(name)s sets up a new second factor at the next sign-in.")
            messages.success(request, text % {"name": member.user})
            return back(request)
    return page(request, "people/factors.html", form, member=member)


@office("team.edit")
def review(request: OfficeRequest) -> HttpResponse:
    if request.method == "POST":
        people.review_access(company=request.company, actor=request.actor, at=clock.now())
        messages.success(request, _("The access review is recorded."))
        return back(request)
    return page(request, "people/review.html", Form(), members=members_of(request))


def back(request: OfficeRequest) -> HttpResponse:
    # Who just ended the own membership has no team page to return to.
    still = Membership.objects.for_company(request.company).current().filter(user=request.actor.pk).exists()
    return redirect("office:team", company=request.company.slug) if still else redirect("home")


def page(request: OfficeRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
