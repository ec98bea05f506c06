"""Money, dates and quantities as a document in each language writes them."""

import pytest

from billing.documents.wording import Wording, negative

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "country", "currency", "amount", "money"),
    [
        ("en", "DE", "EUR", "1190.00", "€1,190.00"),
        ("en", "US", "USD", "1190.00", "$1,190.00"),
        ("en", "GB", "USD", "1190.00", "US$1,190.00"),
        ("de", "DE", "EUR", "1190.00", f"1.190,00{NBSP}€"),
        ("de", "CH", "CHF", "1190.00", f"CHF{NBSP}1’190.00"),
        ("en", "GB", "JPY", "1190", "JP¥1,190"),
        ("en", "GB", "KWD", "1190.125", f"KWD{NBSP}1,190.125"),
    ],
)
def test_money_follows_language_and_sellers_country(
    language: str, country: str, currency: str, amount: str, money: str
) -> None:
    assert Wording.of(language, country, currency).money(amount) == money


@pytest.mark.parametrize(
    ("language", "country", "day"),
    [("en", "DE", "4 Dec 2026"), ("en", "US", "Dec 4, 2026"), ("de", "DE", "04.12.2026")],
)
def test_days_follow_language_and_sellers_country(language: str, country: str, day: str) -> None:
    assert Wording.of(language, country, "EUR").day("2026-12-04") == day


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (None, None, ""),
        (None, "2026-11-30", "30 Nov 2026"),
        ("2026-11-01", None, "1 Nov 2026"),
        ("2026-11-01", "2026-11-01", "1 Nov 2026"),
        ("2026-11-01", "2026-11-30", "1 Nov 2026 – 30 Nov 2026"),
    ],
)
def test_a_period_of_one_day_is_that_day(first: str | None, last: str | None, shown: str) -> None:
    assert Wording.of("en", "GB", "EUR").days(first, last) == shown


@pytest.mark.parametrize(
    ("quantity", "unit", "language", "shown"),
    [
        ("2.5", "HUR", "en", f"2.5{NBSP}hours"),
        ("2.5", "HUR", "de", f"2,5{NBSP}Stunden"),
        ("12000", "C62", "en", "12,000"),
        ("0.000001", "KGM", "de", f"0,000001{NBSP}kg"),
    ],
)
def test_quantities_keep_every_digit(quantity: str, unit: str, language: str, shown: str) -> None:
    assert Wording.of(language, "DE", "EUR").quantity(quantity, unit) == shown


@pytest.mark.parametrize(("amount", "turned"), [("12.50", "-12.50"), ("-12.50", "12.50")])
def test_a_deduction_turns_the_sign(amount: str, turned: str) -> None:
    assert negative(amount) == turned


def test_a_unit_price_keeps_six_decimals_and_at_least_the_minor_unit() -> None:
    wording = Wording.of("en", "GB", "EUR")
    assert [wording.amount(price) for price in ("150", "0.012345", "100.5")] == ["150.00", "0.012345", "100.50"]


def test_countries_are_named_in_the_documents_language() -> None:
    assert Wording.of("de", "DE", "EUR").country("AT") == "ÖSTERREICH"
    assert Wording.of("en", "DE", "EUR").country("AT") == "AUSTRIA"


def test_latin_languages_run_left_to_right() -> None:
    assert Wording.of("de", "DE", "EUR").direction == "ltr"
