"""Money, dates and numbers as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing_site import formats

NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("1234.56", "EUR", "de", f"1.234,56{NBSP}€"),
        ("1234.56", "EUR", "en", "€1,234.56"),
        ("1234.56", "EUR", "fr", f"1{NARROW}234,56{NBSP}€"),
        ("1234.5", "USD", "en", "US$1,234.50"),
        ("1234.5", "USD", "en-us", "$1,234.50"),
        ("1234.5", "USD", "en_US", "$1,234.50"),
        ("-1234.5", "EUR", "de", f"-1.234,50{NBSP}€"),
        ("-0.5", "EUR", "en", "-€0.50"),
        ("0", "EUR", "en", "€0.00"),
        ("1234", "JPY", "en-us", "¥1,234"),
        ("1.5", "KWD", "en", f"KWD{NBSP}1.500"),
        ("1.5", "KWD", "de", f"1,500{NBSP}KWD"),
    ],
)
def test_money_reads_as_its_locale_writes_it(amount: str, currency: str, locale: str, text: str) -> None:
    assert formats.format_money(Decimal(amount), currency, locale) == text


def test_a_price_keeps_every_digit_and_loses_the_scale_of_the_database() -> None:
    assert formats.format_money(Decimal("0.012345"), "EUR", "en") == "€0.012345"
    assert formats.format_money(Decimal("12.500000"), "EUR", "en") == "€12.50"
    assert formats.format_money(Decimal("1500.0000"), "JPY", "en-us") == "¥1,500"
    assert formats.format_money(Decimal("1E+3"), "EUR", "en") == "€1,000.00"


@given(st.decimals(-(10**12), 10**12, places=6))
def test_money_is_never_rounded_for_display(amount: Decimal) -> None:
    digits = formats.format_amount(amount, "EUR", "en").replace(",", "")
    assert Decimal(digits) == amount


@pytest.mark.parametrize("bad", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        formats.format_money(Decimal(bad), "EUR", "en")


def test_amount_is_money_without_its_symbol() -> None:
    assert formats.format_amount(Decimal("-1234.5"), "EUR", "de") == "-1.234,50"
    assert formats.format_amount(Decimal("1234.5"), "JPY", "en") == "1,234.5"


def test_numbers_and_percentages() -> None:
    assert formats.format_number(Decimal("1234.500000"), "de") == "1.234,5"
    assert formats.format_number(1234, "en") == "1,234"
    assert formats.format_percent(Decimal("19.000000"), "en") == "19%"
    assert formats.format_percent(Decimal("5.5"), "de") == f"5,5{NBSP}%"
    assert formats.format_percent(0, "en") == "0%"


def test_days_and_months() -> None:
    day = date(2026, 11, 20)
    assert formats.format_day(day, "de") == "20.11.2026"
    assert formats.format_day(day, "en") == "20 Nov 2026"
    assert formats.format_day(day, "en-us") == "Nov 20, 2026"
    assert formats.format_month(day, "en") == "Nov 2026"


def test_a_moment_is_told_in_the_zone_asked_for() -> None:
    moment = datetime(2026, 11, 20, 23, 5, tzinfo=UTC)
    assert formats.format_moment(moment, ZoneInfo("Europe/Berlin"), "de") == "21.11.2026, 00:05"
    assert formats.format_moment(moment, ZoneInfo("America/New_York"), "en") == "20 Nov 2026, 18:05"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.format_moment(datetime(2026, 11, 20), ZoneInfo("Europe/Berlin"), "de")


def test_an_unknown_language_reads_as_english() -> None:
    assert formats.format_day(date(2026, 11, 20), "xx") == "20 Nov 2026"
    assert formats.format_money(Decimal(1), "EUR", "not a tag") == "€1.00"
