from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.products import archive_product, create_product
from billing.models import Account, Price, Product, TaxCode
from billing.rules.offer import PriceDetails, ProductDetails
from invoicing_site.models import Event, User
from tests.helpers.people import office_client
from tests.world import AT, make_client

D = Decimal
People = Callable[[str], Browser]


@pytest.fixture
def browser(world: Any) -> People:
    return lambda role: office_client(world.people[role])


def url(name: str, product: Product | None = None, slug: str = "acme") -> str:
    given: dict[str, Any] = {"company": slug} | ({"product": product.uuid} if product else {})
    return reverse(f"billing:{name}", kwargs=given)


def make(world: Any, sku: str = "BER-1", name: str = "Beratung", **fields: Any) -> Product:
    given: dict[str, Any] = {"unit": "HUR", "prices": (PriceDetails("EUR", D("120.50")),)}
    details = ProductDetails(sku=sku, name=name, **(given | fields))
    return create_product(company_id=world.company.pk, details=details, actor=world.owner, at=AT)


def form(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"sku": "NEU", "name": "Neues", "unit": "C62", "tax_code": "", "account": ""}
    data |= {"prices-TOTAL_FORMS": "2", "prices-INITIAL_FORMS": "0"}
    return data | {"prices-0-currency": "EUR", "prices-1-currency": "EUR"} | fields


def state() -> dict[str, Any]:
    return {
        "products": list(Product.objects.order_by("id").values()),
        "prices": list(Price.objects.order_by("id").values()),
        "events": Event.objects.count(),
    }


def errors(response: HttpResponse) -> list[str]:
    editor = response.context["editor"]  # type: ignore[attr-defined]
    return [f"{field}: {text}" for field, texts in editor.main.errors.items() for text in texts] + editor.errors


def test_the_list_shows_active_products_with_prices_for_everybody(world: Any, stranger: Any, browser: People) -> None:
    make(world, prices=(PriceDetails("EUR", D("120.5")), PriceDetails("EUR", D("77.77"), world.client.pk)))
    gone = make(world, "ALT", "Altes")
    archive_product(company_id=world.company.pk, product_uuid=gone.uuid, actor=None, at=AT)
    make(stranger, "FREMD", "Fremdes")
    response = browser("auditor").get(url("products"))
    assert [product.sku for product in response.context["page"]] == ["BER-1"]
    page = response.content.decode()
    assert ("€120.50" in page, "77.77" in page, "hour" in page, "New product" in page) == (True, False, True, False)
    archived = browser("auditor").get(url("products"), {"state": "archived"})
    assert [product.sku for product in archived.context["page"]] == ["ALT"]
    found = browser("clerk").get(url("products"), {"q": "ratu", "state": "all"})
    assert [product.sku for product in found.context["page"]] == ["BER-1"]
    assert browser("clerk").get(url("products"), {"q": "nul\0"}).status_code == 200


def test_the_list_costs_the_same_for_one_and_three(world: Any, browser: People) -> None:
    reader = browser("auditor")
    reader.get(url("products"))
    counts = []
    for skus in (("A",), ("B", "C")):
        for sku in skus:
            make(world, sku, tax_code_id=TaxCode.objects.for_company(world.company).get(code="DE19").pk)
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(url("products")).status_code == 200
        counts.append((len(queries), len([q for q in queries if '"billing_' in q["sql"]])))
    assert counts[0] == counts[1]
    assert counts[0][1] == 2


def test_a_product_is_created_from_the_form(world: Any, browser: People) -> None:
    tax = TaxCode.objects.for_company(world.company).get(code="DE7")
    account = Account.objects.for_company(world.company).get(code="8400")
    fields = {
        "unit": "KGM",
        "tax_code": str(tax.uuid),
        "account": str(account.uuid),
        "prices-0-unit_price": "1,234.567891",
        "prices-1-currency": "USD",
        "prices-1-unit_price": "5",
        "prices-1-client": "Nordlicht Medien GmbH (K0001)",
    }
    response = browser("clerk").post(url("product_new"), form(**fields))
    assert response.headers["Location"] == url("products")
    made = Product.objects.get(sku="NEU")
    assert (made.company, made.unit, made.tax_code, made.account) == (world.company, "KGM", tax, account)
    assert [(p.currency, p.unit_price, p.client) for p in made.prices.order_by("id")] == [
        ("EUR", D("1234.567891"), None),
        ("USD", D("5"), world.client),
    ]
    assert made.history.get().history_user == world.people["clerk"]


def test_german_people_write_prices_the_german_way(world: Any, browser: People) -> None:
    User.objects.filter(pk=world.people["clerk"].pk).update(language="de")
    browser("clerk").post(url("product_new"), form(**{"prices-0-unit_price": "1.234,5"}))
    made = Product.objects.get(sku="NEU")
    assert made.prices.get().unit_price == D("1234.5")
    page = browser("clerk").get(url("product_edit", made)).content.decode()
    assert 'value="1234,5"' in page


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"sku": ""}, "sku: This field is required."),
        ({"sku": "BER-1"}, "sku: Another product already has this SKU. Choose a different one."),
        ({"unit": "XYZ"}, "unit: Select a valid choice. XYZ is not one of the available choices."),
        ({"tax_code": "00000000-0000-4000-8000-000000000000"}, "tax_code: Select a valid choice."),
        ({"prices-0-unit_price": "-1"}, "Price 1, Price: Ensure this value is greater than or equal to 0."),
        ({"prices-0-unit_price": "1,5"}, "Price 1, Price: Write this number as 15 / 1.5."),
        ({"prices-0-unit_price": "0.0000001"}, "Price 1, Price: Ensure that there are no more than 6 decimal places."),
        (
            {"prices-0-unit_price": "1", "prices-0-client": "Nobody"},
            "Price 1, Only for client: There is no such client.",
        ),
        ({"prices-1-client": "K0001"}, "Price 2, Price: This field is required."),
        (
            {"prices-0-unit_price": "1", "prices-1-unit_price": "2"},
            "Price 2, Currency: This currency is listed twice for the same client. Keep one of the two rows.",
        ),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_stored(
    world: Any, browser: People, fields: dict[str, str], error: str
) -> None:
    make(world)
    before = state()
    response = browser("clerk").post(url("product_new"), form(**fields))
    assert response.status_code == 422
    assert [found for found in errors(response) if found.startswith(error)] != []
    assert state() == before


