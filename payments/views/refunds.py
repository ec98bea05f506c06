"""Recording that money was given back outside, and that it came back again."""

import datetime as dt
import functools
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.web import OfficeRequest, office
from payments.actions.orders import order_refund
from payments.actions.refund import record_refund, undo_refund
from payments.forms.fields import ReasonForm, plain
from payments.forms.record import OrderForm, RefundForm
from payments.models import Refund
from payments.reports.held import held
from payments.reports.online import refundable
from payments.states import PaymentState
from payments.views.money import attempt, sent_before
from payments.views.payment import address, answer, one


@office("refunds.record")
def refund(request: OfficeRequest, payment: uuid.UUID) -> HttpResponse:
    """Only what is unapplied can be given back."""
    found = one(request, payment)
    if earlier := sent_before(request):
        return earlier
    if found.state != PaymentState.RECEIVED or found.unapplied == held(found):
        messages.warning(request, _("Nothing of this payment is unapplied. Take it back from a document first."))
        return HttpResponseRedirect(address(request, found))
    at = clock.now()
    today = clock.local_date(at, request.company.time_zone)
    initial = {
        "amount": plain(found.unapplied - held(found), found.currency),
        "refunded_on": today,
        "method": found.method,
    }
    form = RefundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        work = functools.partial(_record, request, found, form.cleaned_data, at)
        reason = form.cleaned_data["reason"]
        if sent := attempt(request, form, work, _("The refund is recorded."), at=at, reason=reason):
            return sent
    context = {"payment": found, "form": form, "online": refundable(found)}
    return render(request, "payments/refund.html", context, status=422 if form.errors else 200)


@office("refunds.record")
def order(request: OfficeRequest, payment: uuid.UUID) -> HttpResponse:
    """Give an online payment back the way it came; what is applied may be taken back from documents in the same step."""
    found = one(request, payment)
    if earlier := sent_before(request):
        return earlier
    left, free = refundable(found), found.unapplied - held(found)
    if not left:
        messages.warning(request, _("Nothing of this payment can be given back through the provider."))
        return HttpResponseRedirect(address(request, found))
    at = clock.now()
    form = OrderForm(request.POST or None, initial={"amount": plain(left, found.currency), "unapply": left > free})
    if request.method == "POST" and form.is_valid():
        work = functools.partial(_order, request, found, form.cleaned_data, at)
        done = _("The provider is asked for the refund. It is booked as soon as the money went.")
        if sent := attempt(request, form, work, done, at=at, reason=form.cleaned_data["reason"]):
            return sent
    context = {"payment": found, "form": form, "left": left, "free": free}
    return render(request, "payments/order.html", context, status=422 if form.errors else 200)


def _order(request: OfficeRequest, found: Any, typed: dict[str, Any], at: dt.datetime) -> str:
    order_refund(
        company=request.company,
        payment_uuid=found.uuid,
        amount=typed["amount"],
        reason=typed["reason"],
        unapply=typed["unapply"],
        actor=request.actor,
        at=at,
    )
    return address(request, found)


def _record(request: OfficeRequest, found: Any, typed: dict[str, Any], at: dt.datetime) -> str:
    record_refund(
        company=request.company,
        payment_uuid=found.uuid,
        amount=typed["amount"],
        refunded_on=typed["refunded_on"],
        method=typed["method"],
        reason=typed["reason"],
        reference=typed["reference"],
        actor=request.actor,
        at=at,
    )
    return address(request, found)


@office("payments.view", methods=("GET",))
def refund_of(request: OfficeRequest, refund: uuid.UUID) -> HttpResponse:
    """A refund has no page of its own: it stands on its payment's."""
    row = _one(request, refund)
    return HttpResponseRedirect(f"{address(request, row.payment)}#r{row.reverses_id or row.pk}")


@office("refunds.record", methods=("POST",))
def undo(request: OfficeRequest, refund: uuid.UUID) -> HttpResponse:
    row, at = _one(request, refund), clock.now()
    form = ReasonForm(request.POST, ident=f"undo_{row.pk}")

    def work() -> str:
        undo_refund(
            company=request.company,
            refund_uuid=row.uuid,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        return address(request, row.payment)

    found = one(request, row.payment.uuid)
    done = _("The refund is undone; the money is unapplied again.")
    return answer(request, found, form, work, done, at, undoing=(row.uuid, form))


def _one(request: OfficeRequest, key: uuid.UUID) -> Any:
    row = Refund.objects.for_company(request.company).filter(uuid=key).select_related("payment").first()
    if row is None:
        raise Http404
    return row
