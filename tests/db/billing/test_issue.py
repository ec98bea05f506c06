from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from billing.actions.drafts import create_draft, delete_draft, save_draft
from billing.actions.issue import issue
from billing.models import Document, Entry, Line, Posting, TaxCode
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from invoicing_site.errors import BusinessError
from invoicing_site.models import Delivery, Event
from tests.world import AT, TODAY


def a_draft(world: Any, **changes: Any) -> Draft:
    tax = TaxCode.objects.get(company=world.company, code="DE19").pk
    reduced = TaxCode.objects.get(company=world.company, code="DE7").pk
    fields: dict[str, Any] = {
        "client_id": world.client.pk,
        "currency": "EUR",
        "language": "de",
        "supply_to": TODAY,
        "lines": (
            DraftLine("Beratung", Decimal("2.5"), Decimal("100.10"), unit="HUR", tax_codes=(tax,)),
            DraftLine("Buch", Decimal(3), Decimal("9.99"), discount_percent=Decimal(10), tax_codes=(reduced,)),
        ),
        "allowances": (DraftAllowance("Treuerabatt", percent=Decimal(5)),),
    }
    return Draft(**(fields | changes))


def settle_constraints() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_issue_numbers_freezes_and_books(world: Any) -> None:
    document = create_draft(company=world.company, draft=a_draft(world), actor=world.accountant, at=AT)
    issued = issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)
    settle_constraints()
    assert issued.number == "RE-2026-00001"
    assert issued.state == "issued"
    assert issued.total == issued.open_amount == Decimal("310.32")
    assert issued.payment_reference == "RF25RE202600001"
    entry = Entry.objects.get(source=document.uuid, purpose="issue")
    booked = {p.account.code: p.amount for p in Posting.objects.filter(entry=entry).select_related("account")}
    assert booked["1400"] == Decimal("310.32")
    assert sum(p.amount for p in Posting.objects.filter(entry=entry)) == 0
    assert list(Event.objects.filter(subject=document.uuid).values_list("type", flat=True)) == [
        "document.drafted",
        "document.issued",
    ]
    assert Delivery.objects.filter(event__subject=document.uuid).count() == 1


def test_issue_twice_keeps_first_number(world: Any) -> None:
    document = create_draft(company=world.company, draft=a_draft(world), actor=world.accountant, at=AT)
    first = issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)
    second = issue(company=world.company, document_uuid=document.uuid, actor=world.owner, at=AT)
    assert first.number == second.number == "RE-2026-00001"
    assert Entry.objects.filter(source=document.uuid).count() == 1
    assert Event.objects.filter(subject=document.uuid, type="document.issued").count() == 1


@pytest.mark.parametrize("lines", [1, 200])
def test_issue_takes_the_same_statements_for_any_number_of_lines(
    world: Any, lines: int, django_assert_num_queries: Any
) -> None:
    draft = a_draft(world, lines=tuple(DraftLine(f"Teil {n}", Decimal(1), Decimal("9.99")) for n in range(lines)))
    first = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    issue(company=world.company, document_uuid=first.uuid, actor=world.accountant, at=AT)
    document = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    # savepoint, context, read, lock, write, release
    with django_assert_num_queries(6):
        issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)


def test_draft_is_saved_by_difference(world: Any) -> None:
    document = create_draft(company=world.company, draft=a_draft(world), actor=world.accountant, at=AT)
    first, second = Line.objects.filter(document=document)
    changed = a_draft(
        world,
        lines=(DraftLine("Buch", Decimal(1), Decimal("9.99"), id=second.pk), DraftLine("Neu", Decimal(1), Decimal(1))),
    )
    save_draft(company=world.company, document_uuid=document.uuid, draft=changed, revision=1, actor=world.owner, at=AT)
    lines = list(Line.objects.filter(document=document).values_list("pk", "description", "position"))
    assert lines[0] == (second.pk, "Buch", 1)
    assert lines[1][1:] == ("Neu", 2)
    assert not Line.objects.filter(pk=first.pk).exists()
    assert Line.history.filter(id=second.pk).count() == 2
    with pytest.raises(BusinessError, match=r"document\.changed"):
        save_draft(company=world.company, document_uuid=document.uuid, draft=changed, revision=1, actor=None, at=AT)


def test_deleted_draft_leaves_no_gap(world: Any) -> None:
    gone = create_draft(company=world.company, draft=a_draft(world), actor=world.accountant, at=AT)
    delete_draft(company=world.company, document_uuid=gone.uuid, actor=world.accountant, at=AT)
    kept = create_draft(company=world.company, draft=a_draft(world), actor=world.accountant, at=AT)
    issue(company=world.company, document_uuid=kept.uuid, actor=world.accountant, at=AT)
    assert list(Document.objects.values_list("number", flat=True)) == ["RE-2026-00001"]
