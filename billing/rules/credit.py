"""What of a document can still be taken back, and the lines of a note that takes it (SPEC B10, docs/adr/0018). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import NamedTuple

from billing.rules.taxes import Tax
from invoicing_site.errors import BusinessError
from invoicing_site.money import EXACT, ZERO, apportion, quantum, round_money

# UN/ECE Recommendation 20: what an amount is that gives nothing back. Only lines in other units return a quantity.
LUMP = "LS"
SIX_DECIMALS = Decimal("0.000001")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of the document that is corrected: `amount` is what was billed of it after the document's discounts, with its
    taxes where prices include them; `tax_amounts` belong to `taxes`. Earlier notes took `taken` and gave `returned` back.
    """

    id: int
    quantity: Decimal
    unit_price: Decimal
    unit: str
    amount: Decimal
    taxes: tuple[Tax, ...] = ()
    tax_amounts: tuple[Decimal, ...] = ()
    taken: Decimal = ZERO
    returned: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.amount - self.taken

    @property
    def quantity_left(self) -> Decimal:
        return self.quantity - self.returned


@dataclass(frozen=True, slots=True)
class Original:
    """The document that is corrected; `credited` is the total of its earlier notes."""

    currency: str
    prices_include_tax: bool
    tax_rounding: str
    total: Decimal
    lines: tuple[Billed, ...]
    withheld: Decimal = ZERO
    rounding: Decimal = ZERO
    credited: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """What is creditable of the lines together, in the terms its prices are in."""
        return sum([line.left for line in self.lines], ZERO)


class Taken(NamedTuple):
    """A line of a note as it is stored: `discount` is off quantity × price."""

    line: Billed
    quantity: Decimal
    unit_price: Decimal
    unit: str
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Choice:
    """What is taken of a line: a quantity at what is left of its price, or an amount in the terms of its price."""

    line_id: int
    quantity: Decimal | None = None
    amount: Decimal | None = None


def rest(original: Original) -> list[Taken]:
    """Everything that is left. `credit.nothing_left` where nothing is."""
    found = [_all_of(line, original.currency) for line in original.lines if line.left]
    if not found:
        raise BusinessError("credit.nothing_left")
    return found


def by_line(original: Original, choices: Sequence[Choice]) -> list[Taken]:
    """The lines of a note for what was chosen. Errors at ``lines.<i>.quantity`` or ``.amount``: `credit.line_unknown`,
    `credit.quantity`, `credit.beyond_line`; `credit.nothing_chosen`.
    """
    known = {line.id: line for line in original.lines}
    found = []
    for index, choice in enumerate(choices):
        line = known.get(choice.line_id)
        if line is None:
            raise BusinessError("credit.line_unknown", f"lines.{index}.quantity")
        if choice.quantity is not None:
            found.append(_quantity(line, choice.quantity, original.currency, f"lines.{index}.quantity"))
        elif choice.amount is not None:
            found.append(_amount(line, choice.amount, original.currency, f"lines.{index}.amount"))
    if not found:
        raise BusinessError("credit.nothing_chosen")
    return found


def by_amount(original: Original, amount: Decimal) -> list[Taken]:
    """`amount`, in the terms of the document's prices, over all lines in proportion to what is left of each.

    Cents go to the largest remainders. Raises `credit.amount` and `credit.beyond_left` at ``amount``.
    """
    left = original.left
    _check_amount(amount, original.currency, "amount")
    if amount > left:
        raise BusinessError("credit.beyond_left", "amount", left=max(left, ZERO), currency=original.currency)
    if amount == left:
        return rest(original)
    with localcontext(EXACT):
        parts = apportion(amount, [amount * line.left for line in original.lines], left, original.currency)
    return [_lump(line, part) for line, part in zip(original.lines, parts, strict=True) if part]


def _check_amount(amount: Decimal, currency: str, field: str) -> None:
    if not amount.is_finite() or amount <= 0 or amount % quantum(currency):
        raise BusinessError("credit.amount", field, unit=quantum(currency))


def _lump(line: Billed, amount: Decimal) -> Taken:
    """An amount that gives nothing back; below zero where the line was a return."""
    return Taken(line, ONE if amount > 0 else -ONE, abs(amount), LUMP, ZERO)


def _amount(line: Billed, amount: Decimal, currency: str, field: str) -> Taken:
    """`amount` without sign: of a line that was a return, it is taken from what was given back."""
    _check_amount(amount, currency, field)
    if amount > abs(line.left):
        raise BusinessError("credit.beyond_line", field, left=abs(line.left), currency=currency)
    return _lump(line, amount if line.left > 0 else -amount)


def _quantity(line: Billed, quantity: Decimal, currency: str, field: str) -> Taken:
    """`quantity` without sign, of the rest of the line in proportion to what of its quantity is left."""
    most = abs(line.quantity_left)
    if not quantity.is_finite() or quantity <= 0 or quantity % SIX_DECIMALS:
        raise BusinessError("credit.quantity", field, left=most)
    if quantity > most or not line.left:
        raise BusinessError("credit.beyond_quantity", field, left=most if line.left else ZERO)
    with localcontext(EXACT):
        amount = line.left if quantity == most else round_money(line.left * quantity / most, currency)
    return _priced(line, quantity if line.quantity > 0 else -quantity, amount, currency)


def _all_of(line: Billed, currency: str) -> Taken:
    if line.quantity_left:
        return _priced(line, line.quantity_left, line.left, currency)
    return _lump(line, line.left)


def _priced(line: Billed, quantity: Decimal, amount: Decimal, currency: str) -> Taken:
    """`quantity` for `amount`: at the line's price less a discount, or where charges made it dearer, at a price of its own."""
    with localcontext(EXACT):
        gross = round_money(quantity * line.unit_price, currency)
        discount = gross - amount
        if amount * gross >= 0 and discount * gross >= 0 and abs(discount) <= abs(gross):
            return Taken(line, quantity, line.unit_price, line.unit, abs(discount))
        price = (amount / quantity).quantize(SIX_DECIMALS, ROUND_HALF_UP)
        if price >= 0 and round_money(quantity * price, currency) == amount:
            return Taken(line, quantity, price, line.unit, ZERO)
    return _lump(line, amount)
