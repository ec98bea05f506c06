"""Discounts and charges on the whole document, and the part each line bears.

Pure; runs in the `EXACT` context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, Inexact, InvalidOperation
from typing import NamedTuple

from billing.rules.lines import AMOUNT_LIMIT, HUNDRED, PER_CENT, SIX_DECIMALS, STORABLE
from billing.rules.taxes import Group, Tax
from invoicing_site.errors import BusinessError
from invoicing_site.money import EXACT, ZERO, apportion, split


@dataclass(frozen=True, slots=True)
class AllowanceInput:
    """A discount or charge on the document: 0–100 percent of the sum of lines, or an amount at the minor unit."""

    is_charge: bool
    percent: Decimal | None = None
    amount: Decimal | None = None


class AllowanceShare(NamedTuple):
    """What lines with the same taxes bear of one discount or charge: EN 16931 wants each under its own VAT category."""

    taxes: tuple[Tax, ...]
    amount: Decimal


class AllowanceTax(NamedTuple):
    """The part of a discount or charge that belongs to one VAT category and rate."""

    category: str
    rate: Decimal
    amount: Decimal


class AllowanceTotal(NamedTuple):
    """One discount or charge in money, without sign, in the order given, and its shares, which sum to it."""

    is_charge: bool
    percent: Decimal | None
    amount: Decimal
    shares: tuple[AllowanceShare, ...]

    @property
    def taxes(self) -> tuple[AllowanceTax, ...]:
        """The shares by VAT category and rate, highest rate first; they sum to `amount` and none is zero unless it is.

        EN 16931 knows one VAT category a line: where a line has several taxes its share stands under the highest rate.
        """
        found: dict[tuple[str, Decimal], Decimal] = {}
        for taxes, amount in self.shares:
            key = taxes[0].category, taxes[0].rate
            found[key] = EXACT.add(found.get(key, ZERO), amount)
        kept = [AllowanceTax(*key, amount) for key, amount in found.items() if amount or not self.amount]
        return tuple(sorted(kept, key=lambda part: (-part.rate, part.category)))


class Bill:
    """The amounts not yet taken by earlier discounts, per group and per line."""

    def __init__(self, groups: Sequence[Group], amounts: Sequence[Decimal], currency: str) -> None:
        self.groups, self.amounts, self.currency = groups, amounts, currency
        self.sums = [sum([amounts[index] for index in group.lines], ZERO) for group in groups]
        self.left = list(amounts)
        self.sums_left = list(self.sums)

    def spread(self, total: Decimal, percent: Decimal | None, sign: int) -> list[Decimal]:
        """Take `total` off (sign 1) or put it on (sign −1): first between groups, then between the lines of each."""
        shares = self._parts(total, percent, self.sums, self.sums_left)
        for place, (group, share) in enumerate(zip(self.groups, shares, strict=True)):
            self.sums_left[place] -= sign * share
            amounts = [self.amounts[index] for index in group.lines]
            left = [self.left[index] for index in group.lines]
            for index, part in zip(group.lines, self._parts(share, percent, amounts, left), strict=True):
                self.left[index] -= sign * part
        return shares

    def _parts(
        self, total: Decimal, percent: Decimal | None, amounts: Sequence[Decimal], left: Sequence[Decimal]
    ) -> list[Decimal]:
        """A percentage follows every amount with its sign: a return gives back its part. A fixed sum rests on the
        amounts above zero alone, or a sale of 100 and a return of 99 would turn 5 into 500 and −495.
        """
        if percent is not None:
            return apportion(total, [amount * percent for amount in amounts], HUNDRED, self.currency)
        return split(total, weights_of(amounts, left), self.currency)


def weights_of(amounts: Sequence[Decimal], left: Sequence[Decimal]) -> list[Decimal]:
    """In what proportion a fixed sum rests on `amounts` of which `left` is not yet taken: what is left above zero."""
    weights = [max(amount, ZERO) for amount in left]
    return weights if any(weights) else [abs(amount) for amount in amounts]


def apply_allowances(
    allowances: Sequence[AllowanceInput],
    groups: Sequence[Group],
    amounts: Sequence[Decimal],
    unit: Decimal,
    currency: str,
) -> tuple[list[AllowanceTotal], list[Decimal]]:
    """Every discount and charge in money, and what is left of each line's amount after them.

    Percentages are of the sum of lines, never of each other's rest. Together the discounts may not exceed that sum.
    Errors at ``allowances.<i>.percent`` or ``.amount``: `allowance.both`, `allowance.empty`, `allowance.negative`,
    `allowance.too_precise`, `allowance.too_large`, `allowance.no_lines`.
    """
    bill = Bill(groups, amounts, currency)
    lines_amount = sum(amounts, ZERO)
    room, percents = max(lines_amount, ZERO), ZERO
    totals = []
    for index, allowance in enumerate(allowances):
        field = f"allowances.{index}.{'amount' if allowance.percent is None else 'percent'}"
        amount = _in_money(allowance, lines_amount, unit, field)
        if not allowance.is_charge:
            percents += allowance.percent or ZERO
            if allowance.percent is not None and percents <= HUNDRED:
                # Two discounts of 50 % on 0.01 round to 0.01 each: the second takes what is there, it is no error.
                amount = min(amount, room)
            if amount > room:
                raise BusinessError("allowance.too_large", field=field)
            room -= max(amount, ZERO)
        if amount and not groups:
            raise BusinessError("allowance.no_lines", field=field)
        parts = bill.spread(amount, allowance.percent, -1 if allowance.is_charge else 1)
        shares = [AllowanceShare(group.taxes, part) for group, part in zip(groups, parts, strict=True)]
        totals.append(AllowanceTotal(allowance.is_charge, allowance.percent, amount, tuple(shares)))
    return totals, bill.left


def _in_money(allowance: AllowanceInput, lines_amount: Decimal, unit: Decimal, field: str) -> Decimal:
    percent, amount = allowance.percent, allowance.amount
    if percent is not None and amount is not None:
        raise BusinessError("allowance.both", field=field)
    given = amount if percent is None else percent
    if given is None:
        raise BusinessError("allowance.empty", field=field)
    try:
        if given < 0:
            raise BusinessError("allowance.negative", field=field)
        if percent is None:
            limit, step = AMOUNT_LIMIT, unit
        else:
            limit, step = HUNDRED, SIX_DECIMALS
        if given > limit:
            raise BusinessError("allowance.too_large", field=field)
        given.quantize(step, None, STORABLE)
    except Inexact:
        raise BusinessError("allowance.too_precise", field=field, decimals=-step.adjusted()) from None
    except InvalidOperation:
        raise BusinessError("allowance.too_large", field=field) from None
    if percent is None:
        return given.quantize(unit)
    return (lines_amount * percent * PER_CENT).quantize(unit, ROUND_HALF_UP) + ZERO
