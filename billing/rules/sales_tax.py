"""Sales tax from the seller's own table: which of its rows speaks for a place. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LocalRate:
    """A rate in per cent for postcodes that begin with `prefix` (empty: the whole `region`), on the days it is valid."""

    region: str
    prefix: str
    rate: Decimal
    valid_from: dt.date
    valid_to: dt.date | None = None
    name: str = ""


def local_rate(rows: Iterable[LocalRate], region: str, postcode: str, day: dt.date) -> LocalRate | None:
    """The row with the longest prefix that fits the place on `day`; None where the seller charges nothing there."""
    code = postcode.strip().upper()
    fitting = [
        row
        for row in rows
        if row.region == region.strip().upper()
        and code.startswith(row.prefix)
        and row.valid_from <= day
        and (row.valid_to is None or row.valid_to >= day)
    ]
    return max(fitting, key=lambda row: (len(row.prefix), row.valid_from), default=None)
