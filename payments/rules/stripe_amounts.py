"""How Stripe counts money: integers in units of its own, which are not always ISO 4217's minor units. Pure.

Sources: docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies", "Special cases", "Minimum and
maximum charge amounts". An amount Stripe cannot carry to the last digit is refused here; it is never rounded, for then the
customer would pay something else than the document says.
"""

from decimal import Decimal

from invoicing_site.money import EXACT, is_at_minor_unit

_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK DOP "
    "DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD KES KGS KHR KYD KZT LAK LBP LKR LRD "
    "LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR "
    "SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH UGX USD UYU UZS WST XCD XCG YER ZAR ZMW"
)
# ISK and UGX have no minor unit, and yet Stripe wants them times 100: they stand among the two-decimal ones.
_ZERO = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE = "BHD JOD KWD OMR TND"

DIGITS: dict[str, int] = {
    code: digits for digits, codes in ((2, _TWO), (0, _ZERO), (3, _THREE)) for code in codes.split()
}

# The smallest charge, in whole units of the currency; elsewhere it is worth half a dollar, which Stripe judges itself.
LEAST: dict[str, Decimal] = {
    code: Decimal(amount)
    for code, amount in {
        "AED": "2", "AUD": "0.50", "BRL": "0.50", "CAD": "0.50", "CHF": "0.50", "CZK": "15", "DKK": "2.50", "EUR": "0.50",
        "GBP": "0.30", "HKD": "4", "HUF": "175", "INR": "0.50", "JPY": "50", "MXN": "10", "MYR": "2", "NOK": "3", "NZD": "0.50",
        "PLN": "2", "RON": "2", "SEK": "3", "SGD": "0.50", "THB": "10", "USD": "0.50",
    }.items()
}  # fmt: skip
# The largest charge by digits of Stripe's integer.
_MOST_DIGITS = {"IDR": 12, "COP": 10, "HUF": 10, "JPY": 10, "LBP": 10, "INR": 9}
MOST_DIGITS = 8


def refusal(amount: Decimal, currency: str) -> str:
    """The error code that says why Stripe cannot carry `amount`; empty when it can."""
    if currency not in DIGITS:
        return "attempt.currency"
    if not is_at_minor_unit(amount, currency) or amount <= 0:
        return "payment.amount"
    units = EXACT.scaleb(amount, DIGITS[currency])
    if units % 1 or (DIGITS[currency] == 3 and units % 10):
        return "attempt.not_carried"
    if amount < LEAST.get(currency, Decimal(0)):
        return "attempt.too_small"
    return "attempt.too_large" if units >= 10 ** _MOST_DIGITS.get(currency, MOST_DIGITS) else ""


def to_units(amount: Decimal, currency: str) -> int:
    """Stripe's integer for `amount`. `ValueError` for what `refusal` refuses by its unit; limits are not judged."""
    units = EXACT.scaleb(amount, DIGITS[currency]) if currency in DIGITS else Decimal("0.1")
    if units % 1 or (DIGITS.get(currency) == 3 and units % 10):
        raise ValueError(f"Stripe cannot carry {amount} {currency}.")
    return int(units)


def from_units(units: int, currency: str) -> Decimal:
    """The amount Stripe's integer says. `ValueError` for a currency it does not know."""
    if currency not in DIGITS:
        raise ValueError(f"Stripe has no {currency}.")
    return EXACT.scaleb(Decimal(units), -DIGITS[currency])
