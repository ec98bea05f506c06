"""Applying payments to documents, and undoing it by inverse rows (SPEC P1)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.actions.ledger import book, reverse
from billing.actions.settle import settle, unsettle
from billing.models import Document
from billing.rules import posting
from billing.states import SettlementKind
from invoicing_site.action import action
from invoicing_site.actions.periods import lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import Company, User
from invoicing_site.money import is_at_minor_unit, release
from payments.actions.rest import let_go, take_back
from payments.models import Allocation, Payment
from payments.reports.held import held
from payments.states import PaymentState


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment goes to a document: `amount` in the document's currency; `paid` in the payment's, where the two differ.

    `rest` says what becomes of what the document then still has open: it stays ("") or is let go as "discount" or
    "small_difference".
    """

    document: uuid.UUID
    amount: Decimal
    paid: Decimal | None = None
    rest: str = ""


@action
def allocate(
    *,
    company: Company,
    payment_uuid: uuid.UUID,
    shares: Sequence[Share],
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Payment:
    """Apply unapplied money of a payment to documents of its client; all shares or none.

    Books each on today or, if closed, the first open day. Locks period (shared) → payment → documents by pk. Raises at ``shares.<i>``:
    allocation.too_much, allocation.more_than_open, allocation.not_open, allocation.other_client, allocation.rate, allocation.twice.
    Publishes payment.allocated for each.
    """
    books = lock_books(company, actor=actor, at=at)
    payment: Payment = lock_row(Payment.objects.for_company(company).filter(uuid=payment_uuid))
    today = local_date(at, company.time_zone)
    apply_shares(company, payment, shares, on=books.first_open(today), actor=actor, at=at)
    return payment


def apply_shares(
    company: Company, payment: Payment, shares: Sequence[Share], *, on: dt.date, actor: User | None, at: dt.datetime
) -> None:
    """The work of `allocate`, for a payment the caller has locked or just made; `on` is an open day."""
    if payment.state != PaymentState.RECEIVED:
        raise BusinessError("payment.cancelled")
    uuids = [share.document for share in shares]
    rows = lock_rows(Document.objects.for_company(company).filter(uuid__in=uuids))
    documents = {row.uuid: row for row in rows}
    seen: set[uuid.UUID] = set()
    kept = held(payment)
    for index, share in enumerate(shares):
        field = f"shares.{index}"
        document = documents.get(share.document)
        if document is None:
            raise BusinessError("not_found", field)
        if document.uuid in seen:
            raise BusinessError("allocation.twice", field, number=document.number)
        seen.add(document.uuid)
        _apply(company, payment, document, share, field, kept=kept, on=on, actor=actor, at=at)
    payment.save(update_fields=["unapplied"])


def _apply(
    company: Company,
    payment: Payment,
    document: Document,
    share: Share,
    field: str,
    *,
    kept: Decimal,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> None:
    paid = _paid(payment, document, share, field, kept)
    before = payment.unapplied
    # A receivable is never settled before it exists, nor a payment used before it came.
    day = max(on, document.issue_date or on, payment.received_on)
    settlement = settle(document, SettlementKind.PAYMENT, share.amount, on=day, actor=actor)
    payment.unapplied = before - paid
    base = release(payment.base_amount, payment.amount, before, payment.unapplied, company.currency)
    allocation = Allocation.objects.create(
        company=company,
        payment=payment,
        settlement=settlement,
        currency=payment.currency,
        amount=paid,
        base_amount=base,
        rate=(share.amount / paid).quantize(Decimal("1e-10")),
        allocated_on=day,
    )
    lines = posting.allocated(
        payment.currency, paid, base, document.currency, share.amount, settlement.base_amount, company.currency
    )
    book(
        company,
        ("allocation", allocation.uuid),
        "allocate",
        lines,
        client_id=payment.client_id,
        booked_on=day,
        value_on=day,
        rate=payment.fx_rate,
    )
    if share.rest:
        try:
            let_go(company, document, settlement, share.rest, payment.received_on, on=day, actor=actor)
        except BusinessError as error:
            raise BusinessError(error.code, field, **error.params) from error
    publish(
        "payment.allocated",
        company=company,
        subject=("document", document.uuid),
        data={
            "payment": str(payment.uuid),
            "amount": str(share.amount),
            "currency": document.currency,
            "open": str(document.open_amount),
        },
        actor=actor,
        at=at,
    )


def _paid(payment: Payment, document: Document, share: Share, field: str, kept: Decimal) -> Decimal:
    """The share in the payment's currency, `kept` of which is promised to refunds. Raises what refuses it, at `field`."""
    if document.client_id != payment.client_id:
        raise BusinessError("allocation.other_client", field, number=document.number or "")
    if not document.is_owed:
        raise BusinessError("allocation.not_open", field, number=document.number or "")
    if share.amount <= 0 or not is_at_minor_unit(share.amount, document.currency):
        raise BusinessError("payment.amount", field)
    if share.amount > document.open_amount:
        raise BusinessError(
            "allocation.more_than_open",
            field,
            open=document.open_amount,
            currency=document.currency,
            number=document.number,
        )
    if payment.currency == document.currency:
        paid = share.amount
    elif share.paid is None or share.paid <= 0 or not is_at_minor_unit(share.paid, payment.currency):
        raise BusinessError("allocation.rate", field)
    else:
        paid = share.paid
    if paid > payment.unapplied - kept:
        raise BusinessError("allocation.too_much", field, left=payment.unapplied - kept, currency=payment.currency)
    return paid


@action
def undo_allocation(
    *, company: Company, allocation_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Allocation:
    """Take an allocation back: inverse rows and an inverse entry on the first open day; the document opens again.

    Locks period (shared) → payment → document. Raises allocation.undone. Publishes payment.unallocated.
    """
    books = lock_books(company, actor=actor, at=at)
    found = Allocation.objects.for_company(company).filter(uuid=allocation_uuid).select_related("settlement").first()
    if found is None:
        raise BusinessError("not_found")
    payment = lock_row(Payment.objects.filter(pk=found.payment_id))
    document = lock_row(Document.objects.filter(pk=found.settlement.document_id))
    if found.reverses_id is not None or Allocation.objects.filter(reverses=found).exists():
        raise BusinessError("allocation.undone")
    day = books.first_open(max(local_date(at, company.time_zone), found.allocated_on))
    take_back(company, found.settlement, document, on=day, actor=actor, reason=reason)
    inverse = Allocation.objects.create(
        company=company,
        payment=payment,
        settlement=unsettle(found.settlement, document, on=day, actor=actor, reason=reason),
        currency=found.currency,
        amount=found.amount,
        base_amount=found.base_amount,
        rate=found.rate,
        allocated_on=day,
        reverses=found,
    )
    payment.unapplied += found.amount
    payment.save(update_fields=["unapplied"])
    reverse(company, ("allocation", found.uuid, "allocate"), ("allocation", inverse.uuid), "undo", on=day)
    publish(
        "payment.unallocated",
        company=company,
        subject=("document", document.uuid),
        data={"payment": str(payment.uuid), "amount": str(found.settlement.amount), "open": str(document.open_amount)},
        actor=actor,
        at=at,
    )
    return inverse
