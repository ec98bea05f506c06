"""Which tax a supply bears: by seller, buyer, place, and what is supplied (SPEC B7). Pure.

Sources: Directive 2006/112/EC Art. 31–33 (goods), 44, 45 and 58 (services), 138 (intra-Community supply), 146 (export), 196
(reverse charge), 282 ff. (small businesses), 369a ff. (One Stop Shop); EN 16931 categories (UNTDID 5305) and VATEX codes.
Not decided here, and left to a person's choice: margin schemes, place of events, work on land, passenger transport.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from billing.rules.places import MEMBERS, Place, place
from billing.rules.usual_rates import COUNTRIES, EXEMPT, ZERO

VERSION = 1
GOODS, SERVICE, DIGITAL = "goods", "service", "digital"
KINDS = (GOODS, SERVICE, DIGITAL)

HOME, EU_GOODS, EU_SERVICES, EU_CONSUMER, ABROAD_GOODS, ABROAD_SERVICES = ZONES = (
    "home", "eu_goods", "eu_services", "eu_consumer", "abroad_goods", "abroad_services",
)  # fmt: skip
# Countries where a service to anybody abroad is supplied at the recipient's (MWSTG Art. 8 (1), merverdiavgiftsloven § 6-22).
AT_RECIPIENT = frozenset({"CH", "NO", "JP"})
VATEX = {"intra": "VATEX-EU-IC", "reverse": "VATEX-EU-AE", "export": "VATEX-EU-G", "outside": "VATEX-EU-O"}


@dataclass(frozen=True, slots=True)
class Seller:
    country: str
    postcode: str = ""
    small_business: bool = False
    oss: bool = False


@dataclass(frozen=True, slots=True)
class Buyer:
    """`vat_states` are the countries whose VAT ids it shows, XI for Northern Ireland; the delivery place is the buyer's own
    where it is empty. `treatment` is what was agreed: "auto", "exempt" or "standard" (always the seller's own rate)."""

    country: str
    postcode: str = ""
    region: str = ""
    delivery_country: str = ""
    delivery_postcode: str = ""
    delivery_region: str = ""
    business: bool = True
    vat_states: frozenset[str] = frozenset()
    treatment: str = "auto"


class Decision(NamedTuple):
    """`category` is EN 16931's, `country` the one whose rate applies (empty: the seller's), `reason` the key of the sentence
    to print (empty where tax is charged), `vatex` its code in e-invoices."""

    zone: str
    category: str
    tax_class: str
    country: str = ""
    reason: str = ""
    vatex: str = ""


def decide(seller: Seller, buyer: Buyer, kind: str, tax_class: str, *, taxed_locally: bool = False) -> Decision:
    """The tax on a supply of `kind` (GOODS, SERVICE, DIGITAL) whose class at home is `tax_class`.

    `taxed_locally` says, for sellers in the United States, that their own table holds a rate for the place of delivery.
    """
    if seller.small_business:
        return Decision(HOME, "E", EXEMPT, reason="small_business")
    goods = kind == GOODS
    home = place(seller.country, seller.postcode, goods=goods)
    there = _destination(buyer, seller, goods=goods)
    inland = _inland(home, there)
    if buyer.treatment == "exempt":
        return Decision(HOME, "E", EXEMPT, reason="exempt_buyer")
    if seller.country == "US":
        return _sales_tax(inland, taxed_locally, tax_class, goods=goods)
    if home.country not in COUNTRIES and home.country.partition("-")[0] not in COUNTRIES and home.country != "XI":
        return Decision(HOME, "O", tax_class, reason="no_tax")
    if inland or tax_class == EXEMPT or buyer.treatment == "standard":
        return _home(tax_class)
    if home.member and there.member:
        return _within_union(seller, buyer, home, there, kind, tax_class)
    if goods:
        return Decision(ABROAD_GOODS, "G", tax_class, reason="export", vatex=_code("export", home))
    if buyer.business or kind == DIGITAL or home.country in AT_RECIPIENT:
        return Decision(ABROAD_SERVICES, "O", tax_class, reason="outside", vatex=_code("outside", home))
    return _home(tax_class)


def _destination(buyer: Buyer, seller: Seller, *, goods: bool) -> Place:
    """Goods are taxed where they go, services where the customer sits; an unknown place is the seller's own."""
    if goods and buyer.delivery_country:
        return place(buyer.delivery_country, buyer.delivery_postcode, goods=True)
    if not buyer.country:
        return place(seller.country, seller.postcode, goods=goods)
    return place(buyer.country, buyer.postcode, goods=goods)


def _inland(home: Place, there: Place) -> bool:
    """Great Britain and Northern Ireland are one country to their own sellers."""
    kingdom = {"GB", "XI"}
    return home.country == there.country or {home.country, there.country} == kingdom


def _home(tax_class: str) -> Decision:
    if tax_class == EXEMPT:
        return Decision(HOME, "E", EXEMPT, reason="exempt")
    return Decision(HOME, "Z" if tax_class == ZERO else "S", tax_class)


def _within_union(seller: Seller, buyer: Buyer, home: Place, there: Place, kind: str, tax_class: str) -> Decision:
    # Art. 138: identified in a member state other than the one the goods leave from; Art. 44 and 196 alike for services.
    members = MEMBERS | {"XI"} if kind == GOODS else MEMBERS
    if buyer.business and buyer.vat_states & (members - {home.country}):
        if kind == GOODS:
            return Decision(EU_GOODS, "K", tax_class, reason="intra", vatex=VATEX["intra"])
        return Decision(EU_SERVICES, "AE", tax_class, reason="reverse", vatex=VATEX["reverse"])
    if seller.oss and kind != SERVICE:
        return Decision(EU_CONSUMER, "S", tax_class, country=there.country)
    return _home(tax_class)


def _sales_tax(inland: bool, taxed_locally: bool, tax_class: str, *, goods: bool) -> Decision:
    if not inland:
        return Decision(ABROAD_GOODS if goods else ABROAD_SERVICES, "O", tax_class, reason="abroad")
    if tax_class in (EXEMPT, ZERO):
        return _home(tax_class)
    if not taxed_locally:
        return Decision(HOME, "O", tax_class, reason="no_sales_tax")
    return Decision(HOME, "S", tax_class, country="US")


def _code(reason: str, home: Place) -> str:
    """VATEX-EU codes speak of the directive: other countries' sellers print the sentence alone."""
    return VATEX[reason] if home.member else ""
