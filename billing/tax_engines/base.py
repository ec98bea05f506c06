"""The port every tax engine stands behind: one question about a document, one answer per line (SPEC B7)."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from billing.rules.sales_tax import LocalRate
from billing.rules.tax_mapping import Buyer, Seller


class Supply(NamedTuple):
    """One line: `kind` and `tax_class` as billing/rules/tax_mapping.py knows them, `amount` net or gross as it was typed."""

    kind: str
    tax_class: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Question:
    """`day` is the tax point; `local` the row of the company's own table of sales tax for the place, if it has one."""

    seller: Seller
    buyer: Buyer
    day: dt.date
    currency: str
    lines: tuple[Supply, ...]
    local: LocalRate | None = None

    def wire(self) -> dict[str, Any]:
        """As JSON for an engine outside: places and kinds, no names, no ids, no texts."""
        buyer = self.buyer
        return {
            "day": self.day.isoformat(),
            "currency": self.currency,
            "seller": {
                "country": self.seller.country,
                "postcode": self.seller.postcode,
                "small_business": self.seller.small_business,
                "oss": self.seller.oss,
            },
            "buyer": {
                "country": buyer.country,
                "region": buyer.region,
                "postcode": buyer.postcode,
                "delivery_country": buyer.delivery_country,
                "delivery_region": buyer.delivery_region,
                "delivery_postcode": buyer.delivery_postcode,
                "business": buyer.business,
                "vat_states": sorted(buyer.vat_states),
                "treatment": buyer.treatment,
            },
            "lines": [
                {"kind": line.kind, "tax_class": line.tax_class, "amount": str(line.amount)} for line in self.lines
            ],
        }

    def digest(self) -> str:
        """The same for questions that differ in amounts alone: an earlier answer then holds."""
        content = self.wire() | {"lines": [[line.kind, line.tax_class] for line in self.lines]}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Taxed(NamedTuple):
    """The tax on one line. `country` is the one whose rate applies (empty: the seller's), `reason` a key of
    billing/rules/usual_taxes.py; `rate` in per cent and `name` only where the engine itself says them."""

    category: str
    tax_class: str
    country: str = ""
    zone: str = "home"
    reason: str = ""
    rate: Decimal | None = None
    name: str = ""


class Answer(NamedTuple):
    """One `Taxed` per line of the question; `engine` is its name and version as the document will carry it."""

    lines: tuple[Taxed, ...]
    engine: str


class EngineDown(Exception):
    """No answer that can be used: not reached, too slow, unreadable, or absurd. Says why, nothing of what was heard."""


class Engine(Protocol):
    def decide(self, question: Question) -> Answer:
        """Raises EngineDown."""
