"""Exchange rates: as people quote them, across the euro, and whether one can be believed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from billing.rules.ecb import EURO
from invoicing_site.money import EXACT

PLACES = Decimal("1E-10")
LARGEST = Decimal(10) ** 10  # the column holds ten digits before the point
HUNDRED = Decimal(100)
# A file with more than this share of doubtful currencies is a lying source, not a day of storms.
ABSURD_SHARE = 5


def inverse(rate: Decimal) -> Decimal:
    """1 EUR = 1.0854 USD as EUR for 1 USD, at the ten decimals a rate is stored with, half up. `rate` > 0."""
    return quotient(Decimal(1), rate)


def quotient(rate: Decimal, by: Decimal) -> Decimal:
    """`rate` ÷ `by`, divided with sixty digits and rounded once to the ten decimals of a rate. Both > 0."""
    return EXACT.divide(rate, by).quantize(PLACES, ROUND_HALF_UP, EXACT)


class Quote(NamedTuple):
    """What one unit of `currency` was worth in base currency on `day`; `derivation` says from which figures."""

    currency: str
    day: dt.date
    rate: Decimal
    derivation: str


def in_base(day: dt.date, quotes: Mapping[str, Decimal], base: str) -> list[Quote]:
    """Rates in `base` from units for one euro; one division each. Nothing when `base` is not quoted that day.

    What rounds to 0 or has more than ten digits before the point cannot be stored and is left out.
    """
    if base == EURO:
        found = [Quote(code, day, inverse(rate), f"1 EUR = {rate} {code}") for code, rate in quotes.items()]
    elif base in quotes:
        own = quotes[base]
        found = [Quote(EURO, day, own.quantize(PLACES), f"1 EUR = {own} {base}")]
        found += [
            Quote(code, day, quotient(own, rate), f"1 EUR = {own} {base} = {rate} {code}")
            for code, rate in quotes.items()
            if code != base
        ]
    else:
        found = []
    return [quote for quote in found if 0 < quote.rate < LARGEST]


def off(rate: Decimal, known: Decimal) -> Decimal:
    """By how many per cent `rate` differs from `known`, without a sign."""
    return abs(EXACT.divide(rate, known) - 1) * HUNDRED


def is_doubtful(rate: Decimal, known: Decimal, band: Decimal) -> bool:
    """Whether `rate` is more than `band` per cent off what was known, or looks turned round (1.087 for 0.92).

    The second asks for a quarter of the band at least: near parity a rate may well be closer to its inverse.
    """
    away = off(rate, known)
    return away > band or (away > band / 4 and off(EXACT.multiply(rate, known), Decimal(1)) < away)


class Known(NamedTuple):
    """A rate on file."""

    day: dt.date
    rate: Decimal
    imported: bool


class Verdict(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"  # what people entered by hand wins
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of a quote; `known` is the rate it was held against."""

    quote: Quote
    verdict: Verdict
    known: Known | None = None

    @property
    def off(self) -> Decimal:
        """Per cent between the quote and what was known, at two decimals."""
        assert self.known is not None
        return off(self.quote.rate, self.known.rate).quantize(Decimal("0.01"))


def assess(
    quotes: Iterable[Quote], known: Mapping[str, Sequence[Known]], band: Decimal, *, overwrite: bool, accept: bool
) -> list[Finding]:
    """A verdict on every quote, by currency and day, each held against the last rate known before it (or else the first after).

    `known` are the rates on file by currency, in any order; at least those of the days of `quotes` and the nearest ones around them.
    `overwrite`: the file wins over what people entered. `accept`: nothing is doubtful.
    """
    by_currency: dict[str, list[Quote]] = {}
    for quote in quotes:
        by_currency.setdefault(quote.currency, []).append(quote)
    found: list[Finding] = []
    for currency in sorted(by_currency):
        on_file = {row.day: row for row in known.get(currency, ())}
        wanted = sorted(by_currency[currency], key=lambda quote: quote.day)
        found += _of_currency(wanted, on_file, band, overwrite=overwrite, accept=accept)
    return found


def _of_currency(
    quotes: Sequence[Quote], on_file: dict[dt.date, Known], band: Decimal, *, overwrite: bool, accept: bool
) -> list[Finding]:
    days = sorted(on_file)
    place, found = 0, []
    last = on_file[days[0]] if days else None
    for quote in quotes:
        while place < len(days) and days[place] < quote.day:
            last = on_file[days[place]]
            place += 1
        finding = _verdict(quote, on_file.get(quote.day), last, band, overwrite=overwrite, accept=accept)
        found.append(finding)
        if finding.verdict in (Verdict.NEW, Verdict.CHANGED):
            last = on_file[quote.day] = Known(quote.day, quote.rate, True)
    return found


def _verdict(
    quote: Quote, same_day: Known | None, last: Known | None, band: Decimal, *, overwrite: bool, accept: bool
) -> Finding:
    if same_day is not None and same_day.rate == quote.rate:
        return Finding(quote, Verdict.SAME, same_day)
    if same_day is not None and not same_day.imported and not overwrite:
        return Finding(quote, Verdict.KEPT, same_day)
    if last is not None and not accept and is_doubtful(quote.rate, last.rate, band):
        return Finding(quote, Verdict.DOUBTFUL, last)
    return Finding(quote, Verdict.NEW if same_day is None else Verdict.CHANGED, same_day)


def is_absurd(findings: Iterable[Finding]) -> bool:
    """Whether so many currencies are doubtful at once that the file as a whole is not believed."""
    doubtful, all_of_them = set(), set()
    for finding in findings:
        all_of_them.add(finding.quote.currency)
        if finding.verdict == Verdict.DOUBTFUL:
            doubtful.add(finding.quote.currency)
    return len(doubtful) * ABSURD_SHARE > len(all_of_them)
