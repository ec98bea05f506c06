"""What a payment form proposes: an explicit choice wins, the rest goes oldest first (SPEC P1). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from invoicing_site.money import ZERO
from payments.rules.allocation import OpenItem, oldest_first

Key = TypeVar("Key")


def propose(
    available: Decimal, currency: str, items: Iterable[OpenItem[Key]], chosen: Mapping[Key, Decimal]
) -> dict[Key, Decimal]:
    """How much goes to each item nobody decided about.

    `chosen` holds what the items a person decided about take of the payment, in its `currency`; 0 is a decision too.
    Whatever they leave of `available` is spread over the other items of that currency, oldest first. Where they already
    take more than there is, nothing is proposed.
    """
    left = available - sum(chosen.values(), ZERO)
    free = (item for item in items if item.key not in chosen)
    return dict(oldest_first(left, currency, free))
