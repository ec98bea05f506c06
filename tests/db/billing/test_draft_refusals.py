"""Drafts and issues that cannot be: the field is named and nothing is written."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.drafts import create_draft, save_draft
from billing.actions.issue import issue, issue_many
from billing.actions.settle import settle, unsettle
from billing.actions.void import void
from billing.models import Account, Document, Entry, Line, Settlement
from billing.rules.draft import MAX_LINES, Draft, DraftLine, to_input
from billing.states import SettlementKind
from invoicing_site.errors import BusinessError
from payments.actions.receive import Receipt, record_payment
from tests.world import AT, TODAY

LINE = DraftLine("Arbeit", Decimal(1), Decimal(10))


def a_draft(world: Any, **changes: Any) -> Draft:
    return replace(Draft(client_id=world.client.pk, currency="EUR", lines=(LINE,)), **changes)


def refused(call: Any, **kwargs: Any) -> tuple[str, str | None]:
    with pytest.raises(BusinessError) as error:
        call(**kwargs)
    return error.value.code, error.value.field


def test_impossible_drafts_name_their_field(world: Any, stranger: Any) -> None:
    cases = {
        ("document.client_unknown", "client"): {"client_id": stranger.client.pk},
        ("document.supply_order", "supply_to"): {"supply_from": TODAY, "supply_to": TODAY - dt.timedelta(days=1)},
        ("line.description", "lines.0.description"): {"lines": (replace(LINE, description="  "),)},
        ("document.supply_order", "lines.0.service_to"): {
            "lines": (replace(LINE, service_from=TODAY, service_to=TODAY - dt.timedelta(days=1)),)
        },
        ("document.tax_unknown", "lines.0.tax_codes"): {"lines": (replace(LINE, tax_codes=(0,)),)},
    }
    for expected, changes in cases.items():
        assert (
            refused(create_draft, company=world.company, draft=a_draft(world, **changes), actor=None, at=AT) == expected
        )
    assert (Document.objects.count(), Line.objects.count()) == (0, 0)


def test_too_many_lines_are_refused_before_anything_is_counted(world: Any) -> None:
    draft = a_draft(world, lines=(LINE,) * (MAX_LINES + 1))
    with pytest.raises(BusinessError, match=r"document\.too_many_lines"):
        to_input(draft, {})
    assert len(to_input(a_draft(world, lines=(LINE,) * 3), {}).lines) == 3


def test_another_companys_document_is_unknown(world: Any, stranger: Any) -> None:
    document = create_draft(
        company=stranger.company,
        draft=Draft(client_id=stranger.client.pk, currency="EUR", lines=(LINE,)),
        actor=None,
        at=AT,
    )
    for call, kwargs in ((issue, {}), (void, {"reason": "x"}), (save_draft, {"draft": a_draft(world), "revision": 1})):
        assert refused(call, company=world.company, document_uuid=document.uuid, actor=None, at=AT, **kwargs) == (
            "not_found",
            None,
        )
    assert refused(issue, company=world.company, document_uuid=uuid.uuid4(), actor=None, at=AT) == ("not_found", None)
    document.refresh_from_db()
    assert document.state == "draft"


def test_what_is_void_or_changed_is_not_issued(world: Any) -> None:
    document = create_draft(company=world.company, draft=a_draft(world), actor=None, at=AT)
    assert refused(issue, company=world.company, document_uuid=document.uuid, actor=None, at=AT, revision=7) == (
        "document.changed",
        None,
    )
    issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    void(company=world.company, document_uuid=document.uuid, reason="typo", actor=None, at=AT)
    assert refused(issue, company=world.company, document_uuid=document.uuid, actor=None, at=AT) == (
        "document.not_draft",
        None,
    )
    assert Entry.objects.count() == 2


def test_batch_of_two_years_is_refused_whole(world: Any) -> None:
    made = [
        create_draft(company=world.company, draft=a_draft(world, issue_date=day), actor=None, at=AT).pk
        for day in (dt.date(2025, 12, 30), dt.date(2026, 1, 2))
    ]
    assert refused(issue_many, company=world.company, document_ids=made, actor=None, at=AT) == (
        "document.batch_periods",
        None,
    )
    assert refused(issue_many, company=world.company, document_ids=[*made, 0], actor=None, at=AT) == ("not_found", None)
    issue_many(company=world.company, document_ids=[], actor=None, at=AT)
    assert not Document.objects.exclude(state="draft").exists()


def test_zero_document_is_void_without_a_booking(world: Any) -> None:
    free = a_draft(world, lines=(replace(LINE, unit_price=Decimal(0)),))
    document = create_draft(company=world.company, draft=free, actor=None, at=AT)
    issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    void(company=world.company, document_uuid=document.uuid, reason="typo", actor=None, at=AT)
    assert (Entry.objects.count(), Settlement.objects.count()) == (0, 0)


def test_settling_knows_its_bounds(world: Any) -> None:
    draft = create_draft(company=world.company, draft=a_draft(world), actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"document\.not_issued"):
        settle(draft, SettlementKind.PAYMENT, Decimal(1), on=TODAY, actor=None)
    document = issue(company=world.company, document_uuid=draft.uuid, actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"allocation\.more_than_open"):
        settle(document, SettlementKind.PAYMENT, Decimal("10.01"), on=TODAY, actor=None)
    row = settle(document, SettlementKind.PAYMENT, Decimal(4), on=TODAY, actor=None)
    unsettle(row, document, on=TODAY, actor=None)
    with pytest.raises(BusinessError, match=r"allocation\.undone"):
        unsettle(row, document, on=TODAY, actor=None)
    assert document.open_amount == 10


def test_without_an_account_nothing_is_booked(world: Any) -> None:
    Account.objects.filter(company=world.company, purpose="client_credit").update(purpose=None)
    receipt = Receipt(world.client.pk, "transfer", TODAY, "EUR", Decimal(5))
    assert (
        refused(record_payment, company=world.company, receipt=receipt, actor=None, at=AT)[0] == "document.no_account"
    )
    assert Entry.objects.count() == 0
