"""Every due date falls into exactly one column."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.aging import CODES, age, ages

TODAY = dt.date(2026, 3, 16)


def column_of(due: dt.date, today: dt.date) -> list[str]:
    return [
        found.code
        for found in ages(today)
        if (found.first is None or found.first <= due) and (found.last is None or due <= found.last)
    ]


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (-400, "current"), (-1, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
        (61, "61-90"), (90, "61-90"), (91, "91-120"), (120, "91-120"), (121, "121"), (4000, "121"),
    ],
)  # fmt: skip
def test_columns_start_and_end_where_they_say(days: int, code: str) -> None:
    assert column_of(TODAY - dt.timedelta(days=days), TODAY) == [code]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.dates(dt.date(2000, 1, 1), dt.date(2080, 1, 1)))
def test_no_day_is_left_out_or_counted_twice(due: dt.date, today: dt.date) -> None:
    assert len(column_of(due, today)) == 1


def test_columns_by_name() -> None:
    assert [found.code for found in ages(TODAY)] == list(CODES)
    assert all(age(code, TODAY) == found for code, found in zip(CODES, ages(TODAY), strict=True))
    assert age("overdue", TODAY) == ("overdue", None, dt.date(2026, 3, 15))
    assert age("", TODAY) is None
    assert age("old", TODAY) is None
