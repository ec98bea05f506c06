"""Invoices with tax, credit notes through the verbs, and what the ledger says of them."""

from decimal import Decimal
from typing import Any

from billing.actions.credit import draft_credit
from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Document, Line, Posting, Series, TaxCode
from billing.rules.credit import Choice
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from tests.world import AT


def series(world: Any) -> None:
    """Numbers for notes, where the company has none yet."""
    for kind, pattern in (("credit_note", "GS-{year}-{seq:05}"), ("debit_note", "LS-{year}-{seq:05}")):
        if not Series.objects.for_company(world.company).filter(kind=kind).exists():
            Series.objects.create(
                company=world.company, kind=kind, name=kind, pattern=pattern, reset="yearly", is_default=True
            )


def billed(world: Any, **changes: Any) -> Document:
    """An issued invoice: 2.5 h at 100.10 with 19 %, 3 books at 9.99 less 10 % with 7 %, 5 % off the whole; 310.32 EUR."""
    standard = TaxCode.objects.get(company=world.company, code="DE19").pk
    reduced = TaxCode.objects.get(company=world.company, code="DE7").pk
    fields: dict[str, Any] = {
        "client_id": world.client.pk,
        "currency": "EUR",
        "language": "de",
        "lines": (
            DraftLine("Beratung", Decimal("2.5"), Decimal("100.10"), unit="HUR", tax_codes=(standard,)),
            DraftLine("Buch", Decimal(3), Decimal("9.99"), discount_percent=Decimal(10), tax_codes=(reduced,)),
        ),
        "allowances": (DraftAllowance("Treuerabatt", percent=Decimal(5)),),
    }
    made = create_draft(company=world.company, draft=Draft(**(fields | changes)), actor=world.accountant, at=AT)
    return issue(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=AT)


def line(document: Document, position: int) -> Line:
    found: Line = Line.objects.get(document=document, position=position)
    return found


def chosen(document: Document, position: int, quantity: str | None = None, amount: str | None = None) -> Choice:
    return Choice(
        line(document, position).pk, Decimal(quantity) if quantity else None, Decimal(amount) if amount else None
    )


def note_draft(world: Any, document: Document, *lines: Choice, reason_code: str = "return", **fields: Any) -> Document:
    return draft_credit(
        company=world.company, document_uuid=document.uuid, lines=lines, reason_code=reason_code,
        actor=world.accountant, at=AT, **fields,
    )  # fmt: skip


def credited(world: Any, document: Document, *lines: Choice, **fields: Any) -> Document:
    """An issued credit note; over all that is left where no line is named."""
    draft = note_draft(world, document, *lines, **fields)
    return issue(company=world.company, document_uuid=draft.uuid, actor=world.accountant, at=AT)


def balances(world: Any) -> dict[str, Decimal]:
    """What each account holds in the company's books, by its number; those with nothing left out."""
    sums: dict[str, Decimal] = {}
    for row in Posting.objects.filter(company=world.company).select_related("account"):
        sums[row.account.code] = sums.get(row.account.code, Decimal(0)) + row.amount
    return {code: amount for code, amount in sums.items() if amount}


def fresh(document: Document) -> Document:
    found: Document = Document.objects.get(pk=document.pk)
    return found
