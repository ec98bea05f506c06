"""A number is read back as the series wrote it, and never as another series' (SPEC B4)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.numbering import period_key, render
from billing.rules.numbers import given_by

PATTERNS = [
    ("RE-{year}-{seq:05}", "yearly"),
    ("R{yy}{month}/{seq}", "monthly"),
    ("{seq:03}.{year}", "yearly"),
    ("INV-{seq}", "never"),
    ("A{year}-{month}-{seq:04}", "monthly"),
]


@given(
    series=st.sampled_from(PATTERNS),
    seq=st.integers(1, 2_000_000),
    on=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
)
def test_what_was_written_is_read_back(series: tuple[str, str], seq: int, on: dt.date) -> None:
    pattern, reset = series
    assert given_by(pattern, reset, render(pattern, seq, on)) == (period_key(reset, on), seq)


@pytest.mark.parametrize(
    "number", ["", "RE-2026-1", "RE-26-00001", "re-2026-00001", "RE-2026-00001 ", "RE-2026-0000A", "XRE-2026-00001"]
)
def test_what_the_series_never_writes_is_not_its_own(number: str) -> None:
    assert given_by("RE-{year}-{seq:05}", "yearly", number) is None
