"""Rates of value added tax by country and class, each with the day it began. Pure data.

Source: the Commission's "Taxes in Europe" database and the national acts (UStG § 12 and § 28, CGI Art. 278 ff., LIVA
Art. 90 f., VATA 1994, MWSTG Art. 25, merverdiavgiftsloven § 5, 消費税法 Art. 29). Where a rate is older than anything that is
still kept, the date is one it certainly held on. A change is a further pair here, never an edited one.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

VERSION = 1
STANDARD, INTERMEDIATE, REDUCED, SUPER_REDUCED = "standard", "intermediate", "reduced", "super_reduced"
ZERO, EXEMPT = "zero", "exempt"
CHARGED = (STANDARD, INTERMEDIATE, REDUCED, SUPER_REDUCED)
CLASSES = (*CHARGED, ZERO, EXEMPT)
# Northern Ireland charges the rates of the United Kingdom.
ALIAS = {"XI": "GB"}


class Rate(NamedTuple):
    """A rate in per cent, in force from `start` to `end`, both days included; None: until further notice."""

    rate: Decimal
    start: dt.date
    end: dt.date | None


# country → the rates of CHARGED in order, each a series of "rate@first day"; "-" where the country has no such class.
_TABLE = {
    "AT": ("20@1984-01-01", "13@2016-01-01", "10@1984-01-01"),
    "BE": ("21@1996-01-01", "12@1996-01-01", "6@1996-01-01"),
    "BG": ("20@1999-01-01", "-", "9@2011-04-01"),
    "CH": ("7.7@2018-01-01 8.1@2024-01-01", "3.7@2018-01-01 3.8@2024-01-01", "2.5@2011-01-01 2.6@2024-01-01"),
    "CY": ("19@2014-01-13", "9@2014-01-13", "5@2004-05-01", "3@2023-08-01"),
    "CZ": ("21@2013-01-01", "-", "12@2024-01-01"),
    "DE": ("19@2007-01-01 16@2020-07-01 19@2021-01-01", "-", "7@1983-07-01 5@2020-07-01 7@2021-01-01"),
    "DK": ("25@1992-01-01",),
    "EE": ("20@2009-07-01 22@2024-01-01 24@2025-07-01", "-", "9@2009-01-01"),
    "ES": ("21@2012-09-01", "-", "10@2012-09-01", "4@1995-01-01"),
    "FI": ("24@2013-01-01 25.5@2024-09-01", "14@2013-01-01 13.5@2026-01-01", "10@2013-01-01"),
    "FR": ("20@2014-01-01", "10@2014-01-01", "5.5@2014-01-01", "2.1@2000-01-01"),
    "GB": ("20@2011-01-04", "-", "5@1997-09-01"),
    "GR": ("24@2016-06-01", "-", "13@2016-06-01", "6@2015-07-20"),
    "HR": ("25@2012-03-01", "13@2014-01-01", "5@2013-01-01"),
    "HU": ("27@2012-01-01", "18@2009-07-01", "5@2004-01-01"),
    "IE": ("23@2012-01-01 21@2020-09-01 23@2021-03-01", "13.5@2003-01-01", "9@2011-07-01", "4.8@2005-01-01"),
    "IT": ("22@2013-10-01", "10@1995-02-24", "5@2016-01-01", "4@1995-01-01"),
    "JP": ("8@2014-04-01 10@2019-10-01", "-", "8@2019-10-01"),
    "LT": ("21@2009-09-01", "9@2009-09-01 12@2026-01-01", "5@2009-09-01"),
    "LU": (
        "17@2015-01-01 16@2023-01-01 17@2024-01-01", "14@2015-01-01 13@2023-01-01 14@2024-01-01",
        "8@2015-01-01 7@2023-01-01 8@2024-01-01", "3@2015-01-01",
    ),
    "LV": ("21@2012-07-01", "12@2011-01-01", "5@2018-01-01"),
    "MT": ("18@2004-01-01", "7@2011-01-01", "5@2004-01-01"),
    "NL": ("21@2012-10-01", "-", "6@1992-01-01 9@2019-01-01"),
    "NO": ("25@2005-01-01", "15@2012-01-01", "12@2018-01-01"),
    "PL": ("23@2011-01-01", "8@2011-01-01", "5@2011-01-01"),
    "PT": ("23@2011-01-01", "13@2011-01-01", "6@2011-01-01"),
    "RO": ("19@2017-01-01 21@2025-08-01", "-", "9@2016-01-01 11@2025-08-01"),
    "SE": ("25@1990-07-01", "12@1996-01-01", "6@1996-01-01"),
    "SI": ("22@2013-07-01", "-", "9.5@2013-07-01", "5@2020-01-01"),
    "SK": ("20@2011-01-01 23@2025-01-01", "10@2011-01-01 19@2025-01-01", "5@2025-01-01"),
}  # fmt: skip
COUNTRIES = frozenset(_TABLE)


def rates_of(country: str, tax_class: str) -> tuple[Rate, ...]:
    """Every rate of a class in a country (ISO 3166, XI), oldest first; none where the country has no such class or tax."""
    row = _TABLE.get(ALIAS.get(country, country), ())
    place = CHARGED.index(tax_class) if tax_class in CHARGED else len(CHARGED)
    text = row[place] if place < len(row) else "-"
    if text == "-":
        return ()
    pairs = [(rate, dt.date.fromisoformat(day)) for rate, _at, day in (each.partition("@") for each in text.split())]
    ends = [start - dt.timedelta(days=1) for _rate, start in pairs[1:]]
    return tuple(Rate(Decimal(rate), start, end) for (rate, start), end in zip(pairs, [*ends, None], strict=True))


def rate_on(country: str, tax_class: str, day: dt.date) -> Decimal | None:
    """The rate in per cent in force on `day`; None where there is none."""
    found = (each.rate for each in rates_of(country, tax_class) if each.start <= day and (each.end or day) >= day)
    return next(found, None)
