"""Recording that money was given back outside, from what of a payment is unapplied."""

import datetime as dt
import uuid
from decimal import Decimal

from billing.actions.ledger import book, reverse
from billing.rules import posting
from invoicing_site.action import action
from invoicing_site.actions.approvals import demand
from invoicing_site.actions.periods import lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.money import convert, is_at_minor_unit, release
from invoicing_site.states import Gated
from payments.actions.receive import rate_on
from payments.models import Payment, Refund, RefundOrder
from payments.reports.held import held
from payments.states import MONEY_ACCOUNT, Method, OrderState, PaymentState


@action
def record_refund(
    *,
    company: Company,
    payment_uuid: uuid.UUID,
    amount: Decimal,
    refunded_on: dt.date,
    method: str,
    reason: str,
    reference: str = "",
    order: RefundOrder | None = None,
    actor: User | None,
    at: dt.datetime,
) -> Refund:
    """Record `amount` (payment's currency) given back on `refunded_on`. Money that is applied must be unapplied first.

    Above the company's threshold it uses up a second person's leave; one the provider made of an `order` had it when it was
    ordered. Locks period (shared) → payment → leave. Raises payment.amount, payment.reason, payment.future, payment.cancelled,
    refund.too_much, payment.no_rate, and what `demand` raises. Publishes refund.recorded.
    """
    books = lock_books(company, actor=actor, at=at)
    payment = lock_row(Payment.objects.for_company(company).filter(uuid=payment_uuid))
    _check(payment, amount, refunded_on, method, reason, local_date(at, company.time_zone))
    if order is None:
        take_leave(company, payment, amount, actor=actor, at=at)
    rate, _, _ = rate_on(company, payment.currency, refunded_on)
    before = payment.unapplied
    payment.unapplied = before - amount
    base = release(payment.base_amount, payment.amount, before, payment.unapplied, company.currency)
    payment.save(update_fields=["unapplied"])
    refund = Refund.objects.create(
        company=company,
        payment=payment,
        method=method,
        currency=payment.currency,
        amount=amount,
        base_amount=base,
        refunded_on=refunded_on,
        reference=reference.strip(),
        reason=reason.strip(),
        recorded_by=actor,
    )
    lines = posting.refunded(
        payment.currency, amount, base, convert(amount, rate, company.currency), company.currency, MONEY_ACCOUNT[method]
    )
    book(
        company,
        ("refund", refund.uuid),
        "refund",
        lines,
        client_id=payment.client_id,
        booked_on=books.first_open(refunded_on),
        value_on=refunded_on,
        rate=rate,
    )
    _tell("refund.recorded", company, payment, refund, actor, at)
    return refund


def take_leave(company: Company, payment: Payment, amount: Decimal, *, actor: User | None, at: dt.datetime) -> None:
    """Use up a second person's leave to give `amount` (payment's currency) back, where one is needed (SPEC A5); at the rate the
    money came at. See `demand`."""
    demand(
        company=company,
        what=Gated.REFUND,
        subject=("payment", payment.uuid),
        amount_base=convert(amount, payment.fx_rate, company.currency),
        actor=actor,
        at=at,
    )


def _check(payment: Payment, amount: Decimal, refunded_on: dt.date, method: str, reason: str, today: dt.date) -> None:
    if payment.state != PaymentState.RECEIVED:
        raise BusinessError("payment.cancelled")
    if amount <= 0 or not is_at_minor_unit(amount, payment.currency):
        raise BusinessError("payment.amount", "amount")
    if not reason.strip():
        raise BusinessError("payment.reason", "reason")
    if not payment.received_on <= refunded_on <= today:
        raise BusinessError("refund.date", "refunded_on")
    if method not in Method.values:
        raise BusinessError("payment.method", "method")
    left = payment.unapplied - held(payment)
    if amount > left:
        raise BusinessError("refund.too_much", "amount", left=left, currency=payment.currency)


@action
def undo_refund(
    *, company: Company, refund_uuid: uuid.UUID, reason: str, actor: User | None, at: dt.datetime
) -> Refund:
    """The refund came back or was recorded by mistake: an inverse row and entry on the first open day.

    Locks period (shared) → payment. Raises payment.reason, refund.undone, refund.online (one by the provider comes back only when
    the provider says so). Publishes refund.undone.
    """
    if not reason.strip():
        raise BusinessError("payment.reason", "reason")
    books = lock_books(company, actor=actor, at=at)
    found = Refund.objects.for_company(company).filter(uuid=refund_uuid).first()
    if found is None:
        raise BusinessError("not_found")
    payment = lock_row(Payment.objects.filter(pk=found.payment_id))
    if found.reverses_id is not None or Refund.objects.filter(reverses=found).exists():
        raise BusinessError("refund.undone")
    if RefundOrder.objects.filter(refund=found).exclude(state=OrderState.FAILED).exists():
        raise BusinessError("refund.online")
    payment.unapplied += found.amount
    payment.save(update_fields=["unapplied"])
    day = books.first_open(max(local_date(at, company.time_zone), found.refunded_on))
    inverse = Refund.objects.create(
        company=company,
        payment=payment,
        method=found.method,
        currency=found.currency,
        amount=found.amount,
        base_amount=found.base_amount,
        refunded_on=day,
        reason=reason.strip(),
        reverses=found,
        recorded_by=actor,
    )
    reverse(company, ("refund", found.uuid, "refund"), ("refund", inverse.uuid), "undo", on=day)
    _tell("refund.undone", company, payment, inverse, actor, at)
    return inverse


def _tell(type: str, company: Company, payment: Payment, refund: Refund, actor: User | None, at: dt.datetime) -> None:
    publish(
        type,
        company=company,
        subject=("payment", payment.uuid),
        data={"refund": str(refund.uuid), "amount": str(refund.amount), "currency": refund.currency},
        actor=actor,
        at=at,
    )
