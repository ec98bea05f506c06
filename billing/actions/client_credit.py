"""What a credit note has open: used for another document of the client, or settled outside; each undone by an inverse."""

import datetime as dt
import uuid
from decimal import Decimal

from billing.actions.ledger import book, reverse
from billing.actions.notes import move_back, move_credit
from billing.actions.settle import settle, unsettle
from billing.models import Document, Settlement
from billing.rules import posting
from billing.states import DocumentState, Kind, SettlementKind
from invoicing_site.action import action
from invoicing_site.actions.periods import OpenBooks, lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_rows
from invoicing_site.models import Company, User
from invoicing_site.money import is_at_minor_unit


@action
def apply_credit(
    *,
    company: Company,
    note_uuid: uuid.UUID,
    document_uuid: uuid.UUID,
    amount: Decimal,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Settlement:
    """Use `amount` (their currency) of what a credit note has open for an open document of the same client and currency.

    Booked today or on the first open day, never before either document: only a difference of exchange is booked. Locks period (shared)
    → documents by pk. Raises credit.not_a_note, credit.not_open, credit.too_much, allocation.more_than_open. Publishes credit.applied.
    """
    books = lock_books(company, actor=actor, at=at)
    rows = lock_rows(Document.objects.for_company(company).filter(uuid__in=[note_uuid, document_uuid]))
    found = {row.uuid: row for row in rows}
    note, target = found.get(note_uuid), found.get(document_uuid)
    if note is None or target is None:
        raise BusinessError("not_found")
    _check(note, amount)
    same = (note.client_id, note.currency) == (target.client_id, target.currency)
    if not same or not target.is_owed:
        raise BusinessError("credit.not_open", "document", number=target.number or "")
    return move_credit(company, note, target, amount, on=_day(books, at, note, target), actor=actor, at=at)


@action
def unapply_credit(
    *, company: Company, settlement_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Settlement:
    """Take credit back from the document it settled: that opens again, and the credit note has it open again.

    `settlement_uuid` is either row of the pair. Locks period (shared) → documents by pk. Raises not_found, allocation.undone. Publishes
    credit.unapplied.
    """
    books = lock_books(company, actor=actor, at=at)
    row = _settlement(company, settlement_uuid)
    credit = row if row.kind == SettlementKind.CREDIT else getattr(row, "matched_by", None)
    if credit is None or credit.counterpart is None:
        raise BusinessError("not_found")
    rows = lock_rows(Document.objects.filter(pk__in=[credit.document_id, credit.counterpart.document_id]))
    found = {document.pk: document for document in rows}
    note, target = found[credit.counterpart.document_id], found[credit.document_id]
    day = max(_day(books, at, note, target), credit.settled_on)
    return move_back(company, credit, note, target, on=day, actor=actor, at=at, reason=reason)


@action
def settle_outside(
    *, company: Company, note_uuid: uuid.UUID, amount: Decimal, reason: str, actor: User | None, at: dt.datetime
) -> Settlement:
    """Note that `amount` of what a credit note has open was made good where this system does not look, and how (`reason`).

    Booked today or on the first open day. Locks period (shared) → document. Raises credit.not_a_note, credit.too_much, reason.missing.
    Publishes credit.settled_outside.
    """
    if not reason.strip():
        raise BusinessError("reason.missing", "reason")
    books = lock_books(company, actor=actor, at=at)
    note = locked_note(company, note_uuid, amount)
    day = _day(books, at, note)
    row = settle(note, SettlementKind.OUTSIDE, amount, on=day, actor=actor, reason=reason.strip())
    book(
        company,
        ("settlement", row.uuid),
        "outside",
        posting.settled_outside(note.currency, amount, row.base_amount),
        client_id=note.client_id,
        booked_on=day,
        value_on=day,
    )
    tell("credit.settled_outside", company, note, amount, actor, at)
    return row


@action
def undo_outside(
    *, company: Company, settlement_uuid: uuid.UUID, reason: str, actor: User | None, at: dt.datetime
) -> Settlement:
    """It was not made good after all: the inverse on the first open day. Locks period (shared) → document.

    Raises reason.missing, not_found, allocation.undone. Publishes credit.outside_undone.
    """
    if not reason.strip():
        raise BusinessError("reason.missing", "reason")
    return undo(
        company, settlement_uuid, SettlementKind.OUTSIDE, "outside", "credit.outside_undone", reason, actor=actor, at=at
    )


def locked_note(company: Company, note_uuid: uuid.UUID, amount: Decimal) -> Document:
    """The credit note, locked, with at least `amount` open. Raises not_found, credit.not_a_note, credit.too_much."""
    rows: list[Document] = lock_rows(Document.objects.for_company(company).filter(uuid=note_uuid))
    if not rows:
        raise BusinessError("not_found")
    _check(rows[0], amount)
    return rows[0]


def undo(
    company: Company,
    settlement_uuid: uuid.UUID,
    kind: SettlementKind,
    purpose: str,
    event: str,
    reason: str,
    *,
    actor: User | None,
    at: dt.datetime,
) -> Settlement:
    """Undo what was settled on a credit note and booked under `purpose`, by an inverse row and entry on the first open day."""
    books = lock_books(company, actor=actor, at=at)
    row = _settlement(company, settlement_uuid)
    if row.kind != kind:
        raise BusinessError("not_found")
    (note,) = lock_rows(Document.objects.filter(pk=row.document_id))
    day = max(_day(books, at, note), row.settled_on)
    back = unsettle(row, note, on=day, actor=actor, reason=reason.strip())
    reverse(company, ("settlement", row.uuid, purpose), ("settlement", back.uuid), "undo", on=day)
    tell(event, company, note, row.amount, actor, at)
    return back


def tell(type: str, company: Company, note: Document, amount: Decimal, actor: User | None, at: dt.datetime) -> None:
    publish(
        type,
        company=company,
        subject=("document", note.uuid),
        data={"amount": str(amount), "currency": note.currency, "open": str(note.open_amount)},
        actor=actor,
        at=at,
    )


def _check(note: Document, amount: Decimal) -> None:
    if note.kind != Kind.CREDIT_NOTE or note.state != DocumentState.ISSUED:
        raise BusinessError("credit.not_a_note")
    if not amount.is_finite() or amount <= 0 or not is_at_minor_unit(amount, note.currency):
        raise BusinessError("payment.amount", "amount")
    if amount > note.open_amount:
        raise BusinessError("credit.too_much", "amount", left=note.open_amount, currency=note.currency)


def _settlement(company: Company, key: uuid.UUID) -> Settlement:
    rows = Settlement.objects.filter(company=company, uuid=key, reverses=None)
    found: Settlement | None = rows.select_related("counterpart", "matched_by__counterpart").first()
    if found is None:
        raise BusinessError("not_found")
    return found


def _day(books: OpenBooks, at: dt.datetime, *documents: Document) -> dt.date:
    """Today in the company's zone, or the first open day; never before the documents."""
    today = local_date(at, books.company.time_zone)
    return books.first_open(max([today, *(row.issue_date for row in documents if row.issue_date)]))
