from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection

from billing.actions.taxes import add_rate, add_tax, archive_tax, change_tax, end_rate, restore_tax, withdraw_rate
from billing.models import TaxCode, TaxRate
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.world import AT, TODAY

D = Decimal
DAY = dt.timedelta(days=1)
NEXT_YEAR = dt.date(2027, 1, 1)


def tax(world: Any, code: str = "DE19") -> TaxCode:
    found: TaxCode = TaxCode.objects.for_company(world.company).get(code=code)
    return found


def rates(code: TaxCode) -> list[tuple[str, str, str]]:
    return [
        (f"{row.rate.normalize():f}", row.valid_from.isoformat(), str(row.valid_to))
        for row in code.rates.order_by("valid_from")
    ]


def call(verb: Any, world: Any, row: TaxCode | None = None, /, **fields: Any) -> Any:
    options = {"company_id": world.company.pk, "actor": world.accountant, "at": AT} | fields
    return verb(**options | ({"tax_uuid": row.uuid} if row else {}))


def everything() -> dict[str, Any]:
    return {
        "codes": list(TaxCode.objects.order_by("id").values()),
        "rates": list(TaxRate.objects.order_by("id").values()),
        "events": Event.objects.count(),
        "history": TaxRate.history.count(),
    }


NEW = {
    "code": "AT20",
    "name": "USt 20 %",
    "category": "S",
    "printed": "",
    "rate": D(20),
    "valid_from": dt.date(2016, 1, 1),
}


def test_a_tax_is_added_with_its_first_rate(world: Any) -> None:
    made = call(add_tax, world, **NEW, reason="Standort Wien")
    assert (made.code, made.category, rates(made)) == ("AT20", "S", [("20", "2016-01-01", "None")])
    row = made.history.get()
    assert (row.history_user, row.history_change_reason) == (world.accountant, "Standort Wien")
    event = Event.objects.get(subject=made.uuid)
    assert (event.type, event.data) == ("tax.added", {"code": "AT20", "rate": "20", "from": "2016-01-01"})


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"code": ""}, "field.invalid", "code"),
        ({"code": "de19"}, "tax.code_taken", "code"),
        ({"name": "x" * 61}, "field.invalid", "name"),
        ({"category": "Q"}, "field.invalid", "category"),
        ({"category": "E", "rate": D(0)}, "tax.reason", "printed"),
        ({"category": "E", "rate": D(5), "printed": "§ 4"}, "tax.rate_zero", "rate"),
        ({"rate": D(0)}, "tax.rate_positive", "rate"),
        ({"rate": D(101)}, "tax.rate_bounds", "rate"),
        ({"rate": D(-1)}, "tax.rate_bounds", "rate"),
        ({"rate": D("19.1234567")}, "field.invalid", "rate"),
        ({"rate": D("NaN")}, "field.invalid", "rate"),
    ],
)
def test_a_wrong_tax_is_refused_at_its_field(world: Any, fields: dict[str, Any], code: str, field: str) -> None:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(add_tax, world, **(NEW | fields))
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_a_new_rate_ends_the_one_before_it(world: Any) -> None:
    code = tax(world)
    call(add_rate, world, code, rate=D(21), valid_from=NEXT_YEAR, ends_previous=True)
    assert rates(code)[-2:] == [("19", "2021-01-01", "2026-12-31"), ("21", "2027-01-01", "None")]
    ended = code.rates.get(valid_to=dt.date(2026, 12, 31))
    assert [row.history_type for row in ended.history.all()] == ["~", "+"]


def test_a_rate_may_end_without_a_successor_and_begin_again(world: Any) -> None:
    code = tax(world)
    call(end_rate, world, code, valid_from=dt.date(2021, 1, 1), valid_to=TODAY)
    call(add_rate, world, code, rate=D(16), valid_from=TODAY + DAY)
    assert rates(code)[-2:] == [("19", "2021-01-01", "2026-03-16"), ("16", "2026-03-17", "None")]


def test_only_what_has_not_begun_is_withdrawn(world: Any) -> None:
    code = tax(world)
    call(add_rate, world, code, rate=D(21), valid_from=NEXT_YEAR, ends_previous=True)
    call(withdraw_rate, world, code, valid_from=NEXT_YEAR)
    assert rates(code)[-1] == ("19", "2021-01-01", "2026-12-31")
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(withdraw_rate, world, code, valid_from=dt.date(2021, 1, 1))
    assert (refusal.value.code, everything()) == ("rate.begun", before)


