"""Issuing under the two-person rule and under both locks of the books (SPEC A5, L3)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.credit import cancel
from billing.actions.drafts import create_draft, save_draft
from billing.actions.issue import issue, issue_many
from billing.actions.leave import what_of
from billing.models import Document, Entry
from billing.rules.draft import Draft, DraftLine
from invoicing_site.actions.approval_policies import set_policy
from invoicing_site.actions.approvals import approve, ask
from invoicing_site.actions.periods import close_softly, grant_exception
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.models import ApprovalRequest, Event, Membership
from tests.world import AT

INSIDE, LOCKED = dt.date(2026, 3, 10), dt.date(2026, 3, 12)


def policy(world: Any, what: str = "issue", above: str = "1000.00") -> None:
    set_policy(company_id=world.company.pk, what=what, threshold=Decimal(above), actor=world.owner, at=AT)


def body(world: Any, amount: str, **fields: Any) -> Draft:
    return Draft(
        client_id=world.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(amount)),), **fields
    )


def draft(world: Any, amount: str = "1000.01", **fields: Any) -> Document:
    return create_draft(company=world.company, draft=body(world, amount, **fields), actor=world.accountant, at=AT)


def issued(world: Any, document: Document) -> Document:
    return issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)


def agreed(world: Any, document: Document) -> ApprovalRequest:
    with pytest.raises(ApprovalNeeded) as needed:
        issued(world, document)
    row = ask(company=world.company, act=needed.value.act, actor=world.accountant, at=AT)  # type: ignore[arg-type]
    return approve(company=world.company, request_uuid=row.uuid, actor=world.owner, at=AT)


def test_up_to_the_threshold_nobody_is_asked(world: Any) -> None:
    policy(world)
    assert issued(world, draft(world, "1000.00")).state == "issued"
    assert (what_of("quote"), what_of("credit_note"), what_of("deposit_invoice")) == (None, "credit_note", "issue")


def test_above_it_issue_uses_the_leave_of_its_revision(world: Any) -> None:
    policy(world)
    document = draft(world)
    row = agreed(world, document)
    assert (row.amount, row.revision, row.subject) == (Decimal("1000.01"), 1, document.uuid)
    save_draft(
        company=world.company, document_uuid=document.uuid, draft=body(world, "1000.02"), revision=1,
        actor=world.accountant, at=AT,
    )  # fmt: skip
    again = agreed(world, document)
    done = issued(world, document)
    assert (done.state, issued(world, document).number) == ("issued", done.number)
    states = ApprovalRequest.objects.order_by("id").values_list("state", flat=True)
    assert (list(states), again.revision) == (["withdrawn", "used"], 2)
    assert Entry.objects.count() == 1


def test_a_batch_needs_leave_for_each_and_writes_none_without(world: Any) -> None:
    policy(world)
    small, large = draft(world, "10.00"), draft(world)
    with pytest.raises(ApprovalNeeded):
        issue_many(company=world.company, document_ids=[small.pk, large.pk], actor=None, at=AT)
    assert set(Document.objects.values_list("state", flat=True)) == {"draft"}
    agreed(world, large)
    issue_many(company=world.company, document_ids=[small.pk, large.pk], actor=None, at=AT)
    assert set(Document.objects.values_list("state", flat=True)) == {"issued"}


def test_a_softly_locked_day_wants_an_exception(world: Any) -> None:
    close_softly(company_id=world.company.pk, through=LOCKED, actor=world.owner, at=AT)
    document = draft(world, "10.00", issue_date=INSIDE)
    with pytest.raises(BusinessError) as refused:
        issued(world, document)
    assert (refused.value.code, refused.value.field) == ("period.soft_locked", "issue_date")
    place = Membership.objects.get(company=world.company, user=world.accountant).uuid
    grant_exception(company=world.company, membership=place, days=1, reason="Nachtrag", actor=world.owner, at=AT)
    done = issued(world, document)
    assert Entry.objects.get(source=done.uuid).booked_on == INSIDE
    told = Event.objects.filter(type="period.exception_used")
    assert [(event.actor, event.data) for event in told] == [(world.accountant, {"day": INSIDE.isoformat()})]


def test_cancelling_is_agreed_for_the_document_it_cancels(world: Any) -> None:
    policy(world, "credit_note", "100.00")
    found = issued(world, draft(world, "500.00"))
    wanted: dict[str, Any] = {"company": world.company, "document_uuid": found.uuid, "reason": "Irrtum", "at": AT}
    with pytest.raises(ApprovalNeeded) as needed:
        cancel(actor=world.accountant, **wanted)
    assert Document.objects.count() == 1
    row = ask(company=world.company, act=needed.value.act, actor=world.accountant, at=AT)  # type: ignore[arg-type]
    assert (row.subject, row.amount) == (found.uuid, Decimal("500.00"))
    approve(company=world.company, request_uuid=row.uuid, actor=world.owner, at=AT)
    note = cancel(actor=world.accountant, **wanted)
    row.refresh_from_db()
    assert (note.state, note.corrects_id, row.state) == ("issued", found.pk, "used")
