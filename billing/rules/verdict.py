"""What the newest proof of the books says now. Pure."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

# The nightly run plus two hours: an older proof means that a night went by without one.
FRESH = dt.timedelta(hours=26)


class Verdict(NamedTuple):
    """`code` is never, differences, stale or proven; `tone` a colour of the badge tag."""

    code: str
    tone: str


def verdict(proven_at: dt.datetime | None, differences: int, now: dt.datetime) -> Verdict:
    """Of a proof made at `proven_at` that found `differences`; a known difference outweighs age."""
    if proven_at is None:
        return Verdict("never", "warn")
    if differences:
        return Verdict("differences", "bad")
    return Verdict("stale", "warn") if now - proven_at > FRESH else Verdict("proven", "good")
