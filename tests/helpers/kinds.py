"""Offers, deposits and opening balances through the product's own verbs."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.actions.deposits import deposit_from
from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.offers import answer_offer
from billing.actions.openings import Opening, record_openings
from billing.models import Document, TaxCode
from billing.rules.draft import Draft, DraftLine
from tests.helpers.money import all_of, payment
from tests.world import AT, TODAY


def committed() -> None:
    """What the database judges at commit, now: a test is one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def lines(world: Any) -> tuple[DraftLine, ...]:
    """1,000.00 with 19 % and 500.00 with 7 %: 1,725.00 with tax."""
    standard = TaxCode.objects.get(company=world.company, code="DE19").pk
    reduced = TaxCode.objects.get(company=world.company, code="DE7").pk
    return (
        DraftLine("Beratung", Decimal(10), Decimal("100.00"), unit="HUR", tax_codes=(standard,)),
        DraftLine("Handbuch", Decimal(50), Decimal("10.00"), tax_codes=(reduced,)),
    )


def a_draft(world: Any, **changes: Any) -> Draft:
    fields = {"client_id": world.client.pk, "currency": "EUR", "language": "de", "lines": lines(world)}
    return Draft(**(fields | changes))


def drafted(world: Any, at: dt.datetime = AT, **changes: Any) -> Document:
    return create_draft(company=world.company, draft=a_draft(world, **changes), actor=world.accountant, at=at)


def issued(world: Any, document: Document, at: dt.datetime = AT) -> Document:
    return issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=at)


def offer(world: Any, at: dt.datetime = AT, **changes: Any) -> Document:
    """An issued quote over 1,725.00 EUR that holds until 15 April 2026."""
    fields = {"kind": "quote", "valid_until": TODAY + dt.timedelta(days=30)} | changes
    return issued(world, drafted(world, at, **fields), at)


def accepted(world: Any, **changes: Any) -> Document:
    made = offer(world, **changes)
    says(world, made, "accepted")
    return made


def says(world: Any, document: Document, answer: str, via: str = "portal", at: dt.datetime = AT, **more: Any) -> Any:
    values = {"said_by": "Petra Klein", "actor": None} | more
    return answer_offer(company=world.company, document_uuid=document.uuid, answer=answer, via=via, at=at, **values)


def deposit(world: Any, source: Document, percent: str = "30", at: dt.datetime = AT) -> Document:
    """An issued deposit invoice, not yet paid."""
    made = deposit_from(
        company=world.company, document_uuid=source.uuid, percent=Decimal(percent), actor=world.accountant, at=at
    )
    return issued(world, made, at)


def paid_deposit(world: Any, source: Document, percent: str = "30") -> Document:
    made = deposit(world, source, percent)
    payment(world, str(made.total), all_of(made))
    made.refresh_from_db()
    return made


def opening(world: Any, number: str = "ALT-0815", **changes: Any) -> Document:
    fields = {
        "client_id": world.client.pk, "number": number, "issue_date": dt.date(2025, 11, 20), "due_on": dt.date(2025, 12, 20),
        "amount": Decimal("238.00"), "currency": "EUR",
    } | changes  # fmt: skip
    return record_openings(company=world.company, openings=[Opening(**fields)], actor=world.accountant, at=AT)[0]
