"""Tax on the document, once per rate (EN 16931 BR-CO-17), and its way back to the lines; or rounded line by line.

Pure; runs in the `EXACT` context.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from invoicing_site.errors import BusinessError
from invoicing_site.money import ZERO, apportion

HUNDRED = Decimal(100)
PER_CENT = Decimal("0.01")

Key = tuple[Decimal, str, str, bool]


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as a line carries it: `category` is the EN 16931 code (S Z E AE K G O), `rate` in percent.

    A `compound` one is charged on the price and the line's ordinary taxes together, as Quebec's was until 2012.
    """

    code: str
    category: str
    rate: Decimal
    name: str = ""
    compound: bool = False

    @property
    def key(self) -> Key:
        """What makes two taxes one on a document; also the order they are printed in: the highest rate first."""
        return -self.rate, self.category, self.code, self.compound


# A line nobody put a tax on is outside the scope of VAT (category O), not at zero per cent.
UNTAXED = Tax(code="O", category="O", rate=ZERO)


class LineTaxAmount(NamedTuple):
    """One tax on one line. Amounts sum exactly to the document's `TaxTotal`, so they are shares, not line × rate."""

    code: str
    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal


class TaxTotal(NamedTuple):
    """One tax on the document. The base holds no tax but, where the tax is compound, the ordinary ones below it."""

    code: str
    category: str
    rate: Decimal
    name: str
    base: Decimal
    amount: Decimal


class Group(NamedTuple):
    """The lines that carry the same taxes, by index."""

    taxes: tuple[Tax, ...]
    lines: list[int]


class Charge(NamedTuple):
    """One tax on some lines: the amount of each, and what other taxes add to its base where it is compound."""

    tax: Tax
    lines: list[int]
    parts: list[Decimal]
    below: list[Decimal] | None = None


def group_by_taxes(taxes_of_lines: Iterable[tuple[Tax, ...]]) -> list[Group]:
    """Lines grouped by the set of their taxes, in an order that does not depend on the order of the lines.

    Cents left over between groups are handed out in this order, so moving a line never moves tax between rates.
    `line.tax_twice` at ``lines.<i>.taxes`` if a line carries the same tax twice.
    """
    groups: dict[tuple[Key, ...], Group] = {}
    known: dict[int, list[int]] = {}
    for index, taxes in enumerate(taxes_of_lines):
        lines = known.get(id(taxes))
        if lines is None:
            ordered = tuple(sorted(taxes or (UNTAXED,), key=lambda tax: tax.key))
            key = tuple([tax.key for tax in ordered])
            if len(set(key)) < len(key):
                raise BusinessError("line.tax_twice", field=f"lines.{index}.taxes")
            lines = known[id(taxes)] = groups.setdefault(key, Group(ordered, [])).lines
        lines.append(index)
    return [groups[key] for key in sorted(groups)]


def on_top(
    groups: Sequence[Group], nets: Sequence[Decimal], unit: Decimal, currency: str, by_line: bool
) -> list[Charge]:
    """Prices without tax: each tax is base × rate, rounded half up once, or once a line where `by_line`.

    Several taxes of a line share its base; the compound ones have the ordinary ones in theirs.
    """
    carriers: dict[Key, tuple[Tax, list[int]]] = {}
    for group in groups:
        for tax in group.taxes:
            carriers.setdefault(tax.key, (tax, []))[1].extend(group.lines)
    charges: list[Charge] = []
    # Compound ones last: they need what the ordinary ones come to.
    ordinary_first = [carrier for carrier in carriers.values() if not carrier[0].compound]
    ordinary_first += [carrier for carrier in carriers.values() if carrier[0].compound]
    for tax, lines in ordinary_first:
        bases = [nets[index] for index in lines]
        below = None
        if tax.compound:
            ordinary = _ordinary(charges, len(nets))
            below = [ordinary[index] for index in lines]
            bases = [base + under for base, under in zip(bases, below, strict=True)]
        if by_line:
            parts = [(base * tax.rate * PER_CENT).quantize(unit, ROUND_HALF_UP) + ZERO for base in bases]
        else:
            amount = (sum(bases, ZERO) * tax.rate * PER_CENT).quantize(unit, ROUND_HALF_UP) + ZERO
            parts = _shares(amount, bases, tax.rate, HUNDRED, unit, currency)
        charges.append(Charge(tax, lines, parts, below))
    return charges


