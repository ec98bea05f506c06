"""How a deposit is cut out of a whole: so much of every tax as the whole has of it. Pure; runs in the `EXACT` context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from billing.rules.totals import Totals
from invoicing_site.errors import BusinessError
from invoicing_site.money import EXACT, ZERO, apportion, quantum

HUNDRED = Decimal(100)
Taxes = tuple[int, ...]


def parts(totals: Totals, taxes: Iterable[Taxes]) -> dict[Taxes, Decimal]:
    """What the whole asks for under each set of taxes, tax included; `taxes` are those of its lines, in their order."""
    found: dict[Taxes, Decimal] = {}
    for key, line in zip(taxes, totals.lines, strict=True):
        gross = line.net + sum([tax.amount for tax in line.taxes], ZERO)
        found[key] = found.get(key, ZERO) + gross
    return found


def wanted(total: Decimal, currency: str, percent: Decimal | None, amount: Decimal | None) -> Decimal:
    """What the deposit asks for, tax included: `percent` of `total`, rounded half up once, or `amount`.

    `deposit.one_way` without exactly one of the two; at their field `deposit.percent`, `deposit.amount` for what is not
    above zero, above the whole, or not in the coins of `currency`.
    """
    if (percent is None) == (amount is None):
        raise BusinessError("deposit.one_way", "percent")
    unit = quantum(currency)
    if percent is not None:
        if not (percent.is_finite() and 0 < percent <= HUNDRED):
            raise BusinessError("deposit.percent", "percent")
        asked = EXACT.divide(EXACT.multiply(total, percent), HUNDRED).quantize(unit, ROUND_HALF_UP)
        if asked <= 0:
            raise BusinessError("deposit.percent", "percent")
        return asked
    assert amount is not None
    if not (amount.is_finite() and 0 < amount <= total) or amount % unit:
        raise BusinessError("deposit.amount", "amount", total=total)
    return amount


def split(whole: Mapping[Taxes, Decimal], asked: Decimal, currency: str) -> dict[Taxes, Decimal]:
    """`asked` over the parts of the whole in proportion, by largest remainder: the parts add up to it to the cent.

    Parts of nothing or below (returned goods, discounts of their own tax) take no share. `deposit.nothing` for a whole
    that is not above zero.
    """
    weights = {key: gross for key, gross in whole.items() if gross > 0}
    total = sum(weights.values(), ZERO)
    if total <= 0:
        raise BusinessError("deposit.nothing")
    exact = [EXACT.multiply(gross, asked) for gross in weights.values()]
    shares = apportion(asked, exact, total, currency)
    return {key: share for key, share in zip(weights, shares, strict=True) if share}
