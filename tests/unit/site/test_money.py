from __future__ import annotations

import itertools
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing_site import money
from invoicing_site.errors import BusinessError

D = Decimal
EUROS = st.decimals(D("-1e12"), D("1e12"), places=2)
EUROS_NOT_NEGATIVE = st.decimals(0, D("1e12"), places=2)


def test_every_iso_currency_has_its_minor_unit() -> None:
    assert len(money.CURRENCIES) == 178
    assert {money.minor_unit(code) for code in money.CURRENCIES} == {0, 2, 3, 4}
    assert [money.minor_unit(code) for code in ("JPY", "EUR", "KWD", "CLF")] == [0, 2, 3, 4]
    assert [money.quantum(code) for code in ("JPY", "EUR", "KWD", "CLF")] == [D(1), D("0.01"), D("0.001"), D("0.0001")]
    assert money.ZERO_DECIMAL | money.THREE_DECIMAL | money.FOUR_DECIMAL == set(money.MINOR_UNITS) < money.CURRENCIES
    assert money.NO_MINOR_UNIT < money.ZERO_DECIMAL


@pytest.mark.parametrize("code", sorted(money.CURRENCIES))
def test_each_currency_rounds_splits_and_knows_its_own_digits(code: str) -> None:
    unit = money.quantum(code)
    assert money.round_money(unit * D("2.5"), code) == unit * 3
    assert money.round_money(unit * D("-2.5"), code) == unit * -3
    assert money.round_money(unit * D("2.4999999"), code) == unit * 2
    assert money.is_at_minor_unit(unit, code)
    assert not money.is_at_minor_unit(unit / 2, code)
    assert money.split(unit * 2, [D(1), D(1), D(1)], code) == [unit, unit, 0]


def test_unknown_currency_is_refused_by_name() -> None:
    with pytest.raises(BusinessError) as refusal:
        money.minor_unit("BGN")
    assert (refusal.value.code, refusal.value.field, refusal.value.params) == (
        "currency.unknown",
        "currency",
        {"currency": "BGN"},
    )


def test_rounding_never_shows_a_negative_zero() -> None:
    assert str(money.round_money(D("-0.004"), "EUR")) == "0.00"
    assert str(money.round_money(D("-0.4"), "JPY")) == "0"


def test_rounding_does_not_depend_on_the_callers_context() -> None:
    large = D("999999999999999.12345")
    with localcontext() as context:
        context.prec = 4
        assert str(money.round_money(large, "EUR")) == "999999999999999.12"
        assert str(money.convert(large, D("1234567890.0123456789"), "EUR")) == "1234567890012344596739516.01"
        assert sum(map(int, money.split(D("99999999999"), [D("1.2345678"), D(1)], "JPY"))) == 99999999999


def test_minor_unit_check_takes_trailing_zeros_and_refuses_what_is_no_number() -> None:
    assert money.is_at_minor_unit(D("1.2300"), "EUR")
    assert not money.is_at_minor_unit(D("1.234"), "EUR")
    assert not money.is_at_minor_unit(D("NaN"), "EUR")
    assert not money.is_at_minor_unit(D("Infinity"), "EUR")


def test_conversion_rounds_once_in_the_target_currency() -> None:
    assert money.convert(D("100.00"), D("0.92135"), "EUR") == D("92.14")
    assert money.convert(D("100.00"), D("163.455"), "JPY") == D("16346")
    assert money.convert(D("100"), D("0.3085"), "KWD") == D("30.850")


def test_split_gives_the_cent_to_the_largest_remainder_then_to_the_first() -> None:
    assert money.split(D("10.00"), [D(1), D(1), D(1)], "EUR") == [D("3.34"), D("3.33"), D("3.33")]
    assert money.split(D("0.05"), [D(3), D(7)], "EUR") == [D("0.02"), D("0.03")]
    assert money.split(D("0.01"), [D(0), D("0.1"), D(0)], "EUR") == [0, D("0.01"), 0]
    assert money.split(D("10"), [D(0), D(0), D(0)], "JPY") == [4, 3, 3]
    assert money.split(D("0"), [], "JPY") == []


def test_split_refuses_what_has_no_answer() -> None:
    with pytest.raises(ValueError, match="weight"):
        money.split(D("1.00"), [D(2), D(-1)], "EUR")
    with pytest.raises(ValueError, match="cannot be split"):
        money.split(D("1.00"), [], "EUR")
    with pytest.raises(ValueError, match="cannot be split"):
        money.split(D("1.005"), [D(1)], "EUR")


def test_apportion_far_from_its_parts_shares_the_difference_equally_first() -> None:
    assert money.apportion(D("0.05"), [D(1), D(1)], D(100), "EUR") == [D("0.03"), D("0.02")]
    assert money.apportion(D("-0.03"), [D(1), D(1)], D(100), "EUR") == [D("-0.01"), D("-0.02")]


@given(total=EUROS, weights=st.lists(st.decimals(0, D("1e9"), places=6), min_size=1, max_size=20))
def test_split_sums_exactly_and_is_never_a_unit_off(total: Decimal, weights: list[Decimal]) -> None:
    parts = money.split(total, weights, "EUR")
    whole = sum(weights) or D(len(weights))
    assert sum(parts) == total
    assert money.split(-total, weights, "EUR") == [-part for part in parts]
    for part, weight in zip(parts, weights, strict=True):
        exact = total * (weight if sum(weights) else D(1)) / whole
        assert abs(part - exact) < D("0.01")
        assert money.is_at_minor_unit(part, "EUR")


@given(
    base_total=EUROS_NOT_NEGATIVE,
    total=st.decimals(D("0.001"), D("1e10"), places=3),
    thousandths=st.lists(st.integers(0, 1000), max_size=8),
)
def test_releases_over_any_path_sum_to_what_the_account_held(
    base_total: Decimal, total: Decimal, thousandths: list[int]
) -> None:
    opens = [total, *[money.round_money(total * part / 1000, "KWD") for part in thousandths], D(0)]
    steps = list(itertools.pairwise(opens))
    moves = [money.release(base_total, total, before, after, "EUR") for before, after in steps]
    assert sum(moves) == base_total
    for move, (before, after) in zip(moves, steps, strict=True):
        assert move == 0 or (move > 0) == (before > after)


def test_release_of_an_account_that_held_nothing_is_nothing() -> None:
    assert str(money.release(D("5.00"), D(0), D(0), D(0), "EUR")) == "0.00"


def test_release_in_thirds_loses_no_cent() -> None:
    opens = [D("100.00"), D("66.67"), D("33.33"), D("0.00")]
    moves = [money.release(D("92.14"), D("100.00"), a, b, "EUR") for a, b in itertools.pairwise(opens)]
    assert moves == [D("30.71"), D("30.72"), D("30.71")]
