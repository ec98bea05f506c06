"""Exchange rates as people quote them. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from invoicing_site.money import EXACT

PLACES = Decimal("1E-10")


def inverse(rate: Decimal) -> Decimal:
    """1 EUR = 1.0854 USD as EUR for 1 USD, at the ten decimals a rate is stored with, half up. `rate` > 0."""
    return EXACT.divide(Decimal(1), rate).quantize(PLACES, ROUND_HALF_UP, EXACT)
