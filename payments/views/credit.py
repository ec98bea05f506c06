"""Paying out what a credit note has open, and taking that back."""

import datetime as dt
import functools
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Document, Settlement
from billing.states import DocumentState, Kind, SettlementKind
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.web import OfficeRequest, office, once
from payments.actions.refund_credit import order_credit_refund, record_credit_refund, undo_credit_refund
from payments.forms.fields import ReasonForm, plain
from payments.forms.record import CreditRefundForm
from payments.reports.credit import paid_online_by
from payments.states import Method
from payments.views.money import attempt, sent_before


@office("refunds.record")
def refund(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """By hand on a day, or through the provider the document was paid by."""
    note = _note(request, document)
    if earlier := sent_before(request):
        return earlier
    if note.kind != Kind.CREDIT_NOTE or note.state != DocumentState.ISSUED or not note.open_amount:
        messages.warning(request, _("This document has no credit that could be paid out."))
        return HttpResponseRedirect(_address(request, note))
    online, at = paid_online_by(note), clock.now()
    initial = {
        "amount": plain(note.open_amount, note.currency),
        "refunded_on": clock.local_date(at, request.company.time_zone),
    }
    form = CreditRefundForm(request.POST or None, initial=initial, online=online is not None)
    if request.method == "POST" and form.is_valid():
        work = functools.partial(_record, request, note, form.cleaned_data, at)
        done = _("The payout is recorded.")
        if form.cleaned_data["method"] == Method.ONLINE:
            done = _("The provider is asked for the refund. It is booked as soon as the money went.")
        if sent := attempt(request, form, work, done, at=at, reason=form.cleaned_data["reason"]):
            return sent
    context = {"document": note, "form": form}
    return render(request, "payments/refund_credit.html", context, status=422 if form.errors else 200)


def _record(request: OfficeRequest, note: Document, typed: dict[str, Any], at: dt.datetime) -> str:
    given: dict[str, Any] = {
        "company": request.company,
        "note_uuid": note.uuid,
        "amount": typed["amount"],
        "reason": typed["reason"],
        "actor": request.actor,
        "at": at,
    }
    if typed["method"] == Method.ONLINE:
        order_credit_refund(**given)
    else:
        names = ("refunded_on", "method", "reference")
        record_credit_refund(**given, **{name: typed[name] for name in names})
    return _address(request, note)


@office("refunds.record", methods=("POST",))
def undo(request: OfficeRequest, document: uuid.UUID, settlement: uuid.UUID) -> HttpResponse:
    """The money came back."""
    note, at = _note(request, document), clock.now()
    row = Settlement.objects.filter(company=request.company, uuid=settlement, kind=SettlementKind.REFUND).first()
    if row is None or row.document_id != note.pk:
        raise Http404
    form = ReasonForm(request.POST, ident=f"undo_{row.pk}")
    if not form.is_valid():
        messages.warning(request, _("Give a reason; it stays in the history."))
        return HttpResponseRedirect(_address(request, note))

    def work() -> str:
        undo_credit_refund(
            company=request.company,
            settlement_uuid=row.uuid,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("The payout is undone; the credit is open again."))
        return _address(request, note)

    try:
        return once(request, work, at=at, reason=form.cleaned_data["reason"])
    except BusinessError as error:
        messages.warning(request, sentence(error))
        return HttpResponseRedirect(_address(request, note))


def _note(request: OfficeRequest, key: uuid.UUID) -> Document:
    rows = Document.objects.for_company(request.company).select_related("client")
    found: Document | None = rows.filter(uuid=key).first()
    if found is None:
        raise Http404
    return found


def _address(request: OfficeRequest, note: Document) -> str:
    return reverse("billing:document", args=[request.company.slug, note.uuid])
