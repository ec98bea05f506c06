import datetime as dt
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.rules.draft import Draft, DraftLine
from invoicing_site.actions.chains import take_checkpoints
from payments.actions.allocate import Share
from payments.actions.receive import Receipt, record_payment
from tests.world import AT, TODAY, make_world


def invoice(world: Any, amount: str) -> Any:
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(amount)),))
    document = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    return issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)


@pytest.fixture
def books(transactional_db: None) -> Any:
    world = make_world("acme")
    world.documents = [invoice(world, "100.00"), invoice(world, "50.00"), invoice(world, "25.00")]
    receipt = Receipt(world.client.pk, "transfer", TODAY, "EUR", Decimal(120))
    world.payment = record_payment(
        company=world.company,
        receipt=receipt,
        shares=[Share(world.documents[0].uuid, Decimal(100))],
        actor=world.accountant,
        at=AT,
    )
    take_checkpoints(actor=None, at=AT)
    return world


def found(world: Any) -> set[str]:
    return {row["check"] for row in prove_company(company=world.company, actor=None, at=AT).differences}


def test_books_add_up(books: Any) -> None:
    assert found(books) == set()
    for day in (dt.date(2026, 3, 15), dt.date(2026, 3, 16)):
        assert prove_company(company=books.company, actor=None, at=AT, as_of=day).differences == []


TAMPERING = [
    ("UPDATE billing_document SET open_amount = 40 WHERE number = 'RE-2026-00002'", {"open-is-total-less-settled"}),
    ("UPDATE billing_line SET net = 24 WHERE net = 25", {"totals-from-lines", "recount"}),
    ("UPDATE billing_dueitem SET amount = 24 WHERE amount = 25", {"due-is-total"}),
    ("UPDATE billing_posting SET amount = amount + 1 WHERE amount = 25", {"entry-balances", "issue-is-booked", "receivable-is-open"}),
    ("DELETE FROM payments_allocation", {"unapplied-is-amount-less-uses", "allocation-is-settlement", "credit-is-unapplied"}),
    (
        "UPDATE billing_snapshot SET facts = set_byte(facts, 40, (get_byte(facts, 40) + 1) %% 256) "
        "WHERE document_id = (SELECT id FROM billing_document WHERE number = 'RE-2026-00002')",
        {"snapshot-readable", "document-chain"},
    ),
    ("UPDATE billing_document SET issue_date = '2026-03-15' WHERE number = 'RE-2026-00003'", {"dates-run-forward", "snapshot"}),
    ("UPDATE billing_counter SET last = 4", {"numbers-without-gap"}),
    ("DELETE FROM billing_snapshot WHERE document_id = (SELECT id FROM billing_document WHERE number = 'RE-2026-00003')", {"issued-is-kept", "document-chain"}),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "checks"), TAMPERING, ids=[sql[:48] for sql, _ in TAMPERING])
def test_tampering_is_named(books: Any, superuser_sql: Any, sql: str, checks: set[str]) -> None:
    superuser_sql(sql.replace("%%", "%"))
    assert found(books) == checks


def test_commands_exit_with_the_truth(books: Any, superuser_sql: Any) -> None:
    out = StringIO()
    call_command("prove_books", stdout=out)
    call_command("verify_chain", stdout=out)
    assert "0 differences" in out.getvalue()
    assert "0 problems" in out.getvalue()
    superuser_sql("UPDATE billing_document SET open_amount = 40 WHERE number = 'RE-2026-00002'")
    with pytest.raises(SystemExit, match="1"):
        call_command("prove_books", stdout=out)
    assert f"/acme/documents/{books.documents[1].uuid}" in out.getvalue()
