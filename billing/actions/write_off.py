"""Giving up what nobody will pay, with its tax or without, and taking that back when somebody pays after all (SPEC B11)."""

import datetime as dt
import uuid
from decimal import Decimal

from billing.actions.ledger import book, reverse
from billing.actions.settle import settle, unsettle
from billing.models import Document, Settlement, TaxTotal
from billing.rules import posting
from billing.rules.taxes import TaxTotal as Part
from billing.states import DocumentState, SettlementKind
from invoicing_site.action import action
from invoicing_site.actions.approvals import demand
from invoicing_site.actions.periods import lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.money import convert, is_at_minor_unit
from invoicing_site.states import Gated


@action
def write_off(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    amount: Decimal,
    tax_relief: bool,
    reason: str,
    actor: User | None,
    at: dt.datetime,
) -> Settlement:
    """Give up `amount` (document currency) of what an issued document has open; `reason` says why nobody will pay it.

    With `tax_relief` the tax in it is claimed back in proportion (§ 17 (2) UStG; Art. 90 of Directive 2006/112/EC), otherwise all of it
    is a loss. Booked today or on the first open day. Above the company's threshold a second person's leave is used up. Locks the leave →
    period (shared) → document. Raises write_off.reason, write_off.amount, document.not_issued, document.no_account, and those of `demand`.
    Publishes document.written_off.
    """
    if not reason.strip():
        raise BusinessError("write_off.reason", "reason")
    _take_leave(company, document_uuid, amount, tax_relief, actor, at)
    books = lock_books(company, actor=actor, at=at)
    document: Document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid))
    if not document.is_owed:
        raise BusinessError("document.not_issued")
    if not _is_part(amount, document):
        raise BusinessError("write_off.amount", "amount", open=document.open_amount, currency=document.currency)
    assert document.issue_date is not None
    day = books.first_open(max(local_date(at, company.time_zone), document.issue_date))
    row = settle(document, SettlementKind.WRITE_OFF, amount, on=day, actor=actor, reason=reason.strip())
    document.written_off += amount
    document.save(update_fields=["written_off"])
    taxes = tax_in(document, amount) if tax_relief else {}
    lines = posting.forgone(posting.BAD_DEBT, document.currency, amount, row.base_amount, taxes, company.currency)
    book(
        company,
        ("settlement", row.uuid),
        "write_off",
        lines,
        client_id=document.client_id,
        booked_on=day,
        value_on=day,
        rate=document.fx_rate or Decimal(1),
    )
    data = {"amount": str(amount), "tax": str(sum(taxes.values(), Decimal(0)))}
    _tell("document.written_off", company, document, row, data, actor, at)
    return row


@action
def recover_write_off(
    *, company: Company, settlement_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Settlement:
    """The client pays after all, or it was a mistake: what was written off is open again, and its tax is owed again.

    An inverse row and entry on the first open day. Where only a part is paid, the rest is written off anew. Locks period (shared) →
    document. Raises write_off.unknown, allocation.undone. Publishes write_off.recovered.
    """
    books = lock_books(company, actor=actor, at=at)
    rows = Settlement.objects.filter(
        company=company, uuid=settlement_uuid, kind=SettlementKind.WRITE_OFF, reverses=None
    )
    row = rows.first()
    if row is None:
        raise BusinessError("write_off.unknown")
    document: Document = lock_row(Document.objects.filter(pk=row.document_id))
    day = books.first_open(max(local_date(at, company.time_zone), row.settled_on))
    back = unsettle(row, document, on=day, actor=actor, reason=reason.strip())
    document.written_off -= row.amount
    document.save(update_fields=["written_off"])
    reverse(company, ("settlement", row.uuid, "write_off"), ("settlement", back.uuid), "undo", on=day)
    _tell("write_off.recovered", company, document, back, {"amount": str(row.amount)}, actor, at)
    return back


def tax_in(document: Document, amount: Decimal) -> dict[str, Decimal]:
    """How much of `amount`, a part of what `document` asked for, is tax, by tax code."""
    rows = TaxTotal.objects.filter(document=document).exclude(amount=0).select_related("tax_code").order_by("pk")
    parts = [Part(row.tax_code.code, row.category, row.rate, "", row.base, row.amount) for row in rows if row.tax_code]
    return posting.tax_within(amount, document.total, parts, document.currency)


def _is_part(amount: Decimal, document: Document) -> bool:
    return amount.is_finite() and 0 < amount <= document.open_amount and is_at_minor_unit(amount, document.currency)


def _take_leave(
    company: Company, document_uuid: uuid.UUID, amount: Decimal, tax_relief: bool, actor: User | None, at: dt.datetime
) -> None:
    """Ask before anything is locked; what is wrong with the amount is said by the verb, under the lock."""
    document = Document.objects.for_company(company).filter(uuid=document_uuid).first()
    if document is None:
        raise BusinessError("not_found")
    if document.state != DocumentState.ISSUED or not _is_part(amount, document):
        return
    demand(
        company=company,
        what=Gated.WRITE_OFF,
        subject=("document", document.uuid),
        amount_base=convert(amount, document.fx_rate or Decimal(1), company.currency),
        content=f"tax relief {tax_relief}",
        actor=actor,
        at=at,
    )


def _tell(
    type: str,
    company: Company,
    document: Document,
    row: Settlement,
    data: dict[str, str],
    actor: User | None,
    at: dt.datetime,
) -> None:
    publish(
        type,
        company=company,
        subject=("document", document.uuid),
        data={"settlement": str(row.uuid), "currency": document.currency, "open": str(document.open_amount)} | data,
        actor=actor,
        at=at,
    )
