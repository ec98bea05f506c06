"""Which documents a payment settles when nobody says otherwise (SPEC P1). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class OpenItem(Generic[Key]):
    """A document with something open, in its own currency; `key` is whatever the caller knows it by."""

    key: Key
    due_on: dt.date
    issued_on: dt.date
    number: str
    open: Decimal
    currency: str


class Suggestion(NamedTuple, Generic[Key]):
    """How much of the payment goes to which document."""

    key: Key
    amount: Decimal


def oldest_first(available: Decimal, currency: str, items: Iterable[OpenItem[Key]]) -> list[Suggestion[Key]]:
    """Spread `available` of `currency` over `items` of the same currency: by due date, then date of issue, then number.

    Nothing gets more than it has open, nothing in another currency or without an open amount gets any; the sum is what
    is available or all that is open, whichever is less.
    """
    suggestions = []
    left = available
    payable = (item for item in items if item.currency == currency and item.open > 0)
    for item in sorted(payable, key=lambda item: (item.due_on, item.issued_on, item.number)):
        if left <= 0:
            break
        amount = min(left, item.open)
        suggestions.append(Suggestion(item.key, amount))
        left -= amount
    return suggestions
