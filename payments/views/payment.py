"""One payment: what became of it, and taking a mistaken record back."""

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.web import OfficeRequest, office
from payments.actions.receive import cancel_payment
from payments.forms.fields import MoneyForm, ReasonForm
from payments.forms.receipt import SendForm
from payments.models import Payment
from payments.reports.held import held
from payments.reports.online import orders_of, refundable
from payments.reports.open_items import owed
from payments.reports.payments import standing, with_refunds
from payments.reports.receipts import recipient_of
from payments.reports.story import story
from payments.states import Method, PaymentState
from payments.views.money import attempt


@office("payments.view", methods=("GET",))
def payment(request: OfficeRequest, payment: uuid.UUID) -> HttpResponse:
    return page(request, one(request, payment))


@office("payments.undo", methods=("POST",))
def cancel(request: OfficeRequest, payment: uuid.UUID) -> HttpResponse:
    found, at = one(request, payment), clock.now()
    form = ReasonForm(request.POST, ident="cancel")

    def work() -> str:
        cancel_payment(
            company=request.company,
            payment_uuid=found.uuid,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        return address(request, found)

    return answer(request, found, form, work, _("The payment is cancelled."), at, cancelling=form)


def one(request: OfficeRequest, key: uuid.UUID) -> Any:
    """The company's payment `with_refunds`; 404 for those of others."""
    rows = with_refunds(Payment.objects.for_company(request.company))
    found = rows.filter(uuid=key).select_related("client", "created_by").first()
    if found is None:
        raise Http404
    found.company = request.company
    return found


def address(request: OfficeRequest, found: Any) -> str:
    return reverse("payments:payment", args=[request.company.slug, found.uuid])


def answer(
    request: OfficeRequest, found: Any, form: ReasonForm, work: Any, done: str, at: dt.datetime, **shown: Any
) -> HttpResponse:
    """Do `work` once if `form` is valid; else, or if the verb refuses, the payment's page with the form open."""
    if form.is_valid():
        sent = attempt(request, form, work, done, at=at, reason=form.cleaned_data["reason"])
        if sent:
            return sent
    return page(request, found, status=422, **shown)


def page(
    request: OfficeRequest,
    found: Any,
    *,
    status: int = 200,
    cancelling: ReasonForm | None = None,
    undoing: tuple[Any, ReasonForm] | None = None,
    sending: MoneyForm | None = None,
) -> HttpResponse:
    """The payment's page; `cancelling`, `undoing` (row's uuid, form) or `sending` stands open with what was wrong."""
    rows = found.allocations.select_related("settlement__document", "settlement__recorded_by").order_by("id")
    allocations = _with_inverse(list(rows), undoing, lambda row: row.settlement.reason)
    given = found.refunds.select_related("recorded_by").order_by("id")
    refunds = _with_inverse(list(given), undoing, lambda row: row.reason)
    documents = {row.settlement.document_id: row.settlement.document for row in allocations}
    label, tone = standing(found)
    received = found.state == PaymentState.RECEIVED
    kept = held(found)
    free = found.unapplied - kept if received else kept - kept
    context = {
        "payment": found,
        "label": label,
        "tone": tone,
        "allocations": allocations,
        "refunds": refunds,
        "applied": found.amount - found.unapplied - found.refunded,
        "owed": owed(request.company, found.client_id) if free else [],
        "untouched": received and found.unapplied == found.amount and found.method != Method.ONLINE,
        "online": refundable(found),
        "held": kept,
        "free": free,
        "orders": orders_of(found),
        "cancelling": cancelling or ReasonForm(ident="cancel"),
        "sending": sending or SendForm(initial={"recipient": recipient_of(found)}),
        "entries": story(found, list(documents.values())),
    }
    return render(request, "payments/payment.html", context, status=status)


def _with_inverse(rows: list[Any], undoing: tuple[Any, ReasonForm] | None, reason: Any) -> list[Any]:
    """The original rows, each with the row that undid it as `inverse`, why, and the form to undo it."""
    inverses = {row.reverses_id: row for row in rows if row.reverses_id is not None}
    originals = [row for row in rows if row.reverses_id is None]
    for row in originals:
        row.inverse = inverses.get(row.pk)
        row.why = reason(row.inverse) if row.inverse else ""
        mine = undoing is not None and undoing[0] == row.uuid
        row.form = undoing[1] if undoing is not None and mine else ReasonForm(ident=f"undo_{row.pk}")
    return originals
