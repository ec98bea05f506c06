"""Paying out what a credit note has open: by hand, or by the provider the document was paid through."""

import datetime as dt
import uuid
from decimal import Decimal

from billing.actions.client_credit import apply_credit, locked_note, tell, undo
from billing.actions.ledger import book
from billing.actions.settle import settle
from billing.models import Document, Settlement
from billing.rules import posting
from billing.states import SettlementKind
from invoicing_site.action import action
from invoicing_site.actions.approvals import demand
from invoicing_site.actions.periods import lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, User
from invoicing_site.money import convert
from invoicing_site.states import Gated
from payments.actions.orders import order_refund
from payments.actions.receive import rate_on
from payments.models import RefundOrder
from payments.reports.credit import paid_online_by
from payments.states import BY_HAND, MONEY_ACCOUNT


@action
def record_credit_refund(
    *,
    company: Company,
    note_uuid: uuid.UUID,
    amount: Decimal,
    refunded_on: dt.date,
    method: str,
    reason: str,
    reference: str = "",
    actor: User | None,
    at: dt.datetime,
) -> Settlement:
    """Record that `amount` (the note's currency) of a credit note was paid out on `refunded_on`, not before the note and not after today.

    Booked on that day or the first open one after it, at that day's rate of exchange. Above the company's threshold a second person's
    leave is used up. Locks period (shared) → document → leave. Raises payment.reason, payment.method, refund.date, payment.no_rate,
    credit.not_a_note, payment.amount, credit.too_much, and what `demand` raises. Publishes credit.refunded.
    """
    if not reason.strip():
        raise BusinessError("payment.reason", "reason")
    if method not in BY_HAND:
        raise BusinessError("payment.method", "method")
    books = lock_books(company, actor=actor, at=at)
    note = locked_note(company, note_uuid, amount)
    if note.issue_date is None or not note.issue_date <= refunded_on <= local_date(at, company.time_zone):
        raise BusinessError("refund.date", "refunded_on")
    rate, _, _ = rate_on(company, note.currency, refunded_on)
    worth = convert(amount, rate, company.currency)
    demand(
        company=company, what=Gated.REFUND, subject=("document", note.uuid), amount_base=worth, actor=actor, at=at
    )  # fmt: skip
    day = books.first_open(refunded_on)
    words = ", ".join(text for text in (reference.strip(), reason.strip()) if text)
    row = settle(note, SettlementKind.REFUND, amount, on=day, actor=actor, reason=words[:300])
    book(
        company,
        ("settlement", row.uuid),
        "refund",
        posting.repaid(note.currency, amount, row.base_amount, worth, company.currency, MONEY_ACCOUNT[method]),
        client_id=note.client_id,
        booked_on=day,
        value_on=refunded_on,
        rate=rate,
    )
    tell("credit.refunded", company, note, amount, actor, at)
    return row


@action
def undo_credit_refund(
    *, company: Company, settlement_uuid: uuid.UUID, reason: str, actor: User | None, at: dt.datetime
) -> Settlement:
    """The money came back, or it was recorded by mistake: an inverse row and entry on the first open day.

    Locks period (shared) → document. Raises payment.reason, not_found, allocation.undone. Publishes credit.refund_undone.
    """
    if not reason.strip():
        raise BusinessError("payment.reason", "reason")
    return undo(
        company, settlement_uuid, SettlementKind.REFUND, "refund", "credit.refund_undone", reason, actor=actor, at=at
    )


@action
def order_credit_refund(
    *, company: Company, note_uuid: uuid.UUID, amount: Decimal, reason: str, actor: User | None, at: dt.datetime
) -> RefundOrder:
    """Give `amount` of a credit note back the way the document was paid online: the payment leaves it, the credit takes its place.

    The money is then unapplied and promised to the refund (`order_refund`); should the provider fail it stays the client's. Locks and
    raises as `order_refund` and `apply_credit` do; refund.not_online where no online payment covers just that document. Publishes what they
    do.
    """
    note = Document.objects.for_company(company).filter(uuid=note_uuid).select_related("corrects").first()
    payment = paid_online_by(note) if note is not None else None
    if note is None or note.corrects is None or payment is None:
        raise BusinessError("refund.not_online")
    if amount > note.open_amount:
        raise BusinessError("credit.too_much", "amount", left=note.open_amount, currency=note.currency)
    order = order_refund(
        company=company, payment_uuid=payment.uuid, amount=amount, reason=reason, unapply=True, actor=actor, at=at
    )
    apply_credit(
        company=company, note_uuid=note.uuid, document_uuid=note.corrects.uuid, amount=amount, actor=actor, at=at
    )
    return order
