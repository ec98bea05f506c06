from __future__ import annotations

import re
from typing import Any

import pytest

from billing.actions.series import add_series, change_series, jump_counter, prefer_series
from billing.models import Counter, Jump, Series
from billing.rules.numbering import LARGEST_SEQ, render
from billing.rules.numbers import shape
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.money import invoice
from tests.world import AT, TODAY


def series(world: Any) -> Series:
    found: Series = Series.objects.for_company(world.company).get(kind="invoice", is_default=True)
    return found


def call(verb: Any, world: Any, row: Series | None = None, **fields: Any) -> Any:
    options = {"company_id": world.company.pk, "actor": world.accountant, "at": AT} | fields
    return verb(**options | ({"series_uuid": row.uuid} if row else {}))


def everything() -> dict[str, Any]:
    return {
        "series": list(Series.objects.order_by("id").values()),
        "counters": list(Counter.objects.order_by("id").values()),
        "jumps": Jump.objects.count(),
        "events": Event.objects.count(),
    }


def give(world: Any, seq: int = 1) -> Counter:
    """As if `seq` numbers were given this year."""
    made: Counter = Counter.objects.create(company=world.company, series=series(world), period_key="2026", last=seq)
    return made


CHANGE = {"name": "Rechnungen", "pattern": "RE-{year}-{seq:05}", "reset": "yearly"}


def test_pattern_and_reset_change_while_no_number_was_given(world: Any) -> None:
    changed = call(change_series, world, series(world), name="Ausgang", pattern="{yy}{month}-{seq:04}", reset="monthly")
    assert (changed.name, changed.pattern, changed.reset) == ("Ausgang", "{yy}{month}-{seq:04}", "monthly")
    event = Event.objects.filter(subject=changed.uuid).get()
    assert event.data == {"pattern": "{yy}{month}-{seq:04}", "reset": "monthly"}
    told = Event.objects.count()
    call(change_series, world, series(world), name="Ausgang", pattern="{yy}{month}-{seq:04}", reset="monthly")
    assert Event.objects.count() == told


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"pattern": "RE-{year}"}, "series.seq", "pattern"),
        ({"pattern": "RE-{seq}"}, "series.year", "pattern"),
        ({"pattern": "RE-{year}-{seq}", "reset": "monthly"}, "series.month", "pattern"),
        ({"pattern": "RE {year} {seq}"}, "series.characters", "pattern"),
        ({"pattern": "R" * 30 + "{year}{seq}"}, "field.invalid", "pattern"),
        ({"pattern": "{year}-{month}-{seq:09}-{seq}"}, "series.seq", "pattern"),
        ({"pattern": ""}, "field.invalid", "pattern"),
        ({"reset": "daily"}, "field.invalid", "reset"),
        ({"name": " "}, "field.invalid", "name"),
        ({"pattern": "INV-{year}-{seq}"}, "series.pattern_taken", "pattern"),
    ],
)
def test_a_wrong_pattern_is_refused_at_its_field(world: Any, fields: dict[str, Any], code: str, field: str) -> None:
    call(add_series, world, name="Zweite", pattern="INV-{year}-{seq}", reset="yearly")
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(change_series, world, series(world), **(CHANGE | fields))
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_reset_is_settled_with_the_first_number(world: Any) -> None:
    give(world)
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(change_series, world, series(world), **(CHANGE | {"reset": "never"}))
    assert (refusal.value.code, refusal.value.field, everything()) == ("series.in_use", "reset", before)
    assert call(change_series, world, series(world), **(CHANGE | {"name": "Neu"})).name == "Neu"


def test_two_series_never_write_the_same_number(world: Any) -> None:
    number = invoice(world).number
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(add_series, world, name="Gleich", pattern="RE-{year}-{seq:04}", reset="yearly")
    assert (refusal.value.code, refusal.value.field) == ("series.clash", "pattern")
    assert refusal.value.params == {"number": number}
    assert everything() == before
    assert (
        call(add_series, world, name="Anders", pattern="R-{year}-{seq:04}", reset="yearly").pattern
        == "R-{year}-{seq:04}"
    )


def test_one_series_is_the_default(world: Any) -> None:
    first = series(world)
    second = call(add_series, world, name="Zweite", pattern="B{seq}", reset="never")
    assert (series(world), second.is_default) == (first, False)
    for _round in range(2):
        call(prefer_series, world, second)
    assert series(world) == second
    told = Event.objects.filter(subject=second.uuid).order_by("id").values_list("type", flat=True)
    assert list(told) == ["series.added", "series.preferred"]
    third = call(add_series, world, name="Dritte", pattern="C{seq}", reset="never", preferred=True)
    assert Series.objects.for_company(world.company).filter(kind="invoice", is_default=True).get() == third


def test_the_counter_jumps_forward_and_says_why(world: Any) -> None:
    jump = call(jump_counter, world, series(world), next_seq=500, reason=" Übernahme aus dem Altsystem ")
    assert (jump.after, jump.upto, jump.reason, jump.jumped_by) == (
        0,
        499,
        "Übernahme aus dem Altsystem",
        world.accountant,
    )
    event = Event.objects.filter(subject=series(world).uuid).latest("id")
    assert (event.type, event.data) == ("series.jumped", {"period": "2026", "after": 0, "upto": 499})
    assert invoice(world).number == "RE-2026-00500"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"next_seq": 42}, "series.counter_backwards", "next_seq"),
        ({"next_seq": 43}, "series.counter_backwards", "next_seq"),
        ({"next_seq": -5}, "series.counter_backwards", "next_seq"),
        ({"next_seq": LARGEST_SEQ + 1}, "series.counter_end", "next_seq"),
        ({"reason": " "}, "series.reason", "reason"),
        ({"reason": "x" * 301}, "field.invalid", "reason"),
    ],
)
def test_a_wrong_jump_moves_nothing(world: Any, fields: dict[str, Any], code: str, field: str) -> None:
    give(world, 42)
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(jump_counter, world, series(world), **({"next_seq": 100, "reason": "Grund"} | fields))
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_foreign_series_do_not_exist(world: Any, stranger: Any) -> None:
    row = series(stranger)
    before = everything()
    for verb, fields in (
        (change_series, CHANGE | {"name": "X"}),
        (prefer_series, {}),
        (jump_counter, {"next_seq": 100, "reason": "Grund"}),
    ):
        with pytest.raises(BusinessError) as refusal:
            call(verb, world, row, **fields)
        assert refusal.value.code == "not_found"
    assert everything() == before


@pytest.mark.parametrize(
    "pattern", ["RE-{year}-{seq:05}", "{yy}/{month}.{seq}", "A_{seq}", "INV-{year:05}{month:03}-{seq}"]
)
def test_the_shape_of_a_pattern_holds_its_numbers(pattern: str) -> None:
    for seq in (1, 99999, LARGEST_SEQ):
        assert re.fullmatch(shape(pattern), render(pattern, seq, TODAY)), render(pattern, seq, TODAY)
    assert not re.fullmatch(shape(pattern), "X" + render(pattern, 1, TODAY))
