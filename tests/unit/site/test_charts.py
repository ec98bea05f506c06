"""Where bars and grid lines stand."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing_site import charts

amounts = st.decimals(-(10**9), 10**9, places=2)


def test_two_series_stand_side_by_side_on_the_zero_line() -> None:
    drawn = charts.layout(charts.Bars("t", ("a", "b"), [("Nov", (D(80), D(40)))], "EUR"))
    assert [tick for tick, _ in drawn.ticks] == [D(80), D(60), D(40), D(20), D(0)]
    assert drawn.groups[0].bars == (
        charts.Bar(1, D("15.00"), D("0.00"), D("35.00"), D("100.00")),
        charts.Bar(2, D("50.00"), D("50.00"), D("35.00"), D("50.00")),
    )


def test_a_negative_month_hangs_below_the_zero_line() -> None:
    drawn = charts.layout(charts.Bars("t", ("a",), [("Oct", (D(100),)), ("Nov", (D(-50),))], "EUR"))
    zero = next(y for tick, y in drawn.ticks if tick == 0)
    up, down = drawn.groups[0].bars[0], drawn.groups[1].bars[0]
    assert up.y + up.height == zero
    assert down.y == zero
    assert down.height > 0


def test_nothing_to_show_draws_no_bar_and_still_a_zero_line() -> None:
    assert charts.layout(charts.Bars("t", ("a",), [], "EUR")).groups == ()
    flat = charts.layout(charts.Bars("t", ("a",), [("Nov", (D(0),))], "EUR"))
    assert flat.groups[0].bars[0].height == 0
    assert [tick for tick, _ in flat.ticks] == [1, 0]


@pytest.mark.parametrize(
    ("span", "size"), [("4", "1"), ("5", "2"), ("80000", "20000"), ("100", "25"), ("30", "10"), ("0", "1")]
)
def test_steps_are_round(span: str, size: str) -> None:
    assert charts.step(D(span)) == D(size)


@given(st.lists(amounts, min_size=1, max_size=12))
def test_every_bar_stays_inside_the_drawing(values: list[D]) -> None:
    drawn = charts.layout(charts.Bars("t", ("a",), [(str(n), (v,)) for n, v in enumerate(values)], "EUR"))
    assert len(drawn.ticks) <= 7
    for group in drawn.groups:
        for bar in group.bars:
            assert 0 <= bar.y <= 100
            assert bar.y + bar.height <= D("100.01")
            assert group.x <= bar.x <= bar.x + bar.width <= group.x + group.width + D("0.05")


def test_shares_follow_each_other_and_fill_the_bar() -> None:
    assert charts.shares([D(60), D(30), D(10)]) == [
        (D(0), D("60.00")),
        (D("60.00"), D("30.00")),
        (D("90.00"), D("10.00")),
    ]


def test_shares_of_nothing_or_less_take_no_room() -> None:
    assert charts.shares([D(0), D(0)]) == [(0, 0), (0, 0)]
    assert charts.shares([D(-5), D(5)]) == [(0, 0), (0, D("100.00"))]
