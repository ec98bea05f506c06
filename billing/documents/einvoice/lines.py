"""Lines of an e-invoice (BG-25): quantity × price − discount = net, as EN 16931 wants it, in the snapshot's own figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.documents.wording import negative

# Peppol lets quantity × price and base × percent differ from the stated amount by 0.02 at most (PEPPOL-EN16931-R120, R040).
SLACK = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """BG-20, BG-21, BG-27, BG-28: a discount or a charge, never below zero; on the document with its tax."""

    is_charge: bool
    amount: str
    reason: str
    category: str = ""
    rate: str = ""
    percent: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """`price` is for `per` units: a line counted elsewhere states its net for its quantity, and nothing is divided."""

    position: str
    quantity: str
    unit: str
    price: str
    per: str
    net: str
    name: str
    description: str
    sku: str
    category: str
    rate: str
    period: tuple[str, str] | None
    adjustments: tuple[Adjustment, ...]


def absorbed(facts: Mapping[str, Any]) -> bool:
    """Whether lines state what is left after everything, without tax: where prices include tax, and where a discount or charge
    does not say which taxes it touches (schema 1 with several)."""
    if facts["prices_include_tax"]:
        return True
    unknown = any(item.get("taxes") is None for item in facts["allowances"])
    return unknown and len({(row["category"], row["rate"]) for row in facts["tax_totals"]}) != 1


def read_lines(facts: Mapping[str, Any]) -> Iterator[Line]:
    inside = absorbed(facts)
    for row in facts["lines"]:
        net = row["net"] if inside else row["amount"]
        discount = None if inside else _discount(row)
        quantity, price, per = _price(row, net if inside else row["gross"], exact=not inside)
        tax = row["taxes"][0] if row["taxes"] else {"category": "O", "rate": "0"}
        name, _, more = row["description"].strip().partition("\n")
        first, last = row["service_from"], row["service_to"]
        yield Line(
            position=str(row["position"]),
            quantity=quantity,
            unit=row["unit"],
            price=price,
            per=per,
            net=net,
            name=name.strip() or row["sku"] or "–",
            description=row["description"].strip() if more else "",
            sku=row["sku"],
            category=tax["category"],
            rate=tax["rate"],
            period=(first or "", last or "") if first or last else None,
            adjustments=(discount,) if discount else (),
        )


def _price(row: Mapping[str, Any], gross: str, *, exact: bool) -> tuple[str, str, str]:
    """Quantity, price and how many units the price is for.

    The typed price, if it leads to `gross`. Where it includes tax, or was rounded to a coarse unit, the line's own amount is the
    price of its whole quantity. A price is never below zero (BR-27): a return has a negative quantity.
    """
    quantity, price = row["quantity"], row["unit_price"]
    if exact and abs(Decimal(quantity) * Decimal(price) - Decimal(gross)) <= SLACK:
        return quantity, price, ""
    if not Decimal(quantity):
        return quantity, "0", ""
    minus = Decimal(gross) < 0
    units = negative(quantity) if quantity.startswith("-") else quantity
    return (f"-{units}" if minus else units), (negative(gross) if minus else gross), units


def _discount(row: Mapping[str, Any]) -> Adjustment | None:
    """BG-27; on a return it makes the refund smaller, which is a charge."""
    amount = Decimal(row["discount"])
    if not amount:
        return None
    percent, base = row["discount_percent"], row["gross"]
    if amount < 0:
        return Adjustment(True, negative(row["discount"]), _discount_words(percent))
    if not Decimal(percent) or abs(Decimal(base) * Decimal(percent) / 100 - amount) > SLACK:
        return Adjustment(False, row["discount"], _discount_words(percent))
    return Adjustment(False, row["discount"], _discount_words(percent), percent=percent, base=base)


def _discount_words(percent: str) -> str:
    return f"Discount {percent} %" if Decimal(percent) else "Discount"
