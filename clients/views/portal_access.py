"""The portal as the office sees it: whom of a client it let in (a panel of the client's page), and the verbs on that."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clients.actions.portal import change_right, end_portal_access, invite_to_portal, revoke_grant
from clients.forms.portal import InviteForm
from clients.models import Client
from clients.reports.portal import grants_of
from clients.views.clients import one, page
from invoicing_site import clock
from invoicing_site.forms import ReasonForm
from invoicing_site.forms_people import attempt
from invoicing_site.web import OfficeRequest, office


def panel(request: OfficeRequest, client: Client) -> tuple[str, dict[str, Any]]:
    """Everybody who may see the client's documents, and the form that lets in one more. One query."""
    grants = list(grants_of(client))
    known = {grant.account.email.lower() for grant in grants}
    suggested = client.email if client.email.lower() not in known else ""
    form = getattr(request, "portal_form", None) or InviteForm(initial={"email": suggested})
    return "clients/portal.html", {"client": client, "grants": grants, "form": form, "open": form.is_bound}


@office("clients.edit", methods=("POST",))
def invite(request: OfficeRequest, client: uuid.UUID) -> HttpResponse:
    found, form = one(request, client), InviteForm(request.POST)
    grant = attempt(
        form,
        lambda: invite_to_portal(
            company=request.company, client_uuid=found.uuid, **form.cleaned_data, actor=request.actor, at=clock.now()
        ),
    )
    if grant is None:
        request.portal_form = form  # type: ignore[attr-defined]
        return page(request, found, ReasonForm(auto_id="archive_%s"), status=422)
    messages.success(request, _("%(email)s is invited.") % {"email": grant.account.email})
    return _back(request, found)


@office("clients.edit", methods=("POST",))
def right(request: OfficeRequest, client: uuid.UUID, portal_account: uuid.UUID) -> HttpResponse:
    """Whether the account may pay for this client."""
    found = one(request, client)
    change_right(
        company=request.company, client_uuid=found.uuid, account_uuid=portal_account,
        may_pay=request.POST.get("may_pay") == "1", actor=request.actor, at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Saved."))
    return _back(request, found)


@office("clients.edit", methods=("POST",))
def end(request: OfficeRequest, client: uuid.UUID, portal_account: uuid.UUID) -> HttpResponse:
    """Take this client from the account, or end the account with all it sees."""
    found, at = one(request, client), clock.now()
    if request.POST.get("all"):
        end_portal_access(company=request.company, account_uuid=portal_account, actor=request.actor, at=at)
    else:
        revoke_grant(
            company=request.company, client_uuid=found.uuid, account_uuid=portal_account, actor=request.actor, at=at
        )
    messages.success(request, _("The access is ended."))
    return _back(request, found)


def _back(request: OfficeRequest, client: Client) -> HttpResponse:
    return redirect("clients:client", company=request.company.slug, client=client.uuid)
