"""Whether two documents to one client look like the same bill twice (SPEC B5). Pure."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

NEAR = dt.timedelta(days=30)
# How far back anything is compared: a yearly bill looks like last year's, and is none.
FAR = dt.timedelta(days=330)

AMOUNT, ORDER, SUPPLY = "amount", "order", "supply"


@dataclass(frozen=True, slots=True)
class Paper:
    """What is compared: `payable` in `currency`; days in the company's zone, of the supply from first to last."""

    payable: Decimal
    currency: str
    purchase_order: str
    issue_date: dt.date
    supply_from: dt.date | None
    supply_to: dt.date | None

    @property
    def supply(self) -> tuple[dt.date, dt.date] | None:
        first, last = self.supply_from or self.supply_to, self.supply_to or self.supply_from
        return (first, last) if first and last else None


def reasons(one: Paper, other: Paper) -> tuple[str, ...]:
    """Why `one` and `other`, of one client and kind, look alike; empty where they do not.

    The same amount within thirty days; the same amount for the same days of supply; the same purchase order. A period of supply
    that differs speaks for a bill of its own: then the amount alone says nothing.
    """
    apart = abs(one.issue_date - other.issue_date)
    if apart > FAR or one.currency != other.currency:
        return ()
    same_amount = one.payable == other.payable and one.payable != 0
    other_supply = one.supply is not None and other.supply is not None and one.supply != other.supply
    found = {
        AMOUNT: same_amount and apart <= NEAR and not other_supply,
        ORDER: bool(order_of(one.purchase_order)) and order_of(one.purchase_order) == order_of(other.purchase_order),
        SUPPLY: same_amount and one.supply is not None and one.supply == other.supply,
    }
    return tuple(name for name, holds in found.items() if holds)


def order_of(text: str) -> str:
    """A purchase order's number as it is compared: capitals and spaces do not matter."""
    return "".join(text.split()).upper()
