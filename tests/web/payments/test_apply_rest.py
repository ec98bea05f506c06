"""Applying what is left of a payment."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from payments.models import Allocation, Payment
from tests.helpers.money import all_of, fields, invoice, payment, row_of, settled, state


def url(made: Payment, name: str = "apply") -> str:
    return reverse(f"payments:{name}", args=["acme", made.uuid])


def test_rest_goes_to_the_oldest_documents(world: Any, accountant: Browser) -> None:
    late, later = invoice(world, on=dt.date(2026, 3, 2)), invoice(world, on=dt.date(2026, 3, 10))
    made = payment(world, "130.00")
    sent = fields(accountant.get(url(made)).content.decode())
    assert (sent[f"{row_of(sent, late)}-amount"], sent[f"{row_of(sent, later)}-amount"]) == ("100.00", "30.00")
    answer = accountant.post(url(made), sent)
    assert (answer.status_code, answer["Location"]) == (302, url(made, "payment"))
    made.refresh_from_db()
    later.refresh_from_db()
    assert (made.unapplied, later.open_amount) == (0, 70)
    again = accountant.post(url(made), sent)
    assert (again.status_code, again["Location"]) == (302, url(made, "payment"))
    assert Allocation.objects.count() == 2
    settled()


def test_part_of_the_rest_may_stay(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    made = payment(world, "100.00")
    sent = fields(accountant.get(url(made)).content.decode()) | {"shares-0-amount": "40.00"}
    assert accountant.post(url(made), sent).status_code == 302
    made.refresh_from_db()
    document.refresh_from_db()
    assert (made.unapplied, document.open_amount) == (60, 60)


def test_nothing_left_leads_back(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00", all_of(invoice(world)))
    assert accountant.get(url(made))["Location"] == url(made, "payment")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"shares-0-amount": ""}, "Enter how much goes to at least one document."),
        ({"shares-0-amount": "0"}, "Enter how much goes to at least one document."),
        ({"shares-0-amount": "100.01"}, "Only €100.00 of RE-2026-00001 is still open."),
        ({"shares-0-amount": "ten"}, "Enter a number."),
        ({"shares-0-document": "x"}, "This document is no longer open."),
        ({"shares-TOTAL_FORMS": "x"}, "ManagementForm data is missing or has been tampered with"),
    ],
)
def test_bad_input_changes_nothing(world: Any, accountant: Browser, wrong: dict[str, str], says: str) -> None:
    invoice(world)
    made = payment(world, "200.00")
    sent = fields(accountant.get(url(made)).content.decode())
    before = state()
    answer = accountant.post(url(made), sent | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert state() == before


def test_same_document_twice_is_refused(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    made = payment(world, "200.00")
    sent = fields(accountant.get(url(made)).content.decode())
    sent |= {"shares-TOTAL_FORMS": "2", "shares-1-document": str(document.uuid), "shares-1-amount": "1.00"}
    before = state()
    answer = accountant.post(url(made), sent)
    assert answer.status_code == 422
    assert "RE-2026-00001 is listed twice." in answer.content.decode()
    assert state() == before


def test_document_by_number_when_the_table_cannot_hold_all(
    world: Any, accountant: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.reports.open_items.open_documents.__defaults__", ((), 1))
    invoice(world, on=dt.date(2026, 3, 2))
    newest = invoice(world, "50.00", on=dt.date(2026, 3, 10))
    made = payment(world, "120.00")
    shown = accountant.get(url(made)).content.decode()
    assert "1 newer document is not shown." in shown
    missing = accountant.post(url(made), fields(shown) | {"find": "1", "number": "RE-2026-00099"}).content.decode()
    assert "No open document of this client has that number." in missing
    added = accountant.post(url(made), fields(missing) | {"find": "1", "number": "re-2026-00002"})
    sent = fields(added.content.decode())
    assert sent[f"{row_of(sent, newest)}-amount"] == "20.00"
    assert "newer document is not shown" not in added.content.decode()
