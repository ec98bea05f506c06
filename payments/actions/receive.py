"""Recording money that came in, and taking a mistaken record back."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.actions.ledger import book, reverse
from billing.models import ExchangeRate
from billing.rules import posting
from clients.models import Client
from invoicing_site.action import action
from invoicing_site.actions.periods import OpenBooks, lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.money import convert, is_at_minor_unit
from payments.actions.allocate import Share, apply_shares
from payments.models import Attempt, Payment
from payments.states import MONEY_ACCOUNT, Method, PaymentState


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money as it came: `amount` > 0 in `currency`, on a business day of the company's zone."""

    client_id: int
    method: str
    received_on: dt.date
    currency: str
    amount: Decimal
    reference: str = ""


@action
def record_payment(
    *,
    company: Company,
    receipt: Receipt,
    shares: Sequence[Share] = (),
    unless_twin: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Payment:
    """Record a payment and apply `shares` of it to documents; the rest stays the client's unapplied credit.

    Booked on the day received or, if that is closed, on the first open day after it. `unless_twin` refuses one that
    looks like a payment already there; under the client's lock, so two forms sent at once cannot both pass. Locks
    period (shared) → client → documents by pk. Raises payment.amount, payment.future, payment.no_rate, payment.twin,
    and those of `allocate`. Publishes payment.received, payment.allocated.
    """
    books = lock_books(company, actor=actor, at=at)
    client = lock_row(Client.objects.for_company(company).filter(pk=receipt.client_id), "payment.client_unknown")
    _check(receipt, local_date(at, company.time_zone))
    if unless_twin and (twin := twin_of(company, receipt)):
        raise BusinessError("payment.twin", "another", payment=twin.uuid)
    payment, day = receive(company, books, client, receipt, actor=actor, at=at)
    if shares:
        apply_shares(company, payment, shares, on=day, actor=actor, at=at)
    return payment


def receive(
    company: Company, books: OpenBooks, client: Client, receipt: Receipt, *, actor: User | None, at: dt.datetime
) -> tuple[Payment, dt.date]:
    """Write and book the payment, with nothing of it applied yet; also the day it is booked on. Raises payment.no_rate.

    The caller holds `books` (period, shared) and `client`. Publishes payment.received.
    """
    payment = _received(company, client, receipt, actor)
    day = books.first_open(receipt.received_on)
    book(
        company,
        ("payment", payment.uuid),
        "receive",
        posting.received(payment.currency, payment.amount, payment.base_amount, MONEY_ACCOUNT[payment.method]),
        client_id=client.pk,
        booked_on=day,
        value_on=payment.received_on,
        rate=payment.fx_rate,
    )
    publish(
        "payment.received",
        company=company,
        subject=("payment", payment.uuid),
        data={"amount": str(payment.amount), "currency": payment.currency, "client": str(client.uuid)},
        actor=actor,
        at=at,
    )
    return payment, day


def twin_of(company: Company, receipt: Receipt) -> Payment | None:
    """A payment that is not cancelled and says the same as `receipt` in everything but its method."""
    same = Payment.objects.for_company(company).exclude(state=PaymentState.CANCELLED)
    found: Payment | None = same.filter(
        client=receipt.client_id,
        received_on=receipt.received_on,
        currency=receipt.currency,
        amount=receipt.amount,
        reference=receipt.reference.strip(),
    ).first()
    return found


def _received(company: Company, client: Client, receipt: Receipt, actor: User | None) -> Payment:
    rate, rate_date, source = rate_on(company, receipt.currency, receipt.received_on)
    payment: Payment = Payment.objects.create(
        company=company,
        client=client,
        method=receipt.method,
        received_on=receipt.received_on,
        currency=receipt.currency,
        amount=receipt.amount,
        unapplied=receipt.amount,
        base_amount=convert(receipt.amount, rate, company.currency),
        fx_rate=rate,
        fx_rate_date=rate_date,
        fx_source=source,
        reference=receipt.reference.strip(),
        created_by=actor,
    )
    return payment


def _check(receipt: Receipt, today: dt.date) -> None:
    if receipt.amount <= 0 or not is_at_minor_unit(receipt.amount, receipt.currency):
        raise BusinessError("payment.amount", "amount")
    if receipt.received_on > today:
        raise BusinessError("payment.future", "received_on")
    if receipt.method not in Method.values:
        raise BusinessError("payment.method", "method")


def rate_on(company: Company, currency: str, day: dt.date) -> tuple[Decimal, dt.date | None, str]:
    """Base currency for one unit of `currency` on `day`, with the rate's own date and source. Raises payment.no_rate."""
    if currency == company.currency:
        return Decimal(1), None, ""
    found = ExchangeRate.objects.for_company(company).latest_for(currency, day)
    if found is None:
        raise BusinessError("payment.no_rate", "currency", currency=currency, day=day)
    return found.rate, found.rate_date, found.source


@action
def cancel_payment(
    *, company: Company, payment_uuid: uuid.UUID, reason: str, actor: User | None, at: dt.datetime
) -> Payment:
    """Take back a payment recorded by mistake: nothing of it may be applied or refunded. Books the inverse today.

    Locks period (shared) → payment. Raises payment.reason, payment.cancelled, payment.online (the provider reported it: it came),
    payment.in_use. Publishes payment.cancelled.
    """
    if not reason.strip():
        raise BusinessError("payment.reason", "reason")
    books = lock_books(company, actor=actor, at=at)
    payment = lock_row(Payment.objects.for_company(company).filter(uuid=payment_uuid))
    if payment.state != PaymentState.RECEIVED:
        raise BusinessError("payment.cancelled")
    if Attempt.objects.filter(payment=payment).exists():
        raise BusinessError("payment.online")
    if payment.unapplied != payment.amount:
        raise BusinessError("payment.in_use")
    today = local_date(at, company.time_zone)
    payment.state, payment.cancelled_on, payment.cancel_reason = PaymentState.CANCELLED, today, reason.strip()
    payment.save(update_fields=["state", "cancelled_on", "cancel_reason"])
    source = ("payment", payment.uuid)
    reverse(company, (*source, "receive"), source, "cancel", on=books.first_open(max(today, payment.received_on)))
    publish("payment.cancelled", company=company, subject=source, actor=actor, at=at)
    assert isinstance(payment, Payment)
    return payment
