"""Recording money: who paid, the proposal, the saving."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.models import ExchangeRate
from invoicing_site.messages import SENTENCES
from payments.models import Allocation, Payment
from tests.helpers.money import all_of, fields, invoice, payment, row_of, settled, state
from tests.helpers.people import office_client
from tests.world import TODAY, make_client

RECORD = "/acme/payments/new/"


def begin(browser: Browser, **query: Any) -> dict[str, str]:
    """The form as the page shows it."""
    answer = browser.get(RECORD, query)
    assert answer.status_code == 200
    return fields(answer.content.decode())


def typed(sent: dict[str, str], **more: str) -> dict[str, str]:
    return sent | {"amount": "100.00", "received_on": str(TODAY)} | more


def test_no_script_choose_suggest_record(world: Any, accountant: Browser) -> None:
    late, later = invoice(world, on=dt.date(2026, 3, 2)), invoice(world, "50.00", on=dt.date(2026, 3, 10))
    choose = accountant.get(RECORD, {"q": "nordlicht"})
    assert f"{RECORD}?client={world.client.uuid}" in choose.content.decode()
    sent = typed(begin(accountant, client=world.client.uuid), amount="120.00", reference="Kontoauszug 7")
    suggested = accountant.post(RECORD, sent | {"suggest": "1"})
    assert suggested.status_code == 200
    sent = fields(suggested.content.decode())
    assert (sent[f"{row_of(sent, late)}-amount"], sent[f"{row_of(sent, later)}-amount"]) == ("100.00", "20.00")
    assert Payment.objects.count() == 0
    answer = accountant.post(RECORD, sent)
    made = Payment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("payments:payment", args=["acme", made.uuid]))
    assert (made.amount, made.unapplied, made.reference, made.created_by) == (120, 0, "Kontoauszug 7", world.accountant)
    late.refresh_from_db()
    later.refresh_from_db()
    assert (late.open_amount, later.open_amount) == (0, 30)
    settled()


def test_explicit_choice_wins_over_the_oldest(world: Any, accountant: Browser) -> None:
    late, later = invoice(world, on=dt.date(2026, 3, 2)), invoice(world, on=dt.date(2026, 3, 10))
    sent = typed(begin(accountant, client=world.client.uuid))
    sent = fields(accountant.post(RECORD, sent | {"suggest": "1"}).content.decode())
    sent |= {f"{row_of(sent, late)}-amount": "", f"{row_of(sent, later)}-amount": "70.00"}
    again = fields(accountant.post(RECORD, sent | {"suggest": "1"}).content.decode())
    assert (again[f"{row_of(again, late)}-amount"], again[f"{row_of(again, later)}-amount"]) == ("", "70.00")
    assert again["seen"] == "30 EUR"
    assert accountant.post(RECORD, again).status_code == 302
    assert list(Allocation.objects.values_list("settlement__document", "amount")) == [(later.pk, 70)]
    assert Payment.objects.get().unapplied == 30


def test_oldest_first_button_forgets_what_was_typed(world: Any, accountant: Browser) -> None:
    late, later = invoice(world, on=dt.date(2026, 3, 2)), invoice(world, on=dt.date(2026, 3, 10))
    sent = typed(begin(accountant, client=world.client.uuid))
    sent |= {f"{row_of(sent, later)}-amount": "70.00"}
    again = fields(accountant.post(RECORD, sent | {"oldest": "1"}).content.decode())
    assert (again[f"{row_of(again, late)}-amount"], again[f"{row_of(again, later)}-amount"]) == ("100.00", "")


def test_over_payment_is_said_before_it_is_saved(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    sent = typed(begin(accountant, client=world.client.uuid), amount="130.00")
    asked = accountant.post(RECORD, sent)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "€30.00 stays with Nordlicht Medien GmbH as unapplied credit" in page
    assert "Nothing is recorded yet." in page
    assert Payment.objects.count() == 0
    assert accountant.post(RECORD, fields(page)).status_code == 302
    assert Payment.objects.get().unapplied == 30
    document.refresh_from_db()
    assert document.open_amount == 0


def test_changed_amount_is_asked_about_again(world: Any, accountant: Browser) -> None:
    invoice(world)
    sent = typed(begin(accountant, client=world.client.uuid), amount="130.00")
    sent = fields(accountant.post(RECORD, sent).content.decode())
    asked = accountant.post(RECORD, sent | {"amount": "150.00"})
    assert "€50.00 stays with" in asked.content.decode()
    assert Payment.objects.count() == 0


def test_client_without_open_documents_pays_in_advance(world: Any, accountant: Browser) -> None:
    answer = accountant.get(RECORD, {"client": world.client.uuid})
    assert "The whole payment stays with the client as unapplied credit" in answer.content.decode()
    assert accountant.post(RECORD, typed(fields(answer.content.decode()))).status_code == 302
    made = Payment.objects.get()
    assert (made.amount, made.unapplied) == (100, 100)


def test_from_a_document_its_open_amount_is_filled_in(world: Any, accountant: Browser) -> None:
    older, wanted = invoice(world, on=dt.date(2026, 3, 2)), invoice(world, "75.50")
    sent = begin(accountant, document=wanted.uuid)
    assert (sent["amount"], sent["currency"]) == ("75.50", "EUR")
    assert (sent[f"{row_of(sent, wanted)}-amount"], sent[f"{row_of(sent, older)}-amount"]) == ("75.50", "")
    assert accountant.post(RECORD, sent | {"received_on": str(TODAY)}).status_code == 302
    wanted.refresh_from_db()
    older.refresh_from_db()
    assert (wanted.open_amount, older.open_amount) == (0, 100)


def test_foreign_document_asks_for_both_amounts(world: Any, accountant: Browser) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="manual"
    )
    document = invoice(world, "100.00", "USD")
    sent = typed(begin(accountant, client=world.client.uuid), amount="92.00", currency="EUR")
    sent = fields(accountant.post(RECORD, sent | {"suggest": "1"}).content.decode())
    row = row_of(sent, document)
    assert (sent[f"{row}-amount"], sent[f"{row}-paid"]) == ("", "")
    before = state()
    one = accountant.post(RECORD, sent | {f"{row}-amount": "100.00"})
    assert one.status_code == 422
    assert "Enter the amount in EUR too." in one.content.decode()
    assert state() == before
    assert accountant.post(RECORD, sent | {f"{row}-amount": "100.00", f"{row}-paid": "92.00"}).status_code == 302
    document.refresh_from_db()
    assert (document.open_amount, Payment.objects.get().unapplied) == (0, 0)
    settled()


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"amount": "abc"}, "amount", "Enter a number."),
        ({"amount": "1,00"}, "amount", "Write this number as"),
        ({"amount": ""}, "amount", "This field is required."),
        ({"amount": "0"}, "amount", str(SENTENCES["payment.amount"])),
        ({"amount": "-5"}, "amount", str(SENTENCES["payment.amount"])),
        ({"amount": "1.001"}, "amount", str(SENTENCES["payment.amount"])),
        ({"amount": "99999999999999999.00"}, "amount", "Ensure that there are no more than"),
        ({"currency": "XYZ"}, "currency", "Select a valid choice."),
        ({"currency": "USD"}, "currency", "There is no exchange rate for USD on or before 16 Mar 2026."),
        ({"received_on": "31.02.2026"}, "received_on", "Enter a valid date."),
        ({"received_on": "2099-01-01"}, "received_on", str(SENTENCES["payment.future"])),
        ({"method": "barter"}, "method", "Select a valid choice."),
        ({"reference": "x" * 141}, "reference", "Ensure this value has at most 140 characters"),
    ],
)
def test_bad_input_stands_at_its_field_and_changes_nothing(
    world: Any, accountant: Browser, wrong: dict[str, str], field: str, says: str
) -> None:
    sent = typed(begin(accountant, client=world.client.uuid))
    before = state()
    answer = accountant.post(RECORD, sent | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    error = page[page.index(f'id="id_{field}_error"') :]
    assert says in error[: error.index("</div>")]
    assert 'aria-invalid="true"' in page
    assert state() == before


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("100.01", "Only €100.00 of RE-2026-00001 is still open."),
        ("0.001", str(SENTENCES["payment.amount"])),
        ("-1", str(SENTENCES["payment.amount"])),
        ("x", "Enter a number."),
    ],
)
def test_bad_share_stands_at_its_row(world: Any, accountant: Browser, amount: str, says: str) -> None:
    document = invoice(world)
    sent = typed(begin(accountant, client=world.client.uuid), amount="200.00")
    row = row_of(sent, document)
    sent = fields(accountant.post(RECORD, sent | {f"{row}-amount": amount}).content.decode()) | {
        f"{row}-amount": amount
    }
    before = state()
    # What stays unapplied was shown, so the verb is asked.
    left = Decimal("200") - (Decimal(amount) if amount != "x" else 0)
    answer = accountant.post(RECORD, sent | {"seen": f"{left.normalize():f} EUR"})
    page = answer.content.decode()
    assert answer.status_code == 422
    error = page[page.index(f'id="id_{row}-amount_error"') :]
    assert says in error[: error.index("</span></span>")]
    assert state() == before


def test_more_applied_than_paid_is_refused(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    sent = typed(begin(accountant, client=world.client.uuid), amount="60.00")
    before = state()
    answer = accountant.post(RECORD, sent | {f"{row_of(sent, document)}-amount": "70.00"})
    assert answer.status_code == 422
    assert "Only €60.00 of this payment is left to apply." in answer.content.decode()
    assert "More is applied than was paid." in answer.content.decode()
    assert state() == before


def test_document_settled_meanwhile_is_refused(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    sent = typed(begin(accountant, document=document.uuid))
    payment(world, "100.00", all_of(document), reference="first")
    before = state()
    answer = accountant.post(RECORD, sent)
    assert answer.status_code == 422
    assert "This document is no longer open. Take its amount out." in answer.content.decode()
    assert state() == before


def test_double_click_records_once(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    sent = typed(begin(accountant, document=document.uuid))
    first, second = accountant.post(RECORD, sent), accountant.post(RECORD, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1
    document.refresh_from_db()
    assert document.open_amount == 0


def test_two_tabs_record_once_unless_it_is_another_payment(world: Any, accountant: Browser) -> None:
    first = typed(begin(accountant, client=world.client.uuid))
    second = typed(begin(accountant, client=world.client.uuid))
    assert first["form_key"] != second["form_key"]
    assert accountant.post(RECORD, first).status_code == 302
    before = state()
    made = Payment.objects.get()
    answer = accountant.post(RECORD, second)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert str(SENTENCES["payment.twin"]) in page
    assert reverse("payments:payment", args=["acme", made.uuid]) in page
    assert state() == before
    assert accountant.post(RECORD, second | {"another": "on"}).status_code == 302
    assert Payment.objects.count() == 2


def test_same_key_with_other_content_changes_nothing(world: Any, accountant: Browser) -> None:
    sent = typed(begin(accountant, client=world.client.uuid))
    accountant.post(RECORD, sent)
    before = state()
    assert accountant.post(RECORD, sent | {"amount": "200.00"}).status_code == 409
    assert state() == before


def test_form_without_its_key_changes_nothing(world: Any, accountant: Browser) -> None:
    sent = typed(begin(accountant, client=world.client.uuid))
    before = state()
    answer = accountant.post(RECORD, sent | {"form_key": ""})
    assert answer.status_code == 422
    assert str(SENTENCES["form.no_key"]) in answer.content.decode()
    assert state() == before


def test_german_numbers(world: Any, accountant: Browser) -> None:
    world.accountant.language = "de"
    world.accountant.save()
    document = invoice(world, "1234.50")
    sent = begin(accountant, document=document.uuid)
    assert sent["amount"] == "1234,50"
    before = state()
    assert accountant.post(RECORD, typed(sent, amount="1,234.50")).status_code == 422
    assert state() == before
    assert accountant.post(RECORD, typed(sent, amount="1.234,50")).status_code == 302
    assert Payment.objects.get().amount == Decimal("1234.50")


@pytest.mark.parametrize("role", ["clerk", "auditor"])
def test_roles_without_the_right_change_nothing(world: Any, browser: Callable[[str], Browser], role: str) -> None:
    document = invoice(world)
    sent = typed(begin(office_client(world.accountant), document=document.uuid))
    before = state()
    person = browser(role)
    assert person.get(RECORD).status_code == 403
    assert person.post(RECORD, sent).status_code == 403
    assert state() == before


def test_rows_of_a_stranger_do_not_exist(world: Any, stranger: Any, accountant: Browser) -> None:
    theirs = invoice(stranger)
    invoice(world)
    before = state()
    for query in ({"client": stranger.client.uuid}, {"document": theirs.uuid}, {"client": "x"}, {"document": "1"}):
        assert accountant.get(RECORD, query).status_code == 404
    sent = typed(begin(accountant, client=world.client.uuid))
    assert accountant.post(RECORD, sent | {"client": str(stranger.client.uuid)}).status_code == 404
    other = invoice(world, client=make_client(world.company, "Andere AG"))
    before = state()
    for document in (theirs, other):
        answer = accountant.post(RECORD, sent | {"shares-0-document": str(document.uuid), "shares-0-amount": "5.00"})
        assert answer.status_code == 422
        assert "This document is no longer open." in answer.content.decode()
    assert "globex" not in accountant.get(RECORD, {"q": "Nordlicht"}).content.decode().lower()
    assert office_client(stranger.accountant).get(RECORD).status_code == 404
    assert state() == before
