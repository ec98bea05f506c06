from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection

from billing.actions.products import archive_product, change_product, create_product, restore_product
from billing.documents.units import UNITS as PRINTED
from billing.models import Account, Price, Product, TaxCode
from billing.rules.offer import PriceDetails, ProductDetails
from billing.rules.units import UNITS
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.world import AT

D = Decimal


def details(world: Any, **fields: Any) -> ProductDetails:
    given: dict[str, Any] = {
        "sku": "BER-1",
        "name": "Beratung",
        "unit": "HUR",
        "tax_code_id": TaxCode.objects.for_company(world.company).get(code="DE19").pk,
        "account_id": Account.objects.for_company(world.company).get(code="8400").pk,
        "prices": (PriceDetails("EUR", D("120")), PriceDetails("EUR", D("98.123456"), world.client.pk)),
    }
    return ProductDetails(**(given | fields))


def create(world: Any, **fields: Any) -> Product:
    return create_product(
        company_id=world.company.pk, details=details(world, **fields), actor=world.owner, at=AT, reason="Sortiment"
    )


def change(world: Any, product: Product, wanted: ProductDetails) -> Product:
    return change_product(
        company_id=world.company.pk, product_uuid=product.uuid, details=wanted, actor=world.people["clerk"], at=AT
    )


def prices(product: Product) -> list[tuple[str, Decimal, int | None]]:
    return [(p.currency, p.unit_price, p.client_id) for p in Price.objects.filter(product=product).order_by("id")]


def everything() -> dict[str, Any]:
    return {
        "products": list(Product.objects.order_by("id").values()),
        "prices": list(Price.objects.order_by("id").values()),
        "history": Product.history.count() + Price.history.count(),
        "events": Event.objects.count(),
    }


def test_a_product_is_stored_with_its_prices_and_history(world: Any) -> None:
    product = Product.objects.get(pk=create(world).pk)
    assert (product.sku, product.name, product.unit) == ("BER-1", "Beratung", "HUR")
    assert (product.tax_code.code, product.account.code) == ("DE19", "8400")  # type: ignore[union-attr]
    assert prices(product) == [("EUR", D("120"), None), ("EUR", D("98.123456"), world.client.pk)]
    row = product.history.get()
    assert (row.history_user, row.history_change_reason) == (world.owner, "Sortiment")
    assert Price.history.filter(product_id=product.pk).count() == 2
    assert Event.objects.get(subject=product.uuid).type == "product.created"


def test_saving_what_is_stored_writes_nothing(world: Any) -> None:
    product = create(world)
    before = everything()
    change(world, product, details(world))
    assert everything() == before


def test_prices_are_changed_added_and_removed(world: Any) -> None:
    product = create(world)
    kept = Price.objects.get(product=product, client=None)
    change(world, product, details(world, prices=(PriceDetails("USD", D(1)), PriceDetails("EUR", D("125")))))
    assert sorted(prices(product)) == [("EUR", D("125"), None), ("USD", D("1"), None)]
    kept.refresh_from_db()
    assert kept.unit_price == D("125")
    assert [row.history_type for row in kept.history.all()] == ["~", "+"]
    event = Event.objects.filter(subject=product.uuid).latest("id")
    assert (event.type, event.data) == ("product.changed", {"fields": ["prices"]})


def test_fields_are_changed_alone(world: Any) -> None:
    product = create(world)
    before = prices(product)
    changed = change(world, product, details(world, name="Beratung vor Ort", tax_code_id=None))
    assert (changed.name, changed.tax_code, prices(changed)) == ("Beratung vor Ort", None, before)
    assert Event.objects.filter(subject=product.uuid).latest("id").data == {"fields": ["name", "tax_code"]}
    assert product.history.first().history_user == world.people["clerk"]


REFUSALS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"sku": ""}, "field.invalid", "sku"),
    ({"sku": "x" * 41}, "field.invalid", "sku"),
    ({"name": "nul\0"}, "field.invalid", "name"),
    ({"unit": "XYZ"}, "product.unit", "unit"),
    ({"tax_code_id": 10**9}, "product.choice", "tax_code"),
    ({"account_id": 10**9}, "product.choice", "account"),
    ({"prices": (PriceDetails("BGN", D(1)),)}, "currency.unknown", "prices.0.currency"),
    ({"prices": (PriceDetails("EUR", D(-1)),)}, "line.price_negative", "prices.0.unit_price"),
    ({"prices": (PriceDetails("EUR", D("0.0000001")),)}, "field.invalid", "prices.0.unit_price"),
    ({"prices": (PriceDetails("EUR", D(10) ** 13),)}, "field.invalid", "prices.0.unit_price"),
    ({"prices": (PriceDetails("EUR", D("NaN")),)}, "field.invalid", "prices.0.unit_price"),
    ({"prices": (PriceDetails("EUR", D(1)), PriceDetails("EUR", D(2)))}, "price.twice", "prices.1.currency"),
    ({"prices": (PriceDetails("EUR", D(1), 10**9),)}, "price.client", "prices.0.client"),
]


