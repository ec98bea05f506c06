"""The euro reference rates as the European Central Bank publishes them: XML, CSV, and the zip of a CSV. Pure.

Day, 90 days and all days since 1999 have one form each (`eurofxref-daily.xml`, `eurofxref-hist-90d.xml`, `eurofxref-hist.xml`;
`eurofxref.zip`, `eurofxref-hist.zip`). Every rate says how many units of a currency one euro is worth.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from decimal import Decimal
from xml.parsers import expat

from invoicing_site.errors import BusinessError
from invoicing_site.money import CURRENCIES

EURO = "EUR"
LARGEST = 16 * 1024 * 1024  # the XML of all days is about 8 MB
FIRST_DAY = dt.date(1999, 1, 4)
NOT_QUOTED = frozenset({"", "N/A", "-"})
_RATE = re.compile(r"\d{1,9}(\.\d{1,8})?")
_CODE = re.compile(r"[A-Z]{3}")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

Rates = dict[dt.date, dict[str, Decimal]]


def read(content: bytes) -> Rates:
    """Units of each currency for one euro, by day. Codes that ISO 4217 no longer knows are left out.

    Raises at ``file``: rates.file_size (unpacked as well), rates.file_unreadable (no such file, a document type or an entity in
    it, nothing in it), rates.file_impossible (a day twice or before the euro, a currency twice a day, a rate that is none).
    """
    if len(content) > LARGEST:
        raise BusinessError("rates.file_size", "file", megabytes=LARGEST // 1024**2)
    if content.startswith(b"PK"):
        content = _unpacked(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable() from None
    rates = _from_xml(text) if text.lstrip().startswith("<") else _from_csv(text)
    if not any(rates.values()):
        raise _unreadable()
    return rates


def _unreadable() -> BusinessError:
    return BusinessError("rates.file_unreadable", "file")


def _unpacked(content: bytes) -> bytes:
    """The one file in a zip, whatever size it claims to have."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) != 1:
                raise _unreadable()
            with archive.open(names[0]) as member:
                found = member.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError):
        raise _unreadable() from None
    if len(found) > LARGEST:
        raise BusinessError("rates.file_size", "file", megabytes=LARGEST // 1024**2)
    return found


def _from_xml(text: str) -> Rates:
    """`Cube` elements: one with a time holds those of its day. A document type is refused, so no entity is ever expanded."""
    found: Rates = {}
    days: list[dt.date] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] != "Cube":
            return
        if "time" in attributes:
            days.append(_new_day(attributes["time"], found))
        elif "currency" in attributes:
            if not days:
                raise _unreadable()
            _add(found[days[-1]], days[-1], attributes["currency"], attributes.get("rate", ""))

    def refuse(*told: object) -> None:
        raise _unreadable()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        raise _unreadable() from None
    return found


def _from_csv(text: str) -> Rates:
    """A head `Date, USD, JPY, …` and a row a day; the ECB ends each with a comma."""
    rows: Iterable[list[str]] = csv.reader(io.StringIO(text))
    try:
        head, *body = ([cell.strip() for cell in row] for row in rows if row)
    except (ValueError, csv.Error):
        raise _unreadable() from None
    if head[0] != "Date":
        raise _unreadable()
    found: Rates = {}
    for row in body:
        day = _new_day(row[0], found)
        if len(row) > len(head):
            raise _unreadable()
        for code, rate in zip(head[1:], row[1:], strict=False):
            if code:
                _add(found[day], day, code, rate)
    return found


def _new_day(text: str, found: Rates) -> dt.date:
    try:
        day = dt.date.fromisoformat(text) if text[:4].isdecimal() else _spelled(text)
    except ValueError:
        raise _unreadable() from None
    if day in found or day < FIRST_DAY:
        raise BusinessError("rates.file_impossible", "file", what=text)
    found[day] = {}
    return day


def _spelled(text: str) -> dt.date:
    """``19 November 2026``, as the CSV of a day says it."""
    day, month, year = text.split(" ")
    return dt.date(int(year), _MONTHS.index(month) + 1, int(day))


def _add(rates: dict[str, Decimal], day: dt.date, code: str, text: str) -> None:
    if text in NOT_QUOTED:
        return
    rate = Decimal(text) if _RATE.fullmatch(text) and text.isascii() else Decimal(0)
    if not rate or code in rates or code == EURO or not _CODE.fullmatch(code):
        raise BusinessError("rates.file_impossible", "file", what=f"{day.isoformat()} {code[:10]} {text[:20]}")
    if code in CURRENCIES:
        rates[code] = rate
