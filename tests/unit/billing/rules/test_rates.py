"""Rates across the euro, and which of them are believed."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.rates import (
    Finding,
    Known,
    Quote,
    Verdict,
    assess,
    in_base,
    inverse,
    is_absurd,
    is_doubtful,
    off,
    quotient,
)

D = Decimal
DAY = dt.date(2026, 3, 13)
BAND = D(20)
EUROS = {"USD": D("1.0854"), "JPY": D("162.5"), "CHF": D("0.9421"), "IDR": D("17612.34")}


def test_a_euro_company_gets_the_inverse() -> None:
    found = {quote.currency: (str(quote.rate), quote.derivation) for quote in in_base(DAY, EUROS, "EUR")}
    assert found == {
        "USD": ("0.9213193293", "1 EUR = 1.0854 USD"),
        "JPY": ("0.0061538462", "1 EUR = 162.5 JPY"),
        "CHF": ("1.0614584439", "1 EUR = 0.9421 CHF"),
        "IDR": ("0.0000567784", "1 EUR = 17612.34 IDR"),
    }


def test_another_base_is_crossed_once() -> None:
    found = {quote.currency: (quote.rate, quote.derivation) for quote in in_base(DAY, EUROS, "CHF")}
    assert found == {
        "EUR": (D("0.9421"), "1 EUR = 0.9421 CHF"),
        "USD": (D("0.8679749401"), "1 EUR = 0.9421 CHF = 1.0854 USD"),
        "JPY": (D("0.0057975385"), "1 EUR = 0.9421 CHF = 162.5 JPY"),
        "IDR": (D("0.0000534909"), "1 EUR = 0.9421 CHF = 17612.34 IDR"),
    }


def test_without_a_quote_for_the_base_there_is_nothing() -> None:
    assert in_base(DAY, EUROS, "KWD") == []


def test_what_the_column_cannot_hold_is_left_out() -> None:
    assert in_base(DAY, {"USD": D("999999999"), "JPY": D("0.00000001")}, "USD") == [
        Quote("EUR", DAY, D("999999999"), "1 EUR = 999999999 USD")
    ]


@given(st.decimals("0.00001", "100000", places=5), st.decimals("0.00001", "100000", places=5))
def test_a_cross_rate_is_rounded_once(own: Decimal, other: Decimal) -> None:
    rate = quotient(own, other)
    assert abs(rate * other - own) <= D("0.5E-10") * other


@pytest.mark.parametrize(
    ("rate", "known", "doubtful"),
    [
        ("0.92", "0.92", False),
        ("5.99", "5", False),
        ("1.10", "0.92", True),
        ("0.97", "0.92", False),
        ("0.7361", "0.92", False),
        ("1.1041", "0.92", True),
        ("0.7359", "0.92", True),
        ("92", "0.92", True),
        ("0.0092", "0.92", True),
        ("1.0869", "0.92", True),
        ("0.952", "1.05", True),
        ("0.99", "1.01", False),
        ("162.5", "0.00615", True),
    ],
)  # fmt: skip
def test_out_of_band_or_turned_round_is_doubtful(rate: str, known: str, doubtful: bool) -> None:
    assert is_doubtful(D(rate), D(known), BAND) is doubtful


@given(st.decimals("0.0001", "10000", places=4))
def test_a_rate_never_doubts_itself(rate: Decimal) -> None:
    assert not is_doubtful(rate, rate, BAND)
    assert off(rate, rate) == 0


def usd(day: int, rate: str) -> Quote:
    return Quote("USD", dt.date(2026, 3, day), D(rate), "")


def known(day: int, rate: str, imported: bool = True) -> Known:
    return Known(dt.date(2026, 3, day), D(rate), imported)


def verdicts(quotes: list[Quote], on_file: list[Known], **options: bool) -> list[str]:
    asked = {"overwrite": False, "accept": False} | options
    return [finding.verdict.value for finding in assess(quotes, {"USD": on_file}, BAND, **asked)]


def test_each_quote_is_held_against_the_day_before_it() -> None:
    assert verdicts([usd(2, "5"), usd(3, "6"), usd(4, "7")], []) == ["new", "new", "new"]
    assert verdicts([usd(4, "7"), usd(2, "5"), usd(3, "6")], []) == ["new", "new", "new"]
    assert verdicts([usd(2, "0.90"), usd(3, "9.00"), usd(4, "0.91")], []) == ["new", "doubtful", "new"]


def test_the_same_file_twice_changes_nothing() -> None:
    assert verdicts([usd(2, "0.90"), usd(3, "0.95")], [known(2, "0.90"), known(3, "0.95", False)]) == ["same", "same"]


def test_what_people_entered_wins_unless_told_otherwise() -> None:
    mine = [known(2, "0.90"), known(3, "0.94", False)]
    assert verdicts([usd(3, "0.95")], mine) == ["kept"]
    assert verdicts([usd(3, "0.95")], mine, overwrite=True) == ["changed"]
    assert verdicts([usd(3, "0.95")], [known(3, "0.94")]) == ["changed"]


def test_a_changed_rate_is_what_the_next_is_held_against() -> None:
    on_file = [known(2, "6"), known(3, "5", False)]
    assert verdicts([usd(3, "7"), usd(4, "8")], on_file, overwrite=True) == ["changed", "new"]
    assert verdicts([usd(3, "7"), usd(4, "8")], on_file) == ["kept", "doubtful"]


def test_before_the_first_known_rate_the_next_one_judges() -> None:
    assert verdicts([usd(2, "92")], [known(9, "0.92")]) == ["doubtful"]
    assert verdicts([usd(2, "92")], [known(9, "0.92")], accept=True) == ["new"]


def test_findings_name_what_they_were_held_against() -> None:
    (found,) = assess([usd(9, "1.38")], {"USD": [known(2, "0.92")]}, BAND, overwrite=False, accept=False)
    assert (found.known, found.off) == (known(2, "0.92"), D("50.00"))


def test_a_file_of_many_doubts_is_absurd() -> None:
    def of(doubtful: int, fine: int) -> list[Finding]:
        codes = [f"X{n:02}" for n in range(doubtful + fine)]
        return [
            Finding(Quote(code, DAY, D(1), ""), Verdict.DOUBTFUL if n < doubtful else Verdict.NEW)
            for n, code in enumerate(codes)
        ]

    assert [is_absurd(of(*counts)) for counts in ((0, 1), (1, 4), (1, 3), (6, 24), (7, 24), (1, 0))] == [
        False, False, True, False, True, True,
    ]  # fmt: skip
    assert not is_absurd([])


def test_inverse_of_a_quote() -> None:
    assert inverse(D("1.0854")) == D("0.9213193293")
