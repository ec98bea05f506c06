"""The company's own mapping, its table of sales tax, its engine: every verb and every refusal."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.actions.tax_setup import connect_engine, disconnect_engine, import_sales_tax, map_tax, unmap_tax
from billing.models import SalesTaxRate, TaxCode, TaxEngine, TaxMapping
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.world import AT

HEAD = b"region,prefix,name,rate,valid_from,valid_to\n"


def by(world: Any) -> dict[str, Any]:
    return {"company_id": world.company.pk, "actor": world.accountant, "at": AT}


def everything() -> list[Any]:
    models = (TaxMapping, SalesTaxRate, TaxEngine)
    return [list(model.objects.order_by("id").values()) for model in models] + [Event.objects.count()]


def refused(call: Any, **fields: Any) -> tuple[str, str | None]:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(**fields)
    assert everything() == before
    return refusal.value.code, refusal.value.field


def tax(world: Any, code: str = "EXPORT") -> Any:
    return TaxCode.objects.get(company=world.company, code=code)


def mapping(world: Any, **fields: Any) -> TaxMapping:
    given = {"zone": "abroad_goods", "tax_class": "standard", "tax_uuid": tax(world).uuid}
    return map_tax(**(given | fields), **by(world))


def test_a_choice_replaces_the_one_before_and_is_left_again(world: Any) -> None:
    first = mapping(world)
    second = mapping(world, tax_uuid=tax(world, "DE19").uuid)
    assert (second.pk, TaxMapping.objects.get().tax_code.code) == (first.pk, "DE19")
    assert [row.history_type for row in first.history.order_by("history_id")] == ["+", "~"]
    unmap_tax(mapping_uuid=first.uuid, **by(world))
    assert TaxMapping.objects.count() == 0
    told = list(Event.objects.filter(type__startswith="tax.").order_by("id").values_list("type", flat=True))
    assert told == ["tax.mapped", "tax.mapped", "tax.unmapped"]


def test_wrong_choices_are_refused(world: Any, stranger: Any) -> None:
    archived = tax(world, "EU-RC")
    TaxCode.objects.filter(pk=archived.pk).update(archived_at=AT)
    given = {"zone": "home", "tax_class": "standard", "tax_uuid": tax(world).uuid} | by(world)
    assert refused(map_tax, **(given | {"zone": "moon"})) == ("field.invalid", "zone")
    assert refused(map_tax, **(given | {"tax_class": "huge"})) == ("field.invalid", "tax_class")
    for other in (archived.uuid, tax(stranger).uuid, uuid.uuid4()):
        assert refused(map_tax, **(given | {"tax_uuid": other})) == ("tax.choice", "tax_code")
    theirs = mapping(stranger)
    assert refused(unmap_tax, mapping_uuid=theirs.uuid, **by(world)) == ("not_found", None)


def test_another_companys_tax_cannot_be_mapped_in_sql(world: Any, stranger: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxMapping.objects.create(company=world.company, zone="home", tax_class="zero", tax_code=tax(stranger))


def rows() -> list[tuple[str, str, str, str, str]]:
    return [
        (row.region, row.prefix, f"{row.rate.normalize():f}", row.valid_from.isoformat(), str(row.valid_to))
        for row in SalesTaxRate.objects.order_by("region", "prefix", "valid_from")
    ]


def test_a_table_is_imported_once_and_a_newer_one_ends_the_older(world: Any) -> None:
    table = HEAD + b"ny,,,4,2025-01-01,\nNY,100,New York City,8.875,2025-01-01,\nNJ,,,6.625,2018-01-01,\n"
    assert import_sales_tax(table=table, **by(world)) == 3
    assert import_sales_tax(table=table, **by(world)) == 0
    assert SalesTaxRate.objects.get(region="NY", prefix="").name == "NY sales tax 4 %"
    newer = HEAD + b"NY,,,4.5,2027-01-01,\n"
    assert import_sales_tax(table=newer, **by(world)) == 1
    assert import_sales_tax(table=newer, **by(world)) == 0
    assert rows() == [
        ("NJ", "", "6.625", "2018-01-01", "None"),
        ("NY", "", "4", "2025-01-01", "2026-12-31"),
        ("NY", "", "4.5", "2027-01-01", "None"),
        ("NY", "100", "8.875", "2025-01-01", "None"),
    ]
    told = Event.objects.filter(type="sales_tax.imported").order_by("id").values_list("data", flat=True)
    assert list(told) == [{"added": 3, "ended": 0}, {"added": 1, "ended": 1}]


def test_two_versions_in_one_file(world: Any) -> None:
    assert import_sales_tax(table=HEAD + b"NY,,,4.5,2027-01-01,\nNY,,,4,2025-01-01,\n", **by(world)) == 2
    assert [row[4] for row in rows()] == ["2026-12-31", "None"]


@pytest.mark.parametrize(
    ("content", "code", "what"),
    [
        (b"\xff\xfe", "sales_tax.file", None),
        (b"", "sales_tax.columns", None),
        (b"state,rate\nNY,4\n", "sales_tax.columns", None),
        (HEAD + b"New York,,,4,2025-01-01,\n", "sales_tax.line", "region"),
        (HEAD + b"NY,1O0,,4,2025-01-01,\n", "sales_tax.line", "prefix"),
        (HEAD + b"NY,,,four,2025-01-01,\n", "sales_tax.line", "rate"),
        (HEAD + b"NY,,,0,2025-01-01,\n", "sales_tax.line", "rate"),
        (HEAD + b"NY,,,31,2025-01-01,\n", "sales_tax.line", "rate"),
        (HEAD + b"NY,,,NaN,2025-01-01,\n", "sales_tax.line", "rate"),
        (HEAD + b"NY,,,4.12345678,2025-01-01,\n", "sales_tax.line", "rate"),
        (HEAD + b"NY,,,4,01/02/2025,\n", "sales_tax.line", "valid_from"),
        (HEAD + b"NY,,,4,,\n", "sales_tax.line", "valid_from"),
        (HEAD + b"NY,,,4,2025-01-01,soon\n", "sales_tax.line", "valid_to"),
        (HEAD + b"NY,,,4,2025-01-01,2024-01-01\n", "sales_tax.line", "valid_to"),
        (HEAD + b"NY,," + b"x" * 61 + b",4,2025-01-01,\n", "sales_tax.line", "name"),
        (HEAD + b'NY,,"open,4,2025-01-01,\n', "sales_tax.line", "CSV"),
        (HEAD + b"NJ,,,6,2025-01-01,\nNY,,,4,2025-01-01,\nNY,,,5,2025-01-01,\n", "sales_tax.overlap", None),
        (HEAD + b"NY,,,4,2025-01-01,2025-12-31\nNY,,,5,2025-06-01,\n", "sales_tax.overlap", None),
    ],
)
def test_a_table_that_cannot_be_read_imports_nothing(world: Any, content: bytes, code: str, what: str | None) -> None:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        import_sales_tax(table=content, **by(world))
    assert (refusal.value.code, refusal.value.field, refusal.value.params.get("what")) == (code, "table", what)
    assert everything() == before


def test_too_large_a_table(world: Any) -> None:
    assert refused(import_sales_tax, table=b"x" * (4 * 1024 * 1024 + 1), **by(world)) == ("sales_tax.file", "table")
    many = HEAD + b"NY,,,4,2025-01-01,\n" * 50_001
    assert refused(import_sales_tax, table=many, **by(world)) == ("sales_tax.rows", "table")


def test_the_database_keeps_rates_apart_and_in_bounds(world: Any) -> None:
    import_sales_tax(table=HEAD + b"NY,,,4,2025-01-01,\n", **by(world))
    values = {"company": world.company, "region": "NY", "name": "x", "valid_from": dt.date(2026, 1, 1)}
    for wrong in ({"rate": Decimal(5)}, {"rate": Decimal(31), "region": "NJ"}, {"rate": Decimal(0), "region": "NJ"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SalesTaxRate.objects.create(**(values | wrong))
    assert SalesTaxRate.objects.count() == 1


def test_an_engine_is_connected_changed_and_left(world: Any) -> None:
    connect_engine(url=" https://tax.example/v1 ", secret="env:ACME__TAX_KEY", **by(world))
    connect_engine(url="https://tax.example/v2", secret="file:engine.key", **by(world))
    urls = list(TaxEngine.objects.order_by("id").values_list("url", "archived_at"))
    assert urls == [("https://tax.example/v1", AT), ("https://tax.example/v2", None)]
    disconnect_engine(**by(world))
    disconnect_engine(**by(world))
    assert not TaxEngine.objects.filter(archived_at=None).exists()
    told = list(Event.objects.filter(type__startswith="tax_engine.").order_by("id").values_list("type", flat=True))
    assert told == ["tax_engine.connected", "tax_engine.connected", "tax_engine.archived"]


@pytest.mark.parametrize(
    ("url", "secret", "expected"),
    [
        ("http://tax.example/", "env:ACME__KEY", ("tax_engine.url", "url")),
        ("https://me:pw@tax.example/", "env:ACME__KEY", ("tax_engine.url", "url")),
        ("", "env:ACME__KEY", ("field.invalid", "url")),
        ("https://tax.example/", "sk_live_pasted", ("tax_engine.secret", "secret")),
        ("https://tax.example/" + "x" * 300, "env:ACME__KEY", ("field.invalid", "url")),
    ],
)
def test_an_engine_that_may_not_be_asked(world: Any, url: str, secret: str, expected: tuple[str, str]) -> None:
    assert refused(connect_engine, url=url, secret=secret, **by(world)) == expected