@pytest.mark.parametrize(
    ("verb", "fields", "code", "field"),
    [
        (add_rate, {"rate": D(21), "valid_from": NEXT_YEAR}, "rate.overlap", "valid_from"),
        (add_rate, {"rate": D(21), "valid_from": dt.date(2020, 8, 1), "valid_to": dt.date(2020, 9, 1)}, "rate.overlap", "valid_from"),
        (add_rate, {"rate": D(21), "valid_from": TODAY - DAY, "ends_previous": True}, "rate.used", "valid_from"),
        (add_rate, {"rate": D(21), "valid_from": NEXT_YEAR, "valid_to": NEXT_YEAR - DAY}, "rate.order", "valid_to"),
        (add_rate, {"rate": D(0), "valid_from": NEXT_YEAR, "ends_previous": True}, "tax.rate_positive", "rate"),
        (end_rate, {"valid_from": dt.date(2021, 1, 1), "valid_to": TODAY - 2 * DAY}, "rate.used", "valid_to"),
        (end_rate, {"valid_from": dt.date(2021, 1, 1), "valid_to": dt.date(2020, 1, 1)}, "rate.order", "valid_to"),
        (end_rate, {"valid_from": dt.date(2020, 7, 1), "valid_to": TODAY}, "not_found", None),
        (withdraw_rate, {"valid_from": NEXT_YEAR}, "not_found", None),
    ],
)  # fmt: skip
def test_a_wrong_rate_is_refused_and_nothing_changes(
    world: Any, verb: Any, fields: dict[str, Any], code: str, field: str | None
) -> None:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(verb, world, tax(world), **fields)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_yesterday_is_the_companys(world: Any) -> None:
    """At 23:30 UTC it is already the next day in Berlin: yesterday there is today elsewhere."""
    code = tax(world)
    call(
        end_rate,
        world,
        code,
        valid_from=dt.date(2021, 1, 1),
        valid_to=TODAY,
        at=dt.datetime(2026, 3, 16, 23, 30, tzinfo=dt.UTC),
    )
    assert rates(code)[-1][2] == "2026-03-16"


def test_name_and_reason_change_and_the_rest_stays(world: Any) -> None:
    code = tax(world, "EXPORT")
    changed = call(change_tax, world, code, name="Ausfuhr Drittland", printed="§ 6 UStG")
    assert (changed.code, changed.name, changed.reason, changed.category) == (
        "EXPORT",
        "Ausfuhr Drittland",
        "§ 6 UStG",
        "G",
    )
    told = Event.objects.count()
    call(change_tax, world, code, name="Ausfuhr Drittland", printed="§ 6 UStG")
    assert Event.objects.count() == told
    with pytest.raises(BusinessError) as refusal:
        call(change_tax, world, code, name="Ausfuhr", printed=" ")
    assert (refusal.value.code, refusal.value.field) == ("tax.reason", "printed")
    assert tax(world, "EXPORT").name == "Ausfuhr Drittland"


def test_archive_and_restore_happen_once(world: Any) -> None:
    code = tax(world)
    for verb in (archive_tax, archive_tax, restore_tax, restore_tax):
        call(verb, world, code)
    told = Event.objects.filter(subject=code.uuid).order_by("id").values_list("type", flat=True)
    assert list(told) == ["tax.archived", "tax.restored"]


def test_foreign_taxes_do_not_exist(world: Any, stranger: Any) -> None:
    code = tax(stranger)
    before = everything()
    for verb, fields in (
        (change_tax, {"name": "X", "printed": ""}),
        (add_rate, {"rate": D(21), "valid_from": NEXT_YEAR, "ends_previous": True}),
        (end_rate, {"valid_from": dt.date(2021, 1, 1), "valid_to": TODAY}),
        (withdraw_rate, {"valid_from": NEXT_YEAR}),
        (archive_tax, {}),
        (restore_tax, {}),
    ):
        with pytest.raises(BusinessError) as refusal:
            call(verb, world, code, **fields)
        assert refusal.value.code == "not_found"
    assert everything() == before


def test_the_database_refuses_overlapping_rates(world: Any) -> None:
    code = tax(world)
    with pytest.raises(IntegrityError):
        TaxRate.objects.create(company=world.company, tax_code=code, rate=D(21), valid_from=NEXT_YEAR)


def test_raw_sql_is_recorded(world: Any) -> None:
    row = tax(world).rates.get(valid_to=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor', '', true), set_config('app.at', '', true)")
        cursor.execute("UPDATE billing_taxrate SET rate = 3 WHERE id = %s", [row.pk])
    past = row.history.first()
    assert (past.rate, past.history_user, past.database_role) == (D(3), None, connection.settings_dict["USER"])
