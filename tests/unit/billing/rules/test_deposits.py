"""A deposit takes of every tax what the whole has of it, and its parts add up to the cent."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.deposits import parts, split, wanted
from billing.rules.totals import DocumentInput, LineInput, Tax, compute
from invoicing_site.errors import BusinessError
from invoicing_site.money import quantum

D = Decimal
S19, S7 = Tax("S19", "S", D(19)), Tax("S7", "S", D(7))
SETS: tuple[tuple[int, ...], ...] = ((), (1,), (2,), (1, 2))


@given(
    whole=st.dictionaries(st.sampled_from(SETS), st.integers(-10_000, 10_000_000), min_size=1),
    percent=st.integers(1, 100),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_parts_add_up_and_stay_within_the_whole(whole: dict[Any, int], percent: int, currency: str) -> None:
    unit = quantum(currency)
    amounts = {key: D(units) * unit for key, units in whole.items()}
    positive = {key: amount for key, amount in amounts.items() if amount > 0}
    total = sum(positive.values(), D(0))
    if not positive:
        with pytest.raises(BusinessError, match="deposit.nothing"):
            split(amounts, unit, currency)
        return
    try:
        asked = wanted(total, currency, D(percent), None)
    except BusinessError:
        assert total * percent / 100 < unit
        return
    shares = split(amounts, asked, currency)
    assert sum(shares.values()) == asked
    for key, share in shares.items():
        assert 0 < share <= positive[key]
        assert abs(share - positive[key] * asked / total) < unit
        assert share % unit == 0


def test_parts_of_a_whole_with_two_rates() -> None:
    lines = (
        LineInput(D(1), D("1000.00"), D(0), D(0), (S19,)),
        LineInput(D(1), D("500.00"), D(0), D(0), (S7,)),
        LineInput(D(2), D("50.00"), D(0), D(0), (S19,)),
    )
    totals = compute(DocumentInput("EUR", False, lines, ()))
    whole = parts(totals, [(1,), (2,), (1,)])
    assert whole == {(1,): D("1309.00"), (2,): D("535.00")}
    asked = wanted(totals.total, "EUR", D(30), None)
    assert asked == D("553.20")
    assert split(whole, asked, "EUR") == {(1,): D("392.70"), (2,): D("160.50")}


def test_an_amount_is_asked_for_as_it_stands() -> None:
    assert wanted(D("100.00"), "EUR", None, D("33.33")) == D("33.33")


@pytest.mark.parametrize(
    ("percent", "amount", "code", "field"),
    [
        (None, None, "deposit.one_way", "percent"),
        (D(10), D(10), "deposit.one_way", "percent"),
        (D(0), None, "deposit.percent", "percent"),
        (D(101), None, "deposit.percent", "percent"),
        (D("NaN"), None, "deposit.percent", "percent"),
        (D("0.001"), None, "deposit.percent", "percent"),
        (None, D(0), "deposit.amount", "amount"),
        (None, D("100.01"), "deposit.amount", "amount"),
        (None, D("1.005"), "deposit.amount", "amount"),
        (None, D("Infinity"), "deposit.amount", "amount"),
    ],
)
def test_what_cannot_be_asked_is_refused(percent: D | None, amount: D | None, code: str, field: str) -> None:
    with pytest.raises(BusinessError) as refused:
        wanted(D("100.00"), "EUR", percent, amount)
    assert (refused.value.code, refused.value.field) == (code, field)
