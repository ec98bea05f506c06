"""A product as typed, whatever door it came through. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PriceDetails:
    """A price for one unit in `currency` (ISO 4217), up to six decimals; with `client_id`, that client's own."""

    currency: str
    unit_price: Decimal
    client_id: int | None = None


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """Everything a person may say about a product; prices that are left out are removed.

    `unit` is a code of UN/ECE Rec 20; `kind` is service, goods or digital; tax code and account are ids of the company's own.
    """

    sku: str
    name: str
    description: str = ""
    unit: str = "C62"
    kind: str = "service"
    tax_code_id: int | None = None
    account_id: int | None = None
    prices: tuple[PriceDetails, ...] = ()
