"""Amounts, currencies and the only rounding there is. Pure: the database, forms, documents and the ledger all ask here.

An amount is a `Decimal` at the minor unit of its currency. Nothing here depends on the caller's decimal context, so a
product of two stored columns (19 digits each) is exact before it is rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

from invoicing_site.errors import BusinessError

# ISO 4217 list one of 2026-01-01: 178 codes with the funds codes. BGN left it with that edition (Bulgaria took the
# euro); XAD and XCG are its youngest members. CNH and other market codes are not ISO.
_LIST_ONE = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
    "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD "
    "TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD "
    "XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG"
)
_NOT_APPLICABLE = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"

CURRENCIES: frozenset[str] = frozenset(_LIST_ONE.split())
# Metals, bond units, SDR, tests, "no currency": the standard says N.A., so only whole units exist. Menus skip them.
NO_MINOR_UNIT: frozenset[str] = frozenset(_NOT_APPLICABLE.split())
ZERO_DECIMAL: frozenset[str] = frozenset(_NONE.split()) | NO_MINOR_UNIT
THREE_DECIMAL: frozenset[str] = frozenset(_THREE.split())
FOUR_DECIMAL: frozenset[str] = frozenset({"CLF", "UYW"})

# The exceptions; every other currency has two decimals.
MINOR_UNITS: dict[str, int] = {
    code: digits for codes, digits in ((ZERO_DECIMAL, 0), (THREE_DECIMAL, 3), (FOUR_DECIMAL, 4)) for code in codes
}
_QUANTUM: dict[str, Decimal] = {code: Decimal(1).scaleb(-MINOR_UNITS.get(code, 2)) for code in CURRENCIES}

# 60 digits hold any product of two stored columns exactly; a quotient keeps more than 20 digits behind the minor unit,
# more than any divisor we store could need to tell a tie from its neighbours, so a division is never rounded twice.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])

ZERO = Decimal(0)


def quantum(currency: str) -> Decimal:
    """The smallest amount of an ISO 4217 currency, ``Decimal("0.01")`` for EUR. Unknown: `currency.unknown`."""
    try:
        return _QUANTUM[currency]
    except KeyError:
        raise BusinessError("currency.unknown", field="currency", currency=currency) from None


def minor_unit(currency: str) -> int:
    """How many decimals amounts of this currency have: 0, 2, 3 or 4. Unknown: `currency.unknown`."""
    quantum(currency)
    return MINOR_UNITS.get(currency, 2)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` at the minor unit of `currency`, half up, ties away from zero (SPEC B8); a zero is never negative."""
    return EXACT.add(amount.quantize(quantum(currency), ROUND_HALF_UP, EXACT), ZERO)


def is_at_minor_unit(amount: Decimal, currency: str) -> bool:
    """Whether `amount` can be paid in `currency` to the last digit. Trailing zeros do not matter; NaN cannot."""
    return amount.is_finite() and not EXACT.remainder(amount, quantum(currency))


def convert(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """`amount` × `rate` (units of `currency` for one unit of the amount's own), rounded once, in `currency`."""
    return round_money(EXACT.multiply(amount, rate), currency)


def apportion(total: Decimal, parts: Sequence[Decimal], divisor: Decimal, currency: str) -> list[Decimal]:
    """The exact values ``part / divisor``, each at the minor unit of `currency`, changed so that they sum to `total`.

    Largest remainder: every value is cut down to the minor unit, what is missing goes one unit each to the largest
    remainders, the lower index first among equals. `divisor` > 0; signs may be mixed. `total` is normally the exact
    sum, rounded; where it is further off than one unit a part, everybody first takes an equal share of the difference.
    `ValueError` if `total` is not at the minor unit or there is nobody to take it.
    """
    unit = quantum(currency)
    with localcontext(EXACT):
        units, odd = divmod(total, unit)
        if odd or (units and not parts):
            raise ValueError(f"{total} {currency} cannot be split into {len(parts)} parts")
        step = divisor * unit
        wholes: list[Decimal] = []
        rests: list[Decimal] = []
        for part in parts:
            whole, rest = divmod(part, step)
            if rest < 0:
                whole -= 1
                rest += step
            wholes.append(whole)
            rests.append(rest)
        missing = int(units - sum(wholes, ZERO))
        if missing:
            _hand_out(missing, wholes, rests)
        return [whole * unit + ZERO for whole in wholes]


def _hand_out(missing: int, wholes: list[Decimal], rests: list[Decimal]) -> None:
    each, missing = divmod(missing, len(wholes))
    if each:
        wholes[:] = [whole + each for whole in wholes]
    for index in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:missing]:
        wholes[index] += 1


def split(total: Decimal, weights: Iterable[Decimal], currency: str) -> list[Decimal]:
    """`total` in proportion to `weights` (each ≥ 0) by largest remainder; sums exactly to `total`.

    Equal parts where all weights are 0; among equal remainders the lower index gains, so the same input gives the same
    split. A negative total is the mirror image of the positive one. `ValueError` for a negative weight, for a total
    without weights, and for a total that is not at the minor unit of `currency`.
    """
    shares = list(weights)
    if any(share < 0 for share in shares):
        raise ValueError("A weight below zero has no share.")
    with localcontext(EXACT):
        whole = sum(shares, ZERO)
        if not whole:
            shares = [Decimal(1)] * len(shares)
            whole = Decimal(len(shares) or 1)
        size = abs(total)
        parts = apportion(size, [size * share for share in shares], whole, currency)
        return parts if total >= 0 else [-part for part in parts]


def release(base_total: Decimal, total: Decimal, before: Decimal, after: Decimal, currency: str) -> Decimal:
    """What leaves an account in base currency when its open amount goes from `before` to `after` in its own currency.

    `base_total` is what the account held in base currency `currency` when `total` was open. Each position is rounded
    from the whole, never from the step before, so over any path from `total` to 0, up or down, the releases sum exactly
    to `base_total`. An account that never held anything releases nothing.
    """
    if not total:
        return round_money(ZERO, currency)
    with localcontext(EXACT):
        return round_money(base_total * before / total, currency) - round_money(base_total * after / total, currency)
