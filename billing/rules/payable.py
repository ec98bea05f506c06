"""From the total to what is to pay: deposits, tax the client withholds, cash rounding.

Pure; runs in the `EXACT` context.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from billing.rules.lines import AMOUNT_LIMIT, HUNDRED, PER_CENT, SIX_DECIMALS
from invoicing_site.errors import BusinessError
from invoicing_site.money import ZERO


class Payable(NamedTuple):
    """payable = total − prepaid − withheld + rounding, all at the minor unit; only `rounding` may be below zero."""

    prepaid: Decimal
    withheld: Decimal
    rounding: Decimal
    payable: Decimal


def payable(
    net: Decimal, total: Decimal, prepaid: Decimal, withholding_percent: Decimal, cash_unit: Decimal, unit: Decimal
) -> Payable:
    """What of `total` is to pay, in a currency with the minor unit `unit`.

    The tax withheld is a percentage of the net (none of a net below zero), rounded half up once. What remains is rounded half up to `cash_unit`; 0
    leaves it as it is. Errors at their field: `document.prepaid`, `document.prepaid_too_large`, `document.withholding_percent`,
    `document.withheld_too_large`, `document.cash_unit`.
    """
    if not (prepaid or withholding_percent or cash_unit):
        zero = unit * 0
        return Payable(zero, zero, zero, total)
    _check(prepaid, withholding_percent, cash_unit, unit)
    if prepaid > total:
        raise BusinessError("document.prepaid_too_large", field="prepaid")
    prepaid = prepaid.quantize(unit)
    withheld = (max(net, ZERO) * withholding_percent * PER_CENT).quantize(unit, ROUND_HALF_UP) + ZERO
    due = total - prepaid - withheld
    if due < 0:
        raise BusinessError("document.withheld_too_large", field="withholding_percent")
    asked = to_cash(due, cash_unit).quantize(unit) if cash_unit else due
    return Payable(prepaid, withheld, asked - due, asked)


def to_cash(amount: Decimal, cash_unit: Decimal) -> Decimal:
    """`amount` in whole coins of `cash_unit`, half up: 0.05 in Switzerland, 1 in Sweden, 10 in Hungary by habit."""
    return (amount / cash_unit).quantize(Decimal(1), ROUND_HALF_UP) * cash_unit


def _check(prepaid: Decimal, withholding_percent: Decimal, cash_unit: Decimal, unit: Decimal) -> None:
    if not _is_multiple(prepaid, unit):
        raise BusinessError("document.prepaid", field="prepaid", unit=unit)
    if not _is_multiple(withholding_percent, SIX_DECIMALS) or withholding_percent > HUNDRED:
        raise BusinessError("document.withholding_percent", field="withholding_percent")
    if not _is_multiple(cash_unit, unit):
        raise BusinessError("document.cash_unit", field="cash_unit", unit=unit)


def _is_multiple(value: Decimal, unit: Decimal) -> bool:
    return value.is_finite() and 0 <= value < AMOUNT_LIMIT and not value % unit
