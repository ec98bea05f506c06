"""Recording a refund made outside, and that it came back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from invoicing_site.messages import SENTENCES
from payments.models import Payment, Refund
from tests.helpers.money import all_of, fields, invoice, payment, settled, state
from tests.helpers.people import office_client
from tests.world import TODAY


def url(row: Payment | Refund, name: str = "refund_payment") -> str:
    return reverse(f"payments:{name}", args=["acme", row.uuid])


def form(browser: Browser, made: Payment) -> dict[str, str]:
    return fields(browser.get(url(made)).content.decode()) | {"refunded_on": str(TODAY), "reason": "paid twice"}


def test_refund_takes_from_unapplied_money(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    sent = form(accountant, made)
    assert sent["amount"] == "100.00"
    sent |= {"amount": "30.00", "reference": "SEPA 4711"}
    answer = accountant.post(url(made), sent)
    assert (answer.status_code, answer["Location"]) == (302, url(made, "payment"))
    assert accountant.post(url(made), sent)["Location"] == url(made, "payment")
    given = Refund.objects.get()
    made.refresh_from_db()
    assert (given.amount, given.reference, given.reason, given.recorded_by) == (
        30,
        "SEPA 4711",
        "paid twice",
        world.accountant,
    )
    assert made.unapplied == 70
    settled()


def test_refund_sent_twice_for_all_of_it_is_recorded_once(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    sent = form(accountant, made)
    assert {accountant.post(url(made), sent)["Location"] for _ in range(2)} == {url(made, "payment")}
    assert Refund.objects.count() == 1


def test_undo_brings_the_money_back(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00")
    accountant.post(url(made), form(accountant, made))
    given = Refund.objects.get()
    assert url(given, "undo_refund") in accountant.get(url(made, "payment")).content.decode()
    before = state()
    assert accountant.post(url(given, "undo_refund"), {"form_key": "k" * 32, "reason": ""}).status_code == 422
    assert state() == before
    sent = {"form_key": "k" * 32, "reason": "account closed"}
    assert accountant.post(url(given, "undo_refund"), sent)["Location"] == url(made, "payment")
    made.refresh_from_db()
    assert made.unapplied == 100
    shown = accountant.get(url(made, "payment")).content.decode()
    assert "account closed" in shown
    assert url(given, "undo_refund") not in shown
    settled()


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"amount": "100.01"}, "amount", "Only €100.00 of this payment is unapplied and can be refunded."),
        ({"amount": "0"}, "amount", str(SENTENCES["payment.amount"])),
        ({"amount": "1.005"}, "amount", str(SENTENCES["payment.amount"])),
        ({"amount": "1,5"}, "amount", "Write this number as"),
        ({"refunded_on": "2026-03-15"}, "refunded_on", str(SENTENCES["refund.date"])),
        ({"refunded_on": "2099-01-01"}, "refunded_on", str(SENTENCES["refund.date"])),
        ({"refunded_on": ""}, "refunded_on", "This field is required."),
        ({"method": "barter"}, "method", "Select a valid choice."),
        ({"reason": " "}, "reason", "This field is required."),
    ],
)
def test_bad_input_stands_at_its_field(
    world: Any, accountant: Browser, wrong: dict[str, str], field: str, says: str
) -> None:
    made = payment(world, "100.00")
    sent = form(accountant, made)
    before = state()
    answer = accountant.post(url(made), sent | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    error = page[page.index(f'id="id_{field}_error"') :]
    assert says in error[: error.index("</div>")]
    assert state() == before


def test_applied_money_is_not_refunded(world: Any, accountant: Browser) -> None:
    made = payment(world, "100.00", all_of(invoice(world)))
    before = state()
    assert accountant.get(url(made))["Location"] == url(made, "payment")
    assert "Take it back from a document first." in accountant.get(url(made, "payment")).content.decode()
    assert state() == before


def test_refund_wants_a_fresh_factor(world: Any) -> None:
    made = payment(world, "100.00")
    stale = office_client(world.accountant, fresh=False)
    before = state()
    sent = {"form_key": "k" * 32, "amount": "1.00", "refunded_on": str(TODAY), "method": "cash", "reason": "x"}
    for answer in (stale.get(url(made)), stale.post(url(made), sent)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/step-up/")
    assert state() == before


def test_roles_without_the_right_change_nothing(world: Any, browser: Callable[[str], Browser]) -> None:
    made = payment(world, "100.00")
    given = {"form_key": "k" * 32, "amount": "1.00", "refunded_on": str(TODAY), "method": "cash", "reason": "x"}
    before = state()
    for role in ("clerk", "auditor"):
        person = browser(role)
        assert person.get(url(made)).status_code == 403
        assert person.post(url(made), given).status_code == 403
        assert url(made) not in person.get(url(made, "payment")).content.decode()
    assert state() == before
