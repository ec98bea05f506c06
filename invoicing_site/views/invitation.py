"""The page behind an invitation's link: a new person chooses name and password, a known one signs in and joins."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from invoicing_site import clock, factors, links
from invoicing_site.actions.invitations import accept_invitation, still_open
from invoicing_site.forms_people import AcceptForm, attempt
from invoicing_site.models import Invitation, Membership, User
from invoicing_site.web import public


@public
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """A used, revoked, expired or forged link answers 404 with one and the same page."""
    row = links.read("invitation", token)
    invitation = Invitation.objects.select_related("company").filter(uuid=row).first() if row else None
    if invitation is None or not still_open(invitation, clock.now()):
        return render(request, "people/invitation_closed.html", status=404)
    known = User.objects.filter(email__iexact=invitation.email).first()
    if request.user.is_authenticated:
        if known is None or known.pk != request.user.pk:
            return render(request, "people/invitation_other.html", {"invitation": invitation}, status=403)
        return join(request, invitation, known)
    if known is not None:
        return redirect(factors.with_next("account_login", request.get_full_path()))
    return enter(request, invitation)


def join(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """One button for a signed-in person."""
    form = Form(request.POST) if request.method == "POST" else Form()
    if request.method == "POST":
        member = attempt(form, lambda: accept_invitation(invitation=invitation.uuid, actor=user, at=clock.now()))
        if member:
            return redirect("home")
    context = {"invitation": invitation, "form": form}
    return render(request, "people/invitation_join.html", context, status=422 if form.errors else 200)


def enter(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Name and password of a new person, then straight to the second factor without asking for the password again."""
    form = AcceptForm(request.POST or None)
    member: Membership | None = None
    if request.method == "POST":
        member = attempt(
            form,
            lambda: accept_invitation(
                invitation=invitation.uuid,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                actor=None,
                at=clock.now(),
            ),
        )
    if member is None:
        context = {"invitation": invitation, "form": form}
        return render(request, "people/invitation.html", context, status=422 if form.errors else 200)
    login = Login(user=member.user, redirect_url=reverse("mfa_index"))
    response: HttpResponse = perform_password_login(request, {"email": invitation.email}, login)
    if request.user.is_authenticated:
        reauthenticate_by_password(request)
        messages.info(request, _("One last step: set up a second factor. Without it nobody gets in."))
    return response
