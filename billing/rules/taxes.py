"""Tax on the document, once per rate (EN 16931 BR-CO-17), and its way back to the lines.

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


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as a line carries it: `category` is the EN 16931 code (S Z E AE K G O), `rate` in percent."""

    code: str
    category: str
    rate: Decimal
    name: str = ""

    @property
    def key(self) -> tuple[Decimal, str, str]:
        """What makes two taxes one on a document; also the order they are printed in: the highest rate first."""
        return -self.rate, self.category, self.code


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
    """One tax on the document: base without tax, amount rounded once."""

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
    """One tax on some lines: the amount of each."""

    tax: Tax
    lines: list[int]
    parts: list[Decimal]


def group_by_taxes(taxes_of_lines: Iterable[tuple[Tax, ...]]) -> list[Group]:
    """Lines grouped by the set of their taxes, in an order that does not depend on the order of the lines.

    Cents left over between groups are handed out in this order, so moving a line never moves tax between rates.
    `line.tax_twice` at ``lines.<i>.taxes`` if a line carries the same tax twice.
    """
    groups: dict[tuple[tuple[Decimal, str, str], ...], Group] = {}
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


def on_top(groups: Sequence[Group], nets: Sequence[Decimal], unit: Decimal, currency: str) -> list[Charge]:
    """Prices without tax: each tax is base × rate, rounded half up once; several taxes of a line share its base."""
    carriers: dict[tuple[Decimal, str, str], tuple[Tax, list[int]]] = {}
    for group in groups:
        for tax in group.taxes:
            carriers.setdefault(tax.key, (tax, []))[1].extend(group.lines)
    charges = []
    for tax, lines in carriers.values():
        bases = [nets[index] for index in lines]
        amount = (sum(bases, ZERO) * tax.rate * PER_CENT).quantize(unit, ROUND_HALF_UP) + ZERO
        charges.append(Charge(tax, lines, _shares(amount, bases, tax.rate, HUNDRED, unit, currency)))
    return charges


def contained(groups: Sequence[Group], amounts: Sequence[Decimal], unit: Decimal, currency: str) -> list[Charge]:
    """Prices with tax: out of each group's sum comes sum × rates / (100 + rates), rounded half up once.

    Several taxes in one price share that amount by largest remainder. What is left is the net, so net + tax is what the
    customer was quoted, to the cent.
    """
    charges = []
    for group in groups:
        grosses = [amounts[index] for index in group.lines]
        gross = sum(grosses, ZERO)
        rate = sum([tax.rate for tax in group.taxes], ZERO)
        whole = (gross * rate / (HUNDRED + rate)).quantize(unit, ROUND_HALF_UP) + ZERO
        shares = apportion(whole, [gross * tax.rate for tax in group.taxes], HUNDRED + rate, currency)
        for tax, share in zip(group.taxes, shares, strict=True):
            parts = _shares(share, grosses, tax.rate, HUNDRED + rate, unit, currency)
            charges.append(Charge(tax, group.lines, parts))
    return charges


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
    totals: dict[tuple[Decimal, str, str], TaxTotal] = {}
    by_line: list[tuple[LineTaxAmount, ...]] = [()] * len(nets)
    for tax, lines, parts in charges:
        code, category, rate = tax.code, tax.category, tax.rate
        base = sum([nets[index] for index in lines], ZERO)
        amount = sum(parts, ZERO)
        before = totals.get(tax.key)
        if before is not None:
            base += before.base
            amount += before.amount
        totals[tax.key] = TaxTotal(code, category, rate, tax.name, base, amount)
        for index, part in zip(lines, parts, strict=True):
            by_line[index] += (LineTaxAmount(code, category, rate, nets[index], part),)
    return [totals[key] for key in sorted(totals)], by_line
