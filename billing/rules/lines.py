"""What one line says before the document's own discounts and taxes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation

from billing.rules.taxes import Tax
from invoicing_site.errors import BusinessError
from invoicing_site.money import ZERO

# Columns: price and quantity numeric(19,6), amounts numeric(19,4). Refusing here names the field, the database cannot.
SIX_DECIMALS = Decimal("0.000001")
STORABLE = Context(prec=19, traps=[Inexact, InvalidOperation])
AMOUNT_LIMIT = Decimal(10) ** 15
PER_CENT = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as typed: price ≥ 0 with at most six decimals, a return by negative quantity, one discount or none.

    `discount_percent` in percent (0–100), `discount_amount` ≥ 0 at the minor unit of the document's currency.
    """

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    taxes: tuple[Tax, ...] = ()


def measure(index: int, line: LineInput, unit: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Gross (quantity × price), discount and amount (gross − discount) of line `index`, each rounded half up to `unit`.

    The discount is taken from the rounded gross, so that the three stored figures explain each other (EN 16931 BT-131),
    and shortens a return as it shortens a sale. Runs in the `EXACT` context. Errors at ``lines.<index>.<field>``:
    `line.price_negative`, `line.too_precise`, `line.too_large`, `line.both_discounts`, `line.discount_negative`,
    `line.discount_too_large`.
    """
    price = line.unit_price
    try:
        line.quantity.quantize(SIX_DECIMALS, None, STORABLE)
        price.quantize(SIX_DECIMALS, None, STORABLE)
        gross = (line.quantity * price).quantize(unit, ROUND_HALF_UP) + ZERO
        if price < 0:
            raise BusinessError("line.price_negative", field=f"lines.{index}.unit_price")
        if not -AMOUNT_LIMIT < gross < AMOUNT_LIMIT:
            raise BusinessError("line.too_large", field=f"lines.{index}.unit_price")
        if not (line.discount_percent or line.discount_amount):
            return gross, gross - gross, gross
        discount = _discount(index, line, gross, unit)
    except (Inexact, InvalidOperation):
        raise _misfit(index, line) from None
    return gross, discount, gross - discount


def _discount(index: int, line: LineInput, gross: Decimal, unit: Decimal) -> Decimal:
    percent, amount = line.discount_percent, line.discount_amount
    if percent and amount:
        raise BusinessError("line.both_discounts", field=f"lines.{index}.discount_amount")
    field = f"lines.{index}.discount_{'percent' if percent else 'amount'}"
    if percent < 0 or amount < 0:
        raise BusinessError("line.discount_negative", field=field)
    if percent > HUNDRED or amount > abs(gross):
        raise BusinessError("line.discount_too_large", field=field)
    if amount % unit:
        raise BusinessError("line.too_precise", field=field, decimals=-unit.adjusted())
    if amount:
        return (amount if gross > 0 else -amount).quantize(unit)
    percent.quantize(SIX_DECIMALS, None, STORABLE)
    return (gross * percent * PER_CENT).quantize(unit, ROUND_HALF_UP) + ZERO


def _misfit(index: int, line: LineInput) -> BusinessError:
    """Which of the line's numbers no column can hold, looked for only after the quick check refused them together."""
    names = ("quantity", "unit_price", "discount_percent", "discount_amount")
    name = next(name for name in names if not _storable(getattr(line, name)))
    value: Decimal = getattr(line, name)
    if value.is_finite() and abs(value) < AMOUNT_LIMIT * PER_CENT:
        return BusinessError("line.too_precise", field=f"lines.{index}.{name}", decimals=6)
    return BusinessError("line.too_large", field=f"lines.{index}.{name}")


def _storable(value: Decimal) -> bool:
    try:
        return value.quantize(SIX_DECIMALS, None, STORABLE).is_finite()
    except (Inexact, InvalidOperation):
        return False