@pytest.mark.parametrize(("fields", "code", "field"), REFUSALS, ids=[f"{code}-{field}" for _, code, field in REFUSALS])
def test_bad_input_is_refused_at_its_field_and_nothing_is_stored(
    world: Any, fields: dict[str, Any], code: str, field: str
) -> None:
    product = create(world, sku="OLD")
    before = everything()
    for attempt in (
        lambda: create(world, **fields),
        lambda: change(world, product, details(world, **({"name": "Neu"} | fields))),
    ):
        with pytest.raises(BusinessError) as refusal:
            attempt()
        assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_a_sku_is_taken_once_per_company(world: Any, stranger: Any) -> None:
    create(world)
    with pytest.raises(BusinessError) as refusal:
        create(world)
    assert (refusal.value.code, refusal.value.field) == ("product.sku_taken", "sku")
    assert create(stranger).company == stranger.company


def test_what_belongs_to_another_company_is_not_chosen(world: Any, stranger: Any) -> None:
    foreign = [
        ({"tax_code_id": TaxCode.objects.for_company(stranger.company).first().pk}, "tax_code"),
        ({"account_id": Account.objects.for_company(stranger.company).get(code="8400").pk}, "account"),
        ({"prices": (PriceDetails("EUR", D(1), stranger.client.pk),)}, "prices.0.client"),
    ]
    before = everything()
    for fields, field in foreign:
        with pytest.raises(BusinessError) as refusal:
            create(world, **fields)
        assert refusal.value.field == field
    assert everything() == before


def test_archived_choices_stay_but_are_not_chosen_anew(world: Any) -> None:
    product = create(world)
    TaxCode.objects.filter(pk=product.tax_code_id).update(archived_at=AT)
    assert change(world, product, details(world, name="Neu")).name == "Neu"
    with pytest.raises(BusinessError) as refusal:
        create(world, sku="B")
    assert refusal.value.code == "product.choice"


def test_an_account_not_meant_for_lines_is_refused(world: Any) -> None:
    with pytest.raises(BusinessError) as refusal:
        create(world, account_id=Account.objects.for_company(world.company).get(code="1400").pk)
    assert (refusal.value.code, refusal.value.field) == ("product.choice", "account")


def test_archive_and_restore_happen_once(world: Any) -> None:
    product = create(world)
    for verb in (archive_product, archive_product, restore_product, restore_product, archive_product):
        verb(company_id=world.company.pk, product_uuid=product.uuid, actor=world.owner, at=AT)
    told = Event.objects.filter(subject=product.uuid).order_by("id").values_list("type", flat=True)
    assert list(told) == ["product.created", "product.archived", "product.restored", "product.archived"]
    with pytest.raises(BusinessError) as refusal:
        change(world, product, details(world, name="Neu"))
    assert refusal.value.code == "product.archived"
    assert Product.objects.get(pk=product.pk).name == "Beratung"


def test_foreign_products_do_not_exist(world: Any, stranger: Any) -> None:
    product = create(stranger)
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        change(world, product, details(world))
    assert refusal.value.code == "not_found"
    with pytest.raises(BusinessError):
        archive_product(company_id=world.company.pk, product_uuid=product.uuid, actor=world.owner, at=AT)
    assert everything() == before


def test_raw_sql_is_recorded_and_bounded(world: Any) -> None:
    product = create(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor', '', true), set_config('app.at', '', true)")
        cursor.execute(
            "UPDATE billing_price SET unit_price = 1 WHERE product_id = %s AND client_id IS NULL", [product.pk]
        )
    row = Price.history.filter(product_id=product.pk).order_by("-history_id").first()
    assert (row.unit_price, row.history_user, row.database_role) == (D(1), None, connection.settings_dict["USER"])
    with pytest.raises(IntegrityError):
        Price.objects.filter(product=product).update(unit_price=-1)


def test_every_unit_offered_can_be_printed_in_every_language() -> None:
    for language, names in PRINTED.items():
        assert UNITS.keys() - names.keys() == set(), language