def contained(
    groups: Sequence[Group], amounts: Sequence[Decimal], unit: Decimal, currency: str, by_line: bool
) -> list[Charge]:
    """Prices with tax: out of each group's sum comes sum × rates / (100 + rates), rounded half up once.

    Several taxes in one price share that amount by largest remainder. What is left is the net, so net + tax is what the
    customer was quoted, to the cent. With `by_line` each line is taken apart in this way by itself.
    """
    charges: list[Charge] = []
    for group in groups:
        grosses = [amounts[index] for index in group.lines]
        rates = effective_rates(group.taxes)
        divisor = HUNDRED + sum(rates, ZERO)
        if by_line:
            rows = [_taken_out(gross, rates, divisor, unit, currency) for gross in grosses]
            columns = [list(column) for column in zip(*rows, strict=True)]
        else:
            wholes = _taken_out(sum(grosses, ZERO), rates, divisor, unit, currency)
            columns = [
                _shares(whole, grosses, rate, divisor, unit, currency)
                for whole, rate in zip(wholes, rates, strict=True)
            ]
        own = [Charge(tax, group.lines, parts) for tax, parts in zip(group.taxes, columns, strict=True)]
        if any(tax.compound for tax in group.taxes):
            ordinary = _ordinary(own, len(amounts))
            below = [ordinary[index] for index in group.lines]
            own = [charge._replace(below=below) if charge.tax.compound else charge for charge in own]
        charges += own
    return charges


def effective_rates(taxes: Sequence[Tax]) -> list[Decimal]:
    """What each tax of a line adds to its price without tax, in percent: for a compound one more than its rate."""
    ordinary = sum([tax.rate for tax in taxes if not tax.compound], ZERO)
    return [tax.rate * (HUNDRED + ordinary) * PER_CENT if tax.compound else tax.rate for tax in taxes]


def _taken_out(
    gross: Decimal, rates: Sequence[Decimal], divisor: Decimal, unit: Decimal, currency: str
) -> list[Decimal]:
    whole = (gross * sum(rates, ZERO) / divisor).quantize(unit, ROUND_HALF_UP) + ZERO
    return apportion(whole, [gross * rate for rate in rates], divisor, currency)


def _ordinary(charges: Iterable[Charge], count: int) -> list[Decimal]:
    """The ordinary taxes of each of `count` lines together."""
    sums = [ZERO] * count
    for charge in charges:
        if not charge.tax.compound:
            for index, part in zip(charge.lines, charge.parts, strict=True):
                sums[index] += part
    return sums


def _shares(
    total: Decimal, amounts: Sequence[Decimal], rate: Decimal, divisor: Decimal, unit: Decimal, currency: str
) -> list[Decimal]:
    if not rate:
        return [unit * 0] * len(amounts)
    return apportion(total, [amount * rate for amount in amounts], divisor, currency)


def less_tax(amounts: Sequence[Decimal], charges: Iterable[Charge]) -> list[Decimal]:
    """What is left of each line's tax-inclusive amount."""
    nets = list(amounts)
    for charge in charges:
        for index, part in zip(charge.lines, charge.parts, strict=True):
            nets[index] -= part
    return nets


def assemble(
    charges: Iterable[Charge], nets: Sequence[Decimal]
) -> tuple[list[TaxTotal], list[tuple[LineTaxAmount, ...]]]:
    """The document's tax totals, highest rate first, and each line's taxes, both from the same parts."""
    totals: dict[Key, TaxTotal] = {}
    by_line: list[tuple[LineTaxAmount, ...]] = [()] * len(nets)
    for tax, lines, parts, below in charges:
        key, code, category, rate = tax.key, tax.code, tax.category, tax.rate
        bases = [nets[index] for index in lines]
        if below is not None:
            bases = [base + under for base, under in zip(bases, below, strict=True)]
        base = sum(bases, ZERO)
        amount = sum(parts, ZERO)
        before = totals.get(key)
        if before is not None:
            base += before.base
            amount += before.amount
        totals[key] = TaxTotal(code, category, rate, tax.name, base, amount)
        for index, part, on in zip(lines, parts, bases, strict=True):
            by_line[index] += (LineTaxAmount(code, category, rate, on, part),)
    return [totals[key] for key in sorted(totals)], by_line
