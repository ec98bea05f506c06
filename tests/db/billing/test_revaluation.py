"""Unrealised gains and losses of any day, and that they tie to the ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.actions.client_credit import apply_credit, settle_outside, undo_outside
from billing.actions.credit import draft_credit
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.actions.void import void
from billing.actions.write_off import write_off
from billing.models import Entry, ExchangeRate
from billing.reports.revaluation import Valued, revaluation, totals
from invoicing_site.money import CURRENCIES, quantum
from payments.actions.allocate import Share, undo_allocation
from payments.actions.refund import record_refund
from payments.models import Allocation
from tests.helpers.money import invoice, payment
from tests.helpers.notes import billed, credited, series
from tests.together import FULL
from tests.world import AT, TODAY, make_client

D = Decimal
DAY = dt.timedelta(days=1)
ISSUED, PAID = TODAY - 10 * DAY, TODAY - 3 * DAY


def rate(world: Any, currency: str, day: dt.date, value: str) -> None:
    ExchangeRate.objects.create(company=world.company, currency=currency, rate_date=day, rate=D(value), source="hand")


def figures(valued: list[Valued]) -> dict[str, tuple[Any, ...]]:
    assert [row.currency for row in valued if not row.ties] == []
    return {row.currency: (row.amount, row.base, row.value, row.difference) for row in valued}


def test_open_documents_and_credit_at_the_closing_rate(world: Any, stranger: Any) -> None:
    rate(world, "USD", ISSUED, "0.90")
    rate(world, "USD", PAID, "0.95")
    rate(world, "USD", TODAY, "0.96")
    rate(stranger, "USD", ISSUED, "0.90")
    invoice(stranger, "777.00", "USD", on=ISSUED)
    invoice(world, "500.00", on=ISSUED)
    first = invoice(world, "100.00", "USD", on=ISSUED)
    second = invoice(world, "50.00", "USD", on=PAID)
    payment(world, "70.00", Share(first.uuid, D(40)), currency="USD", on=PAID)
    (dollars,) = revaluation(world.company, TODAY)
    assert [(row.number, row.amount, row.base, row.value, row.difference) for row in dollars.positions] == [
        (first.number, D(60), D("54.00"), D("57.60"), D("3.60")),
        (second.number, D(50), D("47.50"), D("48.00"), D("0.50")),
        ("", D(-30), D("-28.50"), D("-28.80"), D("-0.30")),
    ]
    assert figures([dollars]) == {"USD": (D(80), D("73.00"), D("76.80"), D("3.80"))}
    assert (dollars.rate.rate_date, dollars.stale) == (TODAY, False)
    assert dollars.clients() == [(world.client.uuid, world.client.name, D(80), D("73.00"), D("3.80"))]
    assert totals([dollars]) == (D("73.00"), D("76.80"), D("3.80"))


def test_any_day_shows_what_was_open_then(world: Any) -> None:
    rate(world, "USD", ISSUED, "0.90")
    rate(world, "USD", PAID, "0.95")
    document = invoice(world, "100.00", "USD", on=ISSUED)
    money = payment(world, "100.00", Share(document.uuid, D(100)), currency="USD", on=PAID)
    undo_allocation(
        company=world.company, allocation_uuid=Allocation.objects.get().uuid, actor=world.accountant,
        at=AT + 2 * DAY, reason="x",
    )  # fmt: skip
    record_refund(
        company=world.company, payment_uuid=money.uuid, amount=D(100), refunded_on=TODAY + 3 * DAY, method="transfer",
        reason="x", actor=world.accountant, at=AT + 3 * DAY,
    )  # fmt: skip
    by_day = {n: figures(revaluation(world.company, TODAY + n * DAY)) for n in (-11, -10, -4, -3, -1, 0, 1, 2, 3)}
    opened, overpaid = (D(100), D("90.00"), D("90.00"), D("0.00")), (D(0), D("-5.00"), D("0.00"), D("5.00"))
    assert by_day == {
        -11: {},
        -10: {"USD": opened},
        -4: {"USD": opened},
        -3: {},
        -1: {},
        0: {},
        1: {},
        2: {"USD": overpaid},
        3: {"USD": (D(100), D("90.00"), D("95.00"), D("5.00"))},
    }


def test_a_void_document_is_open_on_no_day(world: Any) -> None:
    rate(world, "USD", ISSUED, "0.90")
    document = invoice(world, "100.00", "USD", on=ISSUED)
    void(company=world.company, document_uuid=document.uuid, reason="x", actor=world.accountant, at=AT)
    assert revaluation(world.company, TODAY) == []
    assert revaluation(world.company, ISSUED) == []


def test_without_a_rate_the_value_is_unknown(world: Any) -> None:
    rate(world, "USD", ISSUED, "0.90")
    rate(world, "CHF", ISSUED, "1.05")
    invoice(world, "100.00", "USD", on=ISSUED)
    invoice(world, "100.00", "CHF", on=ISSUED)
    ExchangeRate.objects.filter(currency="USD").delete()
    francs, dollars = revaluation(world.company, TODAY)
    assert (dollars.rate, dollars.value, dollars.difference, dollars.ties) == (None, None, None, True)
    assert (francs.stale, francs.difference) == (True, 0)
    assert totals([francs, dollars]) == (D("195.00"), None, None)


def test_nothing_foreign_nothing_shown(world: Any) -> None:
    invoice(world, "100.00", on=ISSUED)
    assert (revaluation(world.company, TODAY), totals([])) == ([], (0, 0, 0))


@pytest.mark.parametrize("clients", [1, 3])
def test_the_same_statements_for_one_and_many(world: Any, clients: int) -> None:
    rate(world, "USD", ISSUED, "0.90")
    for number in range(clients):
        client = make_client(world.company, f"Kunde {number}")
        invoice(world, "100.00", "USD", client=client, on=ISSUED)
        payment(world, "10.00", currency="USD", client=client)
    with CaptureQueriesContext(connection) as asked:
        (dollars,) = revaluation(world.company, TODAY)
    assert (len(asked), len(dollars.positions), len(dollars.clients())) == (4, 2 * clients, clients)


def test_every_way_to_settle_ties_to_the_ledger(world: Any) -> None:
    series(world)
    for day, value in ((ISSUED, "0.90"), (PAID, "0.95"), (TODAY, "0.963")):
        rate(world, "USD", day, value)
    by: dict[str, Any] = {"company": world.company, "actor": world.accountant, "at": AT}
    paid, other, lowered, lost = (invoice(world, "333.33", "USD", on=ISSUED) for _ in range(4))
    withheld = billed(world, currency="USD", issue_date=PAID, withholding_percent=D(15), cash_unit=D("0.05"))
    payment(world, "400.00", Share(paid.uuid, D("333.33")), currency="USD", on=PAID)
    payment(world, "100.00", Share(lowered.uuid, D("50.01"), D("100.00")), on=PAID)
    note = credited(world, paid)
    apply_credit(note_uuid=note.uuid, document_uuid=other.uuid, amount=D("111.11"), **by)
    outside = settle_outside(note_uuid=note.uuid, amount=D("22.22"), reason="Gegen Ware", **by)
    undo_outside(settlement_uuid=outside.uuid, reason="Doch nicht", **by)
    settle_outside(note_uuid=note.uuid, amount=D("33.33"), reason="Gegen Ware", **by)
    part = draft_credit(document_uuid=lowered.uuid, amount=D("77.77"), reason_code="goodwill", **by)
    issue(document_uuid=part.uuid, **by)
    write_off(document_uuid=lost.uuid, amount=D("99.99"), tax_relief=False, reason="insolvent", **by)
    (dollars,) = revaluation(world.company, TODAY)
    assert {row.number: row.amount for row in dollars.positions} == {
        other.number: D("222.22"),
        lowered.number: D("205.55"),
        lost.number: D("233.34"),
        withheld.number: withheld.payable,
        note.number: D("-188.89"),
        "": D("-66.67"),
    }
    for days in range(-1, 13):
        assert [row.ties for row in revaluation(world.company, ISSUED + days * DAY)] in ([], [True])
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


CODES = sorted(CURRENCIES - {"EUR"})
SOME = ["BHD", "CHF", "CLF", "ISK", "JPY", "KWD", "USD", "UYW", "VND"]


def test_every_currency_in_its_unit_and_untouched_by_later_rates(world: Any) -> None:
    """FAULTS 26: documents, allocations and their entries stay as they were when rates are edited; the report follows the rates."""
    ExchangeRate.objects.bulk_create(
        ExchangeRate(company=world.company, currency=code, rate_date=ISSUED, rate=D("0.0371"), source="hand")
        for code in CODES
    )
    for code in CODES if FULL else SOME:
        document = invoice(world, str(quantum(code) * 12_345), code, on=ISSUED)
        part = quantum(code) * 2_345
        payment(world, str(part * 2), Share(document.uuid, part), currency=code, on=PAID)
    kept = rows()
    ExchangeRate.objects.filter(company=world.company).update(rate=D("0.0742"))
    found = figures(revaluation(world.company, TODAY))
    assert rows() == kept
    for code, (amount, base, value, gain) in found.items():
        assert amount == quantum(code) * (12_345 - 2 * 2_345)
        assert value == sum((row.value for row in positions(world, code)), D(0))
        assert gain == value - base
    assert len(found) == len(CODES if FULL else SOME)


def positions(world: Any, code: str) -> list[Any]:
    return next(row.positions for row in revaluation(world.company, TODAY) if row.currency == code)


def rows() -> list[Any]:
    from billing.models import Document, Posting, Snapshot

    return [
        list(Document.objects.order_by("id").values()),
        [(bytes(row.facts), bytes(row.parties)) for row in Snapshot.objects.order_by("id")],
        list(Entry.objects.order_by("id").values()),
        list(Posting.objects.order_by("id").values()),
        list(Allocation.objects.order_by("id").values()),
    ]
