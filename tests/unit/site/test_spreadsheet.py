"""Cells of a spreadsheet are text or figures, never formulas."""

import datetime as dt
from decimal import Decimal

import pytest

from invoicing_site.spreadsheet import cell


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("Müller", "Müller"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("|cmd", "'|cmd"),
        ("a=1", "a=1"),
        (Decimal("-1.50"), "-1.50"),
        (Decimal("1E+3"), "1000"),
        (-3, "-3"),
        (dt.date(2026, 3, 16), "2026-03-16"),
    ],
)
def test_a_cell(value: object, text: str) -> None:
    assert cell(value) == text
