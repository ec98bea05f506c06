"""Settings of the payment provider customers pay through. Every change wants a fresh second factor (SPEC P2, A4)."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office
from payments.actions.gateways import archive_gateway, change_gateway, connect_gateway, note_check
from payments.forms.gateway import GatewayForm
from payments.gateways import gateway
from payments.gateways.base import GatewayError, GatewayUnknown
from payments.models import GatewayAccount
from payments.reports.online import counted


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """The provider in use, where its messages must be sent, and those used before."""
    rows = list(GatewayAccount.objects.for_company(request.company).order_by("-id"))
    for row in rows:
        row.hook = settings.BASE_URL + reverse("hooks:provider", args=[row.uuid])
    active = next((row for row in rows if row.archived_at is None), None)
    counts = counted(request.company) if rows else {}
    context = {
        "active": active,
        "archived": [row for row in rows if row.archived_at is not None],
        "stuck": counts.get("parked", 0) + counts.get("dead", 0),
        "tabs": tabs(request),
    }
    return render(request, "payments/settings/gateways.html", context)


@office("gateways.edit")
def connect(request: OfficeRequest) -> HttpResponse:
    form = GatewayForm(request.POST or None, initial={"label": "Stripe", "part_payments": True})
    if request.method == "POST" and form.is_valid():
        try:
            connect_gateway(company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(
                request, _("Connected. Paste the address below at the provider, then test the connection.")
            )
            return _back(request)
    return _form(request, form)


@office("gateways.edit")
def edit(request: OfficeRequest, gateway_account: uuid.UUID) -> HttpResponse:
    found = _one(request, gateway_account)
    names = ("label", "mode", "account_id", "api_key", "webhook_secret", "part_payments")
    form = GatewayForm(request.POST or None, connected=True, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            change_gateway(
                company_id=request.company.pk, account_uuid=found.uuid, actor=request.actor, at=clock.now(), **form.cleaned_data
            )  # fmt: skip
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("Saved. Test the connection."))
            return _back(request)
    return _form(request, form, found)


@office("gateways.edit", methods=("POST",))
def check(request: OfficeRequest, gateway_account: uuid.UUID) -> HttpResponse:
    """Ask the provider who we are. Only its code for a refusal is shown: what it says may quote the key."""
    found, result = _one(request, gateway_account), "ok"
    try:
        who = gateway(found).check()
    except GatewayError as error:
        result = error.code
        messages.error(request, _("The provider refused: %(code)s.") % {"code": error.code})
    except GatewayUnknown:
        result = "no_answer"
        messages.warning(request, _("The provider did not answer. Try again in a minute."))
    else:
        messages.success(request, _("The connection works: %(account)s.") % {"account": who})
    note_check(company=request.company, account_uuid=found.uuid, result=result, actor=request.actor, at=clock.now())
    return _back(request)


@office("gateways.edit", methods=("POST",))
def archive(request: OfficeRequest, gateway_account: uuid.UUID) -> HttpResponse:
    found = _one(request, gateway_account)
    archive_gateway(company_id=request.company.pk, account_uuid=found.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("%(label)s is archived.") % {"label": found.label})
    return _back(request)


def _one(request: OfficeRequest, key: uuid.UUID) -> GatewayAccount:
    rows = GatewayAccount.objects.for_company(request.company).filter(archived_at=None)
    found: GatewayAccount | None = rows.filter(uuid=key).first()
    if found is None:
        raise Http404
    return found


def _form(request: OfficeRequest, form: GatewayForm, account: Any = None) -> HttpResponse:
    context = {"form": form, "account": account, "tabs": tabs(request)}
    return render(request, "payments/settings/gateway.html", context, status=422 if form.errors else 200)


def _back(request: OfficeRequest) -> HttpResponse:
    return redirect("payments:gateways", company=request.company.slug)
