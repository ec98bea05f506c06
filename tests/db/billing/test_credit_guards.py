"""What the database itself refuses of credit notes and write-offs, and what the proof of the books finds with its guards off."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing.actions.client_credit import apply_credit, settle_outside
from billing.actions.prove import prove_company
from billing.actions.write_off import write_off
from billing.models import Document
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.notes import billed, chosen, credited, note_draft, series
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


@pytest.fixture
def acme(transactional_db: None) -> Any:
    world = make_world("acme")
    series(world)
    return world


def run(*statements: tuple[str, Any]) -> None:
    """In one transaction, its deferred checks with it."""
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


ISSUED = """UPDATE billing_document SET state = 'issued', number = 'RAW-1', seq = 99, series_id = (SELECT id FROM billing_series WHERE kind =
  'credit_note' AND company_id = billing_document.company_id LIMIT 1), period_key = '2026', issue_date = '2026-03-16', due_on = '2026-03-16',
  issued_at = now(), base_total = total, fx_rate = 1, open_amount = total WHERE id = %s"""
RAISED = "UPDATE billing_document SET credited = credited + %s WHERE id = %s"


def test_a_note_issued_by_hand_is_counted_on_its_document(acme: Any) -> None:
    document = billed(acme)
    draft = note_draft(acme, document, chosen(document, 1, "1"))
    with pytest.raises(DatabaseError, match="credited of row"):
        run((ISSUED, [draft.pk]))
    with pytest.raises(DatabaseError, match="credited of row"):
        run((RAISED, [D("1.00"), document.pk]))
    run((ISSUED, [draft.pk]), (RAISED, [draft.total, document.pk]))


def test_more_than_a_line_or_a_tax_is_refused_whoever_writes_it(acme: Any) -> None:
    document = billed(acme)
    draft = note_draft(acme, document, chosen(document, 1, "1"))
    line, tax = (
        "UPDATE billing_line SET {} WHERE document_id = %s",
        "UPDATE billing_linetax SET {} WHERE document_id = %s",
    )
    more = ("net = 500, gross = 500, discount = 0, amount = 500", "base = 500, amount = 95")
    head = "UPDATE billing_document SET net = 500, lines_amount = 500, tax = 95, total = 595 WHERE id = %s"
    small = "UPDATE billing_document SET tax = 46, total = net + 46 WHERE id = %s"
    raised = (RAISED, [D("300.00"), document.pk])
    with pytest.raises(DatabaseError, match="document_credited_in_bounds"):
        run(
            (line.format(more[0]), [draft.pk]),
            (head, [draft.pk]),
            (ISSUED, [draft.pk]),
            (RAISED, [D(595), document.pk]),
        )
    with pytest.raises(DatabaseError, match="more is credited of row"):
        run(
            (line.format("net = 238, gross = 238, discount = 0, amount = 238"), [draft.pk]),
            (
                "UPDATE billing_document SET net = 238, lines_amount = 238, tax = 1, total = 239 WHERE id = %s",
                [draft.pk],
            ),
            (ISSUED, [draft.pk]),
            (RAISED, [D(239), document.pk]),
        )
    with pytest.raises(DatabaseError, match="more of tax"):
        run(
            (tax.format("amount = 46"), [draft.pk]), (small, [draft.pk]), (ISSUED, [draft.pk]),
            (RAISED, [draft.net + 46, document.pk]),
        )  # fmt: skip
    with pytest.raises(DatabaseError, match="more is credited of row"):
        run((line.format("corrects_id = NULL"), [draft.pk]), (ISSUED, [draft.pk]), (RAISED, [draft.total, document.pk]))
    with pytest.raises(DatabaseError, match="credited of row"):
        run((ISSUED, [draft.pk]), raised)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_write_off_is_counted_on_its_document(acme: Any) -> None:
    document = billed(acme)
    with pytest.raises(DatabaseError, match="written_off of row"):
        run(("UPDATE billing_document SET written_off = 1 WHERE id = %s", [document.pk]))
    row = """INSERT INTO billing_settlement (uuid, company_id, document_id, kind, currency, amount, base_amount, settled_on, reason)
      VALUES (gen_random_uuid(), %s, %s, 'write_off', 'EUR', 1, 1, '2026-03-16', 'x')"""
    with pytest.raises(DatabaseError, match="written_off of row"):
        run(
            (row, [acme.company.pk, document.pk]),
            ("UPDATE billing_document SET open_amount = open_amount - 1 WHERE id = %s", [document.pk]),
        )


BREAKS = (
    ("credited-is-notes", "UPDATE billing_document SET credited = credited - 1 WHERE credited > 0"),
    (
        "credit-within-line",
        "UPDATE billing_line SET net = net + 500 WHERE corrects_id IS NOT NULL AND position = 1",
    ),
    (
        "credit-within-rate",
        "UPDATE billing_taxtotal SET amount = 900 WHERE rate = 19 AND document_id IN "
        "(SELECT id FROM billing_document WHERE kind = 'credit_note')",
    ),
    ("credit-is-in-pairs", "UPDATE billing_settlement SET counterpart_id = NULL WHERE kind = 'credit'"),
    ("written-off-is-settled", "UPDATE billing_document SET written_off = 0 WHERE written_off > 0"),
    (
        "settlement-is-booked",
        "DELETE FROM billing_posting WHERE entry_id IN (SELECT id FROM billing_entry WHERE purpose = 'outside')",
    ),
)


@pytest.mark.parametrize(("check", "sql"), BREAKS)
def test_each_check_of_the_proof_finds_what_it_is_for(
    acme: Any, check: str, sql: str, superuser_sql: Callable[..., None]
) -> None:
    document, other, third = billed(acme), invoice(acme, "50.00"), invoice(acme, "20.00")
    payment(acme, "310.32", all_of(document))
    note = credited(acme, document)
    by = {"company": acme.company, "actor": acme.accountant, "at": AT}
    apply_credit(note_uuid=note.uuid, document_uuid=other.uuid, amount=D("50.00"), **by)
    settle_outside(note_uuid=note.uuid, amount=D("10.00"), reason="x", **by)
    write_off(document_uuid=third.uuid, amount=D("20.00"), tax_relief=True, reason="x", **by)
    assert prove_company(**by).differences == []
    superuser_sql(sql)
    assert check in {row["check"] for row in prove_company(**by).differences}
    assert Document.objects.get(pk=note.pk).open_amount == D("250.32")
