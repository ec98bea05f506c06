"""Writing a new document without JavaScript: every button, every refusal, and nothing lost on the way."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.models import Allowance, Document, Line, TaxEngine
from tests.helpers.editor import NEW, Form, draft_of, opened, product_of
from tests.helpers.engine import service
from tests.world import make_client


def stored() -> tuple[int, int, int]:
    return Document.objects.count(), Line.objects.count(), Allowance.objects.count()


def test_an_invoice_is_written_and_saved_without_a_script(world: Any, clerk: Browser) -> None:
    form = opened(clerk)
    assert form.lines == ["n1", "n2", "n3"]
    form.type(client="K0001", currency="EUR", purchase_order="PO-7", introduction="Guten Tag\r\nzusammen")
    form.type(n1__description="Beratung", n1__quantity="2.5", n1__unit="hours", n1__unit_price="100.123456")
    form.type(n2__description="Buch", n2__unit_price="9.99", n2__discount_percent="10 %", n2__tax="DE7")
    answer = form.press(clerk, NEW)
    document = Document.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("billing:document", args=["acme", document.uuid]))
    assert (document.state, document.client, document.created_by) == ("draft", world.client, world.people["clerk"])
    assert (document.purchase_order, document.introduction, document.net_days) == ("PO-7", "Guten Tag\nzusammen", 14)
    lines = list(
        Line.objects.filter(document=document).values_list("description", "quantity", "unit", "unit_price", "amount")
    )
    assert lines == [
        ("Beratung", Decimal("2.5"), "HUR", Decimal("100.123456"), Decimal("250.31")),
        ("Buch", Decimal(1), "C62", Decimal("9.99"), Decimal("8.99")),
    ]
    assert document.total == Decimal("250.31") + Decimal("8.99") + Decimal("47.56") + Decimal("0.63")


def test_saving_twice_with_one_form_writes_one_document(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__unit_price="10")
    first, second = form.press(clerk, NEW), form.press(clerk, NEW)
    assert first["Location"] == second["Location"]
    assert Document.objects.count() == 1


def test_a_page_without_its_key_saves_nothing(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(client="K0001", form_key="")
    answer = Form(form.press(clerk, NEW))
    assert (answer.status, answer.errors()) == (
        422,
        {"": "This form is incomplete. Reload the page and send it again."},
    )
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"client": ""}, {"id_client": "This field is required."}),
        (
            {"client": "nobody of that name"},
            {"id_client": "No client matches this. Choose one from the list, or add the client first."},
        ),
        ({"currency": "BTC"}, {"id_currency": "Select a valid choice. BTC is not one of the available choices."}),
        ({"language": "xx"}, {"id_language": "Select a valid choice. xx is not one of the available choices."}),
        ({"net_days": "-1"}, {"id_net_days": "Ensure this value is greater than or equal to 0."}),
        ({"net_days": "3651"}, {"id_net_days": "Ensure this value is less than or equal to 3650."}),
        ({"net_days": "soon"}, {"id_net_days": "Enter a whole number."}),
        ({"issue_date": "31.12.2026"}, {"id_issue_date": "Enter a valid date."}),
        ({"issue_date": "9999-12-31"}, {"id_issue_date": "Check the year."}),
        ({"supply_from": "1026-01-01"}, {"id_supply_from": "Check the year."}),
        (
            {"supply_from": "2026-03-02", "supply_to": "2026-03-01"},
            {"id_supply_to": "The supply period ends before it starts."},
        ),
        ({"bank_account": "x"}, {"id_bank_account": "Select a valid choice. x is not one of the available choices."}),
        (
            {"purchase_order": "x" * 61},
            {"id_purchase_order": "Ensure this value has at most 60 characters (it has 61)."},
        ),
        ({"notes": "a\0b"}, {"id_notes": "Null characters are not allowed."}),
        ({"n1__description": ""}, {"lines-n1-description": "Describe what is billed on this line."}),
        (
            {"n1__description": "x" * 2001},
            {"lines-n1-description": "This is too long: at most 2000 characters."},
        ),
        ({"n1__sku": "x" * 41}, {"lines-n1-sku": "This is too long: at most 40 characters."}),
        ({"n1__quantity": "two"}, {"lines-n1-quantity": "Enter a number."}),
        ({"n1__quantity": "1,5"}, {"lines-n1-quantity": "Write this number as 15 / 1.5."}),
        (
            {"n1__quantity": "0.0000001"},
            {"lines-n1-quantity": "That is more decimals than are kept here: at most 6."},
        ),
        ({"n1__unit": "parsec"}, {"lines-n1-unit": "Choose a unit from the list."}),
        ({"n1__unit_price": ""}, {"lines-n1-unit_price": "Enter a price; zero is one too."}),
        (
            {"n1__unit_price": "-1"},
            {"lines-n1-unit_price": "A price cannot be negative. Use a negative quantity for a return."},
        ),
        (
            {"n1__unit_price": "999999999999999"},
            {"lines-n1-unit_price": "This amount is too large to be stored. Check quantity and price."},
        ),
        ({"n1__unit_price": "1e5"}, {"lines-n1-unit_price": "Enter a number."}),
        ({"n1__unit_price": "NaN"}, {"lines-n1-unit_price": "Enter a number."}),
        (
            {"n1__discount_percent": "101"},
            {
                "lines-n1-discount_percent": "The discount is larger than the line. Enter at most the line's amount, or "
                "at most 100 %."
            },
        ),
        (
            {"n1__discount_percent": "-5"},
            {"lines-n1-discount_percent": "A discount cannot be negative. Enter a charge instead."},
        ),
        ({"n1__tax": "XX99"}, {"lines-n1-tax": "Choose a tax from the list."}),
        (
            {"n1__quantity": "-3"},
            {"": "The total would be negative. Bill returns with a credit note, or take them off the lines."},
        ),
    ],
)
def test_what_cannot_be_saved_says_why_at_its_field(
    world: Any, clerk: Browser, typed: dict[str, str], errors: dict[str, str]
) -> None:
    form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__unit_price="10").type(**typed)
    answer = Form(form.press(clerk, NEW))
    assert (answer.status, answer.errors()) == (422, errors)
    assert stored() == (0, 0, 0)
    unknown_to_menus = {"BTC", "xx", "x", "XX99", "a\0b"}
    for name, value in typed.items():
        key, _, cell = name.partition("__")
        assert value in unknown_to_menus or answer.get(f"lines-{key}-{cell}" if cell else name) == value


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (
            {"discount_percent": "5", "discount_amount": "5"},
            {"discount_amount": "Enter the discount either in per cent or as an amount, not both."},
        ),
        ({"discount_amount": "0.005"}, {"discount_amount": "That is more decimals than are kept here: at most 2."}),
        ({"account": "9999"}, {"account": "Choose an account from the list."}),
        ({"cost_center": "x" * 41}, {"cost_center": "This is too long: at most 40 characters."}),
        ({"service_from": "2026-13-01"}, {"service_from": "Enter a date as year-month-day."}),
        (
            {"service_from": "2026-03-02", "service_to": "2026-03-01"},
            {"service_to": "The supply period ends before it starts."},
        ),
    ],
)
def test_the_fields_behind_more_are_refused_in_sight(
    world: Any, clerk: Browser, typed: dict[str, str], errors: dict[str, str]
) -> None:
    form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__unit_price="10")
    form = Form(form.press(clerk, NEW, "more:n1"))
    assert form.focused() == "lines-n1-discount_amount"
    answer = Form(form.type(**{f"n1__{name}": value for name, value in typed.items()}).press(clerk, NEW))
    assert (answer.status, answer.errors()) == (422, {f"lines-n1-{name}": text for name, text in errors.items()})
    assert answer.focused() == f"lines-n1-{next(iter(errors))}"
    assert stored() == (0, 0, 0)


def test_lines_are_added_moved_and_removed_by_buttons_and_nothing_is_lost(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(client="half typed", n1__description="one", n2__description="two", n2__unit_price="x")
    form = Form(form.press(clerk, NEW, "add:5"))
    assert form.lines == ["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"]
    form = Form(form.press(clerk, NEW, "up:n2"))
    assert form.lines[:3] == ["n2", "n1", "n3"]
    form = Form(form.press(clerk, NEW, "down:n2"))
    form = Form(form.press(clerk, NEW, "remove:n3"))
    assert form.lines == ["n1", "n2", "n4", "n5", "n6", "n7", "n8"]
    assert [form.get(name) for name in ("client", "lines-n1-description", "lines-n2-unit_price")] == [
        "half typed",
        "one",
        "x",
    ]
    form = Form(form.press(clerk, NEW, "nonsense:n2"))
    assert (form.status, len(form.lines)) == (200, 7)
    assert stored() == (0, 0, 0)


def test_a_new_line_is_where_the_page_opens_and_has_the_last_lines_tax(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(n3__tax="DE7")
    form = Form(form.press(clerk, NEW, "add:1"))
    assert (form.focused(), form.get("lines-n4-tax"), form.get("lines-n1-tax")) == (
        "lines-n4-description",
        "DE7",
        "*",
    )


def test_recalculate_shows_totals_and_only_complains_of_what_cannot_be_read(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(n1__unit_price="100", n1__quantity="2")
    counted = Form(form.press(clerk, NEW, "count"))
    assert (counted.status, counted.errors(), counted.total()) == (200, {}, "€238.00")
    wrong = Form(counted.type(n1__quantity="two").press(clerk, NEW, "count"))
    assert wrong.errors() == {"lines-n1-quantity": "Enter a number."}
    assert wrong.page.xpath("//*[@data-total]") == []


def test_a_discount_and_a_charge_on_the_whole(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__unit_price="100", n1__tax="")
    form = Form(form.press(clerk, NEW, "allowance"))
    assert form.focused() == "allowances-n1-description"
    form = Form(form.press(clerk, NEW, "allowance"))
    sent = {
        "n1-description": "Rabatt",
        "n1-percent": "5",
        "n2-description": "Fracht",
        "n2-amount": "7",
        "n2-kind": "charge",
    }
    form.type(**{f"allowances-{name}": value for name, value in sent.items()})
    assert form.press(clerk, NEW).status_code == 302
    rows = list(Allowance.objects.values_list("description", "is_charge", "percent", "fixed_amount", "amount"))
    assert rows == [("Rabatt", False, 5, None, 5), ("Fracht", True, None, 7, 7)]
    assert Document.objects.get().total == 102


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"percent": "5"}, {"description": "Say what it is for; this text is printed."}),
        ({"description": "Rabatt"}, {"amount": "Enter a percentage or an amount."}),
        (
            {"description": "Rabatt", "percent": "5", "amount": "5"},
            {"percent": "Enter either a percentage or an amount."},
        ),
        ({"description": "x" * 121, "percent": "5"}, {"description": "This is too long: at most 120 characters."}),
        ({"description": "Rabatt", "percent": "five"}, {"percent": "Enter a number."}),
        ({"description": "Rabatt", "amount": "11"}, {"amount": "The discount is larger than the sum of the lines."}),
    ],
)
def test_a_discount_that_makes_no_sense_is_refused_at_its_field(
    world: Any, clerk: Browser, typed: dict[str, str], errors: dict[str, str]
) -> None:
    form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__unit_price="10")
    form = Form(form.press(clerk, NEW, "allowance"))
    form.type(**{f"allowances-n1-{name}": value for name, value in typed.items()})
    answer = Form(form.press(clerk, NEW))
    assert (answer.status, answer.errors()) == (422, {f"allowances-n1-{name}": text for name, text in errors.items()})
    removed = Form(answer.press(clerk, NEW, "forgo:n1"))
    assert (removed.allowances, stored()) == ([], (0, 0, 0))


def test_a_line_that_only_names_a_product_is_filled_from_it(world: Any, clerk: Browser) -> None:
    product_of(world)
    form = Form(opened(clerk).type(n1__sku="CONS").press(clerk, NEW, "count"))
    cells = ("description", "unit", "unit_price", "quantity", "tax")
    assert [form.get(f"lines-n1-{name}") for name in cells] == ["Consulting, per hour", "hours", "120.00", "1", "*"]
    assert form.press(clerk, NEW).status_code == 422  # no client yet
    assert form.type(client="K0001").press(clerk, NEW).status_code == 302
    line = Line.objects.get()
    assert (line.product.sku, line.sku, line.unit_price) == ("CONS", "CONS", 120)


def test_a_clients_terms_come_at_the_press_of_a_button(world: Any, clerk: Browser) -> None:
    make_client(world.company, "Smith & Sons", currency="USD", language="en", net_days=30)
    form = Form(opened(clerk).type(client="smith").press(clerk, NEW, "terms"))
    assert [form.get(name) for name in ("client", "currency", "language", "net_days")] == [
        "Smith & Sons (K0002)",
        "USD",
        "en",
        "30",
    ]
    assert "There is no exchange rate for USD" in form.page.get_element_by_id("totals").text_content()


def test_a_name_two_clients_share_is_asked_back(world: Any, clerk: Browser) -> None:
    make_client(world.company, "Nordlicht Verlag")
    answer = Form(opened(clerk).type(client="nordlicht").press(clerk, NEW))
    assert answer.errors() == {
        "id_client": "Several clients match: Nordlicht Medien GmbH (K0001), Nordlicht Verlag (K0002). Write the number "
        "of the one you mean."
    }


def test_another_companys_client_is_nobody(world: Any, stranger: Any, clerk: Browser) -> None:
    make_client(stranger.company, "Globex Only Ltd", number="G77")
    for text in ("G77", "Globex Only Ltd", "Globex Only Ltd (G77)"):
        answer = Form(opened(clerk).type(client=text).press(clerk, NEW))
        assert list(answer.errors()) == ["id_client"]
    assert clerk.get(NEW, {"client": stranger.client.uuid}).status_code == 404
    assert clerk.get(NEW, {"client": "no-uuid"}).status_code == 404
    assert stored() == (0, 0, 0)


def test_the_form_starts_on_the_terms_of_the_client_named_in_the_url(world: Any, clerk: Browser) -> None:
    client = make_client(world.company, "Smith & Sons", currency="GBP", language="en", net_days=7)
    form = opened(clerk, f"{NEW}?client={client.uuid}")
    assert [form.get(name) for name in ("client", "currency", "net_days")] == ["Smith & Sons (K0002)", "GBP", "7"]


def test_a_copy_starts_with_the_content_but_not_the_dates(world: Any, stranger: Any, clerk: Browser) -> None:
    original = draft_of(world, issue_date=dt.date(2026, 3, 1), purchase_order="PO-1")
    form = opened(clerk, f"{NEW}?copy={original.uuid}")
    assert form.lines == ["n1", "n2"]
    assert [form.get(name) for name in ("client", "issue_date", "supply_to", "purchase_order", "revision")] == [
        "Nordlicht Medien GmbH (K0001)", "", "", "PO-1", ""
    ]  # fmt: skip
    assert form.press(clerk, NEW).status_code == 302
    copy = Document.objects.latest("id")
    assert (copy.total, copy.pk == original.pk, Line.objects.count()) == (original.total, False, 4)
    assert clerk.get(NEW, {"copy": draft_of(stranger).uuid}).status_code == 404


def test_more_lines_than_a_document_holds_are_refused(
    world: Any, clerk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.forms.documents.MAX_LINES", 1)
    form = opened(clerk).type(client="K0001", n1__unit_price="1", n2__unit_price="1")
    for act, status in (("save", 422), ("count", 200)):
        answer = Form(form.press(clerk, NEW, act))
        assert (answer.status, answer.errors()) == (status, {"": "A document holds at most 1 lines."})
    assert stored() == (0, 0, 0)


def test_a_small_business_charges_no_tax_unless_told(world: Any, clerk: Browser) -> None:
    world.company.small_business = True
    world.company.save()
    form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__unit_price="100")
    assert form.press(clerk, NEW).status_code == 302
    assert (Document.objects.get().tax, Line.objects.get().taxes.count()) == (0, 0)


def test_the_tax_follows_the_client_unless_one_is_chosen(world: Any, clerk: Browser) -> None:
    """Live, at the press of a button, and when it is saved."""
    place = {"line1": "1", "city": "Zürich", "postcode": "8001", "country": "CH"}
    make_client(world.company, "Alpen AG", address=place)
    form = opened(clerk).type(n1__description="Beratung", n1__unit_price="100")
    assert Form(form.press(clerk, NEW, "count")).total() == "€119.00"
    form.type(client="Alpen AG")
    assert "data-total>€100.00<" in form.press(clerk, f"{NEW}totals/").content.decode()
    assert Form(form.press(clerk, NEW, "count")).total() == "€100.00"
    form.type(n2__description="Reise", n2__unit_price="10", n2__tax="DE7")
    assert form.press(clerk, NEW).status_code == 302
    taxes = Line.objects.order_by("position").values_list("taxes__tax_code__code", flat=True)
    assert list(taxes) == ["OUTSIDE", "DE7"]


def test_an_engine_outside_is_asked_before_the_draft_is_saved(
    world: Any, clerk: Browser, settings: Any, monkeypatch: Any
) -> None:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("ACME__TAX_KEY", "k")
    with service() as engine:
        TaxEngine.objects.create(company=world.company, url=engine.url, secret="env:ACME__TAX_KEY")
        form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__unit_price="100")
        assert Form(form.press(clerk, NEW, "count")).total() == "€119.00"  # the preview asks nobody
        assert engine.asked == []
        assert form.press(clerk, NEW).status_code == 302
        document = Document.objects.get()
        edit = f"/acme/documents/{document.uuid}/edit/"
        again = opened(clerk, edit)
        assert again.press(clerk, edit).status_code == 302  # its taxes are chosen now
    assert (document.tax_engine, document.tax, len(engine.asked)) == ("remote/7", Decimal("6.63"), 1)


def test_a_stored_line_of_somebody_else_cannot_be_named(world: Any, stranger: Any, clerk: Browser) -> None:
    theirs = Line.objects.filter(document=draft_of(stranger)).first()
    form = opened(clerk).type(client="K0001", n1__description="Mine", n1__unit_price="1")
    form.pairs = [
        (name.replace("-n1-", f"-l{theirs.pk}-"), f"l{theirs.pk}" if value == "n1" else value)
        for name, value in form.pairs
    ]
    assert form.press(clerk, NEW).status_code == 302
    mine = Line.objects.get(description="Mine")
    assert mine.pk != theirs.pk
    theirs.refresh_from_db()
    assert theirs.description == "Beratung"


def test_keys_nobody_gave_out_and_keys_sent_twice_do_not_count(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(client="K0001", n1__description="Once", n1__unit_price="1")
    form.pairs += [("lines", "n1"), ("lines", "../x"), ("lines", "l" + "9" * 40), ("lines-../x-description", "no")]
    assert form.press(clerk, NEW).status_code == 302
    assert list(Line.objects.values_list("description", flat=True)) == ["Once"]
