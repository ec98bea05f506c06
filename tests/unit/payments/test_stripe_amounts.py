"""Every amount Stripe can carry goes there and back to the last digit; every other one is refused by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing_site.money import CURRENCIES, is_at_minor_unit
from payments.rules.stripe_amounts import DIGITS, LEAST, from_units, refusal, to_units


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("100.00", "EUR", 10000),
        ("0.5", "USD", 50),
        ("1234", "JPY", 1234),
        ("500", "KRW", 500),
        ("5000", "MGA", 5000),  # two decimals in ISO 4217, none at Stripe
        ("100", "ISK", 10000),  # none in ISO 4217, two at Stripe
        ("100", "UGX", 10000),
        ("5.120", "KWD", 5120),
        ("250.00", "HUF", 25000),
        ("99", "TWD", 9900),
    ],
)
def test_stripes_integer(amount: str, currency: str, units: int) -> None:
    assert to_units(Decimal(amount), currency) == units
    assert from_units(units, currency) == Decimal(amount)
    assert refusal(Decimal(amount), currency) == ""


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("5.123", "KWD", "attempt.not_carried"),
        ("1.50", "MGA", "attempt.not_carried"),
        ("1.5", "JPY", "payment.amount"),
        ("0.001", "EUR", "payment.amount"),
        ("0", "EUR", "payment.amount"),
        ("-1", "EUR", "payment.amount"),
        ("NaN", "EUR", "payment.amount"),
        ("0.49", "EUR", "attempt.too_small"),
        ("49", "JPY", "attempt.too_small"),
        ("1000000.00", "EUR", "attempt.too_large"),
        ("100000000000000", "IDR", "attempt.too_large"),
        ("1", "CLF", "attempt.currency"),
        ("1", "IQD", "attempt.currency"),
        ("1", "XAU", "attempt.currency"),
        ("1", "???", "attempt.currency"),
    ],
)
def test_refusals(amount: str, currency: str, code: str) -> None:
    assert refusal(Decimal(amount), currency) == code


def test_units_are_never_rounded() -> None:
    for amount, currency in (("5.123", "KWD"), ("1.5", "JPY"), ("1", "CLF")):
        with pytest.raises(ValueError, match="cannot carry"):
            to_units(Decimal(amount), currency)
    with pytest.raises(ValueError, match="has no"):
        from_units(1, "CLF")


def test_the_tables_name_currencies_that_exist() -> None:
    assert set(DIGITS) <= CURRENCIES
    assert set(LEAST) <= set(DIGITS)
    assert refusal(Decimal("999999.99"), "EUR") == ""


@given(st.sampled_from(sorted(DIGITS)), st.integers(1, 10**9))
def test_there_and_back(currency: str, units: int) -> None:
    amount = from_units(units, currency)
    code = refusal(amount, currency)
    if code in ("", "attempt.too_small", "attempt.too_large"):
        assert to_units(amount, currency) == units
    else:
        assert code == ("attempt.not_carried" if is_at_minor_unit(amount, currency) else "payment.amount")
