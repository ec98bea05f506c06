"""The duplicate radar: what it finds in one statement, what a person said of it, and that issue asks (SPEC B5)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.actions.drafts import create_draft, delete_draft
from billing.actions.issue import issue, issue_many
from billing.actions.radar import dismiss
from billing.actions.void import void
from billing.models import Dismissal, Document
from billing.reports.radar import twins
from billing.rules.draft import Draft, DraftLine
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.models import Event
from tests.helpers.money import invoice
from tests.world import AT, TODAY, make_client

DAY = dt.timedelta(days=1)


def draft(world: Any, amount: str = "100.00", **fields: Any) -> Document:
    line = DraftLine("Arbeit", Decimal(1), Decimal(amount))
    base = Draft(client_id=world.client.pk, currency="EUR", lines=(line,))
    return create_draft(company=world.company, draft=replace(base, **fields), actor=world.accountant, at=AT)


def found(document: Document) -> list[tuple[str | None, tuple[str, ...]]]:
    row = Document.objects.values().get(pk=document.pk)
    return [(twin.document.number, twin.reasons) for twin in twins(row, TODAY)]


def test_what_looks_alike_is_found_and_nothing_else(world: Any, stranger: Any) -> None:
    same = invoice(world, on=TODAY - 30 * DAY)
    invoice(world, "99.00")
    invoice(world, client=make_client(world.company, "Andere AG"))
    invoice(stranger)
    draft(world)
    ordered = invoice(world, "55.00", purchase_order="po 4711")
    assert found(draft(world, purchase_order="PO4711")) == [(ordered.number, ("order",)), (same.number, ("amount",))]


def test_what_is_void_or_replaced_is_no_twin(world: Any) -> None:
    gone, replaced = invoice(world), invoice(world)
    void(company=world.company, document_uuid=gone.uuid, reason="typo", actor=None, at=AT)
    assert found(draft(world, replaces_id=replaced.pk)) == []
    assert found(draft(world, kind="quote")) == []


def test_it_is_one_statement_whatever_it_finds(world: Any) -> None:
    document = draft(world)
    for count in (0, 3):
        for _ in range(count):
            invoice(world)
        row = Document.objects.values().get(pk=document.pk)
        with CaptureQueriesContext(connection) as queries:
            assert len(twins(row, TODAY)) == count
        assert len(queries) == 1


def test_issue_asks_only_where_it_is_told_to(world: Any) -> None:
    first, again = invoice(world), draft(world)
    with pytest.raises(BusinessError) as refused:
        issue(company=world.company, document_uuid=again.uuid, unless_twin=True, actor=world.accountant, at=AT)
    assert refused.value.code == "document.twin"
    assert first.number in sentence(refused.value)
    again.refresh_from_db()
    assert again.state == "draft"
    issue_many(company=world.company, document_ids=[again.pk], actor=None, at=AT)
    issued = issue(company=world.company, document_uuid=again.uuid, unless_twin=True, actor=world.accountant, at=AT)
    assert issued.state == "issued"


def test_a_person_says_once_that_it_is_none(world: Any, stranger: Any) -> None:
    first, again, foreign = invoice(world), draft(world), invoice(stranger)
    say: dict[str, Any] = {"company": world.company, "document_uuid": again.uuid, "actor": world.accountant, "at": AT}
    for _ in range(2):
        dismiss(candidate_uuid=first.uuid, **say)
    with pytest.raises(BusinessError, match="not_found"):
        dismiss(candidate_uuid=foreign.uuid, **say)
    with pytest.raises(BusinessError, match="not_found"):
        dismiss(candidate_uuid=again.uuid, **say)
    told = Event.objects.filter(type="document.twin_dismissed")
    assert [(event.subject, event.data["number"], event.actor) for event in told] == [
        (again.uuid, first.number, world.accountant)
    ]
    assert (found(again), found(draft(world))) == ([], [(first.number, ("amount",))])
    issue(company=world.company, document_uuid=again.uuid, unless_twin=True, actor=world.accountant, at=AT)
    with pytest.raises(BusinessError, match=r"document\.not_draft"):
        dismiss(candidate_uuid=first.uuid, **say)
    for change in ("DELETE FROM billing_dismissal", "UPDATE billing_dismissal SET dismissed_at = now()"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Dismissal.objects.count() == 1


def test_a_deleted_draft_takes_its_word_along(world: Any) -> None:
    first, again = invoice(world), draft(world)
    dismiss(company=world.company, document_uuid=again.uuid, candidate_uuid=first.uuid, actor=None, at=AT)
    delete_draft(company=world.company, document_uuid=again.uuid, actor=None, at=AT)
    assert Dismissal.objects.count() == 0
