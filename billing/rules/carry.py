"""The sum carried from page to page: what the lines make up to and with each one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import accumulate


def carried(amounts: Iterable[Decimal]) -> list[Decimal]:
    """Running sums of `amounts`, all in one currency and at its minor unit already: nothing is rounded here."""
    return list(accumulate(amounts))
