"""The ECB's files as published, and everything that is none of them."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest

from billing.rules import ecb
from invoicing_site.errors import BusinessError
from tests.helpers.ecb import csv_of, xml_of, zipped

D = Decimal
DAY = dt.date(2026, 3, 13)
TWO = {DAY: {"USD": "1.0854", "JPY": "162.5"}, DAY - dt.timedelta(days=1): {"USD": "1.0901", "JPY": "162.11"}}
READ = {day: {code: D(rate) for code, rate in rates.items()} for day, rates in TWO.items()}


def refused(content: bytes) -> tuple[str, str | None]:
    with pytest.raises(BusinessError) as refusal:
        ecb.read(content)
    return refusal.value.code, refusal.value.field


@pytest.mark.parametrize(
    "content",
    [xml_of(TWO), b"\xef\xbb\xbf" + xml_of(TWO), csv_of(TWO), zipped(csv_of(TWO)), zipped(xml_of(TWO))],
)
def test_every_form_says_the_same(content: bytes) -> None:
    assert ecb.read(content) == READ


def test_the_csv_of_a_day_spells_its_date() -> None:
    content = b"Date, USD, JPY, BGN, \n13 March 2026, 1.0854, 162.5, 1.9558, \n"
    assert ecb.read(content) == {DAY: {"USD": D("1.0854"), "JPY": D("162.5")}}


def test_what_is_not_quoted_or_no_longer_a_currency_is_left_out() -> None:
    content = b"Date,USD,ISK,CYP,\n2008-12-10,1.29,N/A,0.5853,\n"
    assert ecb.read(content) == {dt.date(2008, 12, 10): {"USD": D("1.29")}}


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Cube><Cube time='2026-03-13'><Cube currency='USD' rate='&b;'/></Cube></Cube>"""
OUTSIDE = b"""<!DOCTYPE x SYSTEM "file:///etc/passwd"><Cube><Cube time='2026-03-13'><Cube currency='USD' rate='1'/></Cube></Cube>"""
TWO_FILES = io.BytesIO()
with zipfile.ZipFile(TWO_FILES, "w") as archive:
    archive.writestr("a.csv", "Date,USD\n2026-03-13,1\n")
    archive.writestr("b.csv", "Date,USD\n2026-03-13,1\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"hello",
        b"<html><body>Sorry</body></html>",
        b"<Cube><Cube time='2026-03-13'>",
        b"<Cube><Cube currency='USD' rate='1.1'/></Cube>",
        b"<Cube><Cube time='yesterday'><Cube currency='USD' rate='1.1'/></Cube></Cube>",
        b"<Cube><Cube time='13 Brumaire 2026'/></Cube>",
        b"<Cube><Cube time='2026-02-30'/></Cube>",
        b"<Cube><Cube time='2026-03-13'/></Cube>",
        b"Date,USD\n",
        b"Date,USD\n2026-03-13,1.1,1.2\n",
        b"Datum,USD\n2026-03-13,1.1\n",
        b'Date,USD\n2026-03-13,"' + b"1" * 200_000,
        BOMB,
        OUTSIDE,
        b"PK\x03\x04 no zip",
        TWO_FILES.getvalue(),
        zipped(csv_of(TWO))[:-30],
        zipped(csv_of(TWO), encrypted=True),
    ],
)
def test_anything_else_is_not_read(content: bytes) -> None:
    assert refused(content) == ("rates.file_unreadable", "file")


@pytest.mark.parametrize(
    "rates",
    [
        b"USD,1.1,USD,1.2",
        b"USD,0",
        b"USD,0.000",
        b"USD,-1",
        b"USD,1e9",
        b"USD,NaN",
        b"USD,1,1",
        b"USD,\xd9\xa1",
        b"USD,1234567890",
        b"EUR,1",
        b"usd,1",
        b"DOLLAR,1",
    ],
)
def test_impossible_rates_refuse_the_file(rates: bytes) -> None:
    cells = rates.split(b",", 1) if rates != b"USD,1.1,USD,1.2" else []
    inside = b"".join(
        b"<Cube currency='%s' rate='%s'/>" % pair
        for pair in ([(cells[0], cells[1])] if cells else [(b"USD", b"1.1"), (b"USD", b"1.2")])
    )
    content = b"<Cube><Cube time='2026-03-13'>" + inside + b"</Cube></Cube>"
    assert refused(content) == ("rates.file_impossible", "file")


def test_a_day_twice_or_before_the_euro_refuses_the_file() -> None:
    assert refused(b"Date,USD\n2026-03-13,1.1\n2026-03-13,1.1\n")[0] == "rates.file_impossible"
    assert refused(b"Date,USD\n1998-12-31,1.1\n")[0] == "rates.file_impossible"


def test_size_is_capped_also_when_unpacked() -> None:
    assert refused(b"x" * (ecb.LARGEST + 1)) == ("rates.file_size", "file")
    assert refused(zipped(b"Date,USD\n" + b"\n" * ecb.LARGEST)) == ("rates.file_size", "file")


def test_all_days_of_all_currencies_are_read() -> None:
    days = {dt.date(1999, 1, 4) + dt.timedelta(days=n): {"USD": "1.1", "JPY": "120.5"} for n in range(7000)}
    assert len(ecb.read(zipped(csv_of(days)))) == 7000
