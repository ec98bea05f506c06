"""The sum carried from page to page."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.rules.carry import carried

AMOUNTS = st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2))


@given(AMOUNTS)
def test_each_sum_is_the_one_before_and_its_line(amounts: list[Decimal]) -> None:
    sums = carried(amounts)
    assert len(sums) == len(amounts)
    assert [later - earlier for earlier, later in zip([Decimal(0), *sums], sums, strict=False)] == amounts


def test_ten_cents_three_thousand_times_stay_cents() -> None:
    assert carried([Decimal("0.10")] * 3000)[-1] == Decimal("300.00")