def test_a_name_that_fits_several_clients_asks_which(world: Any, browser: People) -> None:
    make_client(world.company, "Nordlicht Medien GmbH")
    fields = {"prices-0-unit_price": "1", "prices-0-client": "nordlicht medien gmbh"}
    response = browser("clerk").post(url("product_new"), form(**fields))
    assert errors(response) == [
        "Price 1, Only for client: Several clients match: Nordlicht Medien GmbH (K0001), Nordlicht Medien GmbH (K0002). "
        "Enter the number of the one you mean."
    ]


def test_foreign_taxes_and_clients_are_not_offered(world: Any, stranger: Any, browser: People) -> None:
    foreign = TaxCode.objects.for_company(stranger.company).get(code="DE19")
    other = make_client(stranger.company, "Geheim KG", number="X-1")
    before = state()
    page = browser("owner").get(url("product_new")).content.decode()
    assert str(foreign.uuid) not in page
    for fields in ({"tax_code": str(foreign.uuid)}, {"prices-0-unit_price": "1", "prices-0-client": other.number}):
        assert browser("owner").post(url("product_new"), form(**fields)).status_code == 422
    assert state() == before


def test_one_more_price_without_javascript(world: Any, browser: People) -> None:
    before = state()
    response = browser("clerk").post(
        url("product_new"), form(add="prices", **{"prices-0-unit_price": "x", "name": "Halb"})
    )
    editor = response.context["editor"]
    assert (response.status_code, errors(response), state()) == (200, [], before)
    assert editor.main["name"].value() == "Halb"
    assert editor.prices.forms[0]["unit_price"].value() == "x"
    assert len(editor.prices.forms) == 3


def test_a_product_is_edited_and_its_history_shown(world: Any, browser: People) -> None:
    product = make(world)
    fields = {"sku": "BER-1", "name": "Beratung", "unit": "HUR", "prices-0-unit_price": "130"}
    assert browser("clerk").post(url("product_edit", product), form(**fields)).status_code == 302
    assert product.prices.get().unit_price == D("130")
    entries = browser("clerk").get(url("product_edit", product)).context["entries"]
    assert [(entry.title, entry.actor) for entry in entries] == [
        ("Product changed", "Clerk Acme"),
        ("Product created", "Owner Acme"),
    ]
    assert [(c.label, c.before, c.after) for c in entries[0].changes] == [("Price: Price", "120.5", "130")]


def test_archive_and_restore(world: Any, browser: People) -> None:
    product = make(world)
    clerk = browser("clerk")
    assert clerk.post(url("product_archive", product), {"reason": "x" * 101}).status_code == 422
    assert clerk.post(url("product_archive", product), {"reason": "Ende"}).status_code == 302
    product.refresh_from_db()
    assert product.archived_at is not None
    assert product.history.first().history_change_reason == "Ende"
    fields = {"sku": "BER-1", "name": "Anders", "unit": "HUR"}
    assert errors(clerk.post(url("product_edit", product), form(**fields))) == [
        "__all__: This product is archived. Restore it first."
    ]
    clerk.post(url("product_restore", product))
    product.refresh_from_db()
    assert (product.archived_at, product.name) == (None, "Beratung")


def test_who_may_not_edit_changes_nothing(world: Any, browser: People) -> None:
    product = make(world)
    before = state()
    auditor = browser("auditor")
    posts = [
        auditor.post(url("product_new"), form()),
        auditor.get(url("product_edit", product)),
        auditor.post(url("product_edit", product), form()),
        auditor.post(url("product_archive", product)),
        auditor.post(url("product_restore", product)),
    ]
    assert [response.status_code for response in posts] == [403] * 5
    assert state() == before


@pytest.mark.parametrize("name", ["product_edit", "product_archive", "product_restore"])
def test_foreign_products_do_not_exist(world: Any, stranger: Any, browser: People, name: str) -> None:
    product = make(stranger)
    before = state()
    for slug in ("acme", "globex"):
        assert browser("owner").post(url(name, product, slug), form()).status_code == 404
    assert state() == before


def test_a_product_is_goods_or_a_service(world: Any, browser: People) -> None:
    clerk = browser("clerk")
    assert clerk.post(url("product_new"), form(kind="goods")).status_code == 302
    assert Product.objects.get(sku="NEU").kind == "goods"
    assert clerk.post(url("product_new"), form(sku="TWO")).status_code == 302
    assert Product.objects.get(sku="TWO").kind == "service"
    assert clerk.post(url("product_new"), form(sku="BAD", kind="cake")).status_code == 422
    assert not Product.objects.filter(sku="BAD").exists()
