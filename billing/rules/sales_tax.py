"""Sales tax from the seller's own table: which of its rows speaks for a place. Pure."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from invoicing_site.errors import BusinessError

COLUMNS = ("region", "prefix", "name", "rate", "valid_from", "valid_to")
NEEDED = ("region", "rate", "valid_from")
MOST_ROWS = 50_000
HIGHEST = Decimal(30)
_REGION, _PREFIX = re.compile(r"[A-Z]{2}"), re.compile(r"[0-9]{0,5}")


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


def read_table(text: str) -> list[LocalRate]:
    """The rows of a CSV file with the columns COLUMNS (comma, header first; dates as 2026-01-31), sorted.

    Raises sales_tax.columns, sales_tax.rows, and sales_tax.line with the number of the line and what is wrong in it.
    """
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(), strict=True)
    found = []
    try:
        if not set(NEEDED) <= set(reader.fieldnames or ()):
            raise BusinessError("sales_tax.columns", "table", columns=", ".join(COLUMNS))
        for row in reader:
            found.append(_row(row, reader.line_num))
            if len(found) > MOST_ROWS:
                raise BusinessError("sales_tax.rows", "table", most=MOST_ROWS)
    except csv.Error:
        raise BusinessError("sales_tax.line", "table", line=reader.line_num, what="CSV") from None
    return sorted(found, key=lambda row: (row.region, row.prefix, row.valid_from))


def _row(row: Mapping[str, str | None], line: int) -> LocalRate:
    def wrong(what: str) -> BusinessError:
        return BusinessError("sales_tax.line", "table", line=line, what=what)

    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not _REGION.fullmatch(values["region"].upper()):
        raise wrong("region")
    if not _PREFIX.fullmatch(values["prefix"]):
        raise wrong("prefix")
    try:
        rate = Decimal(values["rate"])
        if not 0 < rate <= HIGHEST or rate % Decimal("0.000001"):
            raise wrong("rate")
    except InvalidOperation:
        raise wrong("rate") from None
    days: list[dt.date | None] = []
    for name in ("valid_from", "valid_to"):
        try:
            days.append(dt.date.fromisoformat(values[name]) if values[name] or name == "valid_from" else None)
        except ValueError:
            raise wrong(name) from None
    start, end = days
    assert start is not None
    if end is not None and end < start:
        raise wrong("valid_to")
    region = values["region"].upper()
    name = values["name"] or f"{region} sales tax {rate.normalize():f} %"
    if len(name) > 60:
        raise wrong("name")
    return LocalRate(region, values["prefix"], rate, start, end, name)
