"""What the editor asks for while somebody types; none of it stores anything."""

import datetime as dt
import json
from typing import Any

import lxml.html
import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.models import Document, ExchangeRate, Price
from tests.helpers.editor import NEW, opened, product_of
from tests.world import TODAY, make_client

TOTALS, TERMS, LINE = f"{NEW}totals/", f"{NEW}terms/", f"{NEW}line/"


def panel(answer: Any) -> Any:
    assert answer.status_code == 200
    return lxml.html.fromstring(answer.content.decode())


def figures(answer: Any) -> list[list[str]]:
    return [[part.text_content() for part in row] for row in panel(answer).xpath("//dl/div")]


def test_the_live_totals_are_those_the_saved_draft_has(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(client="K0001", n1__description="Beratung", n1__quantity="2.5", n1__unit_price="100.10")
    form.type(n2__description="Buch", n2__quantity="3", n2__unit_price="9.99", n2__discount_percent="10", n2__tax="DE7")
    answer = form.press(clerk, TOTALS)
    assert figures(answer) == [
        ["Net", "277.22"],
        ["USt 19 % on 250.25", "47.55"],
        ["USt 7 % on 26.97", "1.89"],
        ["Total", "€326.66"],
    ]
    assert json.loads(panel(answer).get("data-amounts")) == {"n1": "250.25", "n2": "26.97", "n3": ""}
    assert Document.objects.count() == 0
    form.press(clerk, NEW)
    assert str(Document.objects.get().total) == "326.6600"


def test_half_a_line_counts_and_what_cannot_be_read_is_named(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(n1__unit_price="10", n1__tax="")
    assert figures(form.press(clerk, TOTALS))[-1] == ["Total", "€10.00"]
    wrong = panel(form.type(n1__quantity="ten").press(clerk, TOTALS))
    assert (wrong.xpath("//dl"), [node.text_content() for node in wrong.xpath("//li")]) == (
        [],
        ["Line 1, Quantity: Enter a number."],
    )
    refused = panel(form.type(n1__quantity="-1").press(clerk, TOTALS))
    assert [node.text_content() for node in refused.xpath("//li")] == [
        "The total would be negative. Bill returns with a credit note, or take them off the lines."
    ]


def test_prices_with_tax_show_the_tax_they_contain(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(n1__unit_price="119").check("prices_include_tax")
    assert figures(form.press(clerk, TOTALS)) == [
        ["Lines", "119.00"], ["Total", "€119.00"], ["Net", "100.00"], ["USt 19 % on 100.00", "19.00"]
    ]  # fmt: skip


@pytest.mark.parametrize(("currency", "total"), [("JPY", "JP¥10"), ("KWD", "KWD 9.990"), ("EUR", "€9.99")])
def test_totals_have_the_decimals_of_their_currency(world: Any, clerk: Browser, currency: str, total: str) -> None:
    form = opened(clerk).type(n1__unit_price="9.99", n1__tax="", currency=currency)
    text = figures(form.press(clerk, TOTALS))[-1][1]
    assert text.replace("\N{NO-BREAK SPACE}", " ") == total


def test_a_foreign_currency_shows_its_rate_or_warns_that_there_is_none(
    world: Any, stranger: Any, clerk: Browser
) -> None:
    ExchangeRate.objects.create(company=stranger.company, currency="USD", rate_date=TODAY, rate=2, source="ECB")
    form = opened(clerk).type(n1__unit_price="100", n1__tax="", currency="USD")
    assert (
        "There is no exchange rate for USD on or before 16 Mar 2026." in panel(form.press(clerk, TOTALS)).text_content()
    )
    ExchangeRate.objects.create(company=world.company, currency="USD", rate_date=TODAY, rate="0.9213", source="ECB")
    text = panel(form.press(clerk, TOTALS)).text_content()
    assert "€92.13 at 0.9213 (ECB, 16 Mar 2026)" in text
    assert "There is no exchange rate" not in text
    assert "days old" not in text
    ExchangeRate.objects.filter(company=world.company).update(rate_date=TODAY - dt.timedelta(days=8))
    assert "The rate for USD is 8 days old (8 Mar 2026)." in panel(form.press(clerk, TOTALS)).text_content()


def test_counting_costs_the_same_for_any_number_of_lines(world: Any, clerk: Browser) -> None:
    form = opened(clerk).type(n1__unit_price="1")
    many = opened(clerk)
    for number in range(10, 310):
        many.pairs += [("lines", f"n{number}"), (f"lines-n{number}-unit_price", "1"), (f"lines-n{number}-tax", "*")]
    spent = []
    for sent in (form, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = sent.press(clerk, TOTALS)
        assert answer.status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_a_chosen_client_brings_its_terms(world: Any, clerk: Browser) -> None:
    make_client(world.company, "Smith & Sons", currency="USD", language="en", net_days=30)
    answer = clerk.get(TERMS, {"client": "Smith & Sons (K0002)"})
    page = panel(answer)
    assert page.xpath("//option[@selected]/@value") == ["USD", "en"]
    assert page.xpath("//input[@name='net_days']/@value") == ["30"]
    assert "Smith & Sons · K0002 · 20457 Hamburg" in page.text_content()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nordlicht", "Several clients match:"),
        ("nobody", "No client matches this."),
        ("a\0b", "No client matches this."),
    ],
)
def test_a_name_that_means_nobody_in_particular_changes_no_terms(
    world: Any, clerk: Browser, typed: str, said: str
) -> None:
    make_client(world.company, "Nordlicht Verlag")
    answer = clerk.get(TERMS, {"client": typed})
    assert (answer["HX-Reswap"], said in answer.content.decode()) == ("none", True)


def test_a_product_fills_its_line_at_the_clients_own_price(world: Any, clerk: Browser) -> None:
    product = product_of(world)
    Price.objects.create(company=world.company, product=product, client=world.client, currency="EUR", unit_price=99)
    form = opened(clerk).type(client="K0001", n1__sku="CONS", n1__quantity="7", n1__description="old")
    row = panel(form.press(clerk, LINE))
    cells = {node.get("name"): node.get("value") for node in row.xpath("//input")}
    assert (cells["lines-n1-unit_price"], cells["lines-n1-quantity"], cells["lines-n1-unit"]) == ("99.00", "7", "hours")
    assert row.xpath("//textarea")[0].text.strip() == "Consulting, per hour"
    general = panel(form.type(client="").press(clerk, LINE))
    assert general.xpath("//input[@name='lines-n1-unit_price']/@value") == ["120.00"]


def test_a_product_without_a_price_in_the_currency_leaves_it_open(world: Any, clerk: Browser) -> None:
    product_of(world)
    row = panel(opened(clerk).type(n1__sku="CONS", currency="USD").press(clerk, LINE))
    (price,) = row.xpath("//input[@name='lines-n1-unit_price']")
    assert (price.get("value"), price.get("autofocus") is not None) == ("", True)


def test_unknown_archived_and_foreign_products_fill_nothing(world: Any, stranger: Any, clerk: Browser) -> None:
    product_of(stranger, "THEIRS")
    product_of(world, "OLD", archived_at="2026-01-01T00:00Z")
    for sku in ("THEIRS", "OLD", "NONE"):
        row = panel(opened(clerk).type(n1__sku=sku, n1__description="Mine").press(clerk, LINE))
        assert row.xpath("//textarea")[0].text.strip() == "Mine"


def test_suggestions_are_the_companys_own_active_ones(world: Any, stranger: Any, clerk: Browser) -> None:
    product_of(stranger, "CON-THEIRS", name="Consulting theirs")
    product_of(world, "CONS")
    product_of(world, "OLD", name="Consulting of old", archived_at="2026-01-01T00:00Z")
    make_client(stranger.company, "Nordlicht theirs")
    make_client(world.company, "Nordlicht archived", archived_at="2026-01-01T00:00Z")

    def options(kind: str, typed: str) -> list[str]:
        found = lxml.html.fragments_fromstring(clerk.get(f"{NEW}{kind}/", {"q": typed}).content.decode())
        return [node.get("value") for node in found if not isinstance(node, str)]

    assert options("products", "con") == options("products", "consult") == options("products", "") == ["CONS"]
    assert options("clients", "nordlicht") == options("clients", "") == ["Nordlicht Medien GmbH (K0001)"]
    assert options("products", "con\0%") == []


@pytest.mark.parametrize(
    ("url", "method"), [(TOTALS, "post"), (TERMS, "get"), (LINE, "post"), (f"{NEW}clients/", "get")]
)
def test_an_auditor_has_no_use_for_them(world: Any, browser: Any, url: str, method: str) -> None:
    assert getattr(browser("auditor"), method)(url).status_code == 403
