"""What the newest proof says as it ages."""

import datetime as dt

import pytest

from billing.rules.verdict import verdict

NOW = dt.datetime(2026, 3, 16, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("age", "differences", "found"),
    [
        (None, 0, ("never", "warn")),
        (dt.timedelta(0), 0, ("proven", "good")),
        (dt.timedelta(hours=26), 0, ("proven", "good")),
        (dt.timedelta(hours=26, seconds=1), 0, ("stale", "warn")),
        (dt.timedelta(0), 1, ("differences", "bad")),
        (dt.timedelta(days=9), 2, ("differences", "bad")),
    ],
)
def test_verdict(age: dt.timedelta | None, differences: int, found: tuple[str, str]) -> None:
    assert verdict(None if age is None else NOW - age, differences, NOW) == found
