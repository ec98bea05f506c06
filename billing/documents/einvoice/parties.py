"""Seller, buyer, place of delivery and payment of an e-invoice (BG-4, BG-7, BG-13, BG-16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SEPA, TRANSFER = "58", "30"


@dataclass(frozen=True, slots=True)
class Place:
    line1: str
    line2: str
    postcode: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class Party:
    """`vat` is BT-31 or BT-48, `tax_number` BT-32, `legal_id` BT-30 or BT-47."""

    ident: str
    name: str
    trading_name: str
    legal_id: str
    legal_note: str
    vat: str
    tax_number: str
    place: Place
    contact: str
    phone: str
    email: str
    endpoint: str
    endpoint_scheme: str


@dataclass(frozen=True, slots=True)
class Payment:
    code: str
    reference: str
    account: str
    is_iban: bool
    holder: str
    bic: str


def read_party(row: Mapping[str, Any], *, outside: bool, german: bool) -> Party:
    """`outside` for a document outside the scope of VAT, which may name no VAT id (BR-O-02); `german` for XRechnung, where the
    e-mail address serves as the electronic one (BT-34, BT-49)."""
    ids: dict[str, str] = {}
    for each in row["tax_ids"]:
        ids.setdefault(each["scheme"], each["value"])
    ids.pop("CERT", "")  # proves an exemption, identifies nobody
    vat = ids.pop("VAT", "")
    other = next(iter(ids.values()), "")
    endpoint = row.get("endpoint") or {}
    scheme, value = endpoint.get("scheme") or "", endpoint.get("value") or ""
    if not value and german and row["email"]:
        scheme, value = "EM", row["email"]
    legal = row.get("legal_name") or row["name"]
    seller = "legal_name" in row
    return Party(
        ident=row.get("number") or "",
        name=legal,
        trading_name=row["name"] if row["name"] != legal else "",
        legal_id=row.get("register") or (vat if outside and seller else "") or ("" if seller else other),
        legal_note=row.get("managers") or "",
        vat="" if outside else vat,
        tax_number=other if seller and not outside else "",
        place=_place(row["address"]),
        contact=row.get("contact_name") or row.get("attention") or "",
        phone=row.get("phone") or "",
        email=row["email"] or "",
        endpoint=value,
        endpoint_scheme=scheme,
    )


def _place(row: Mapping[str, Any]) -> Place:
    return Place(*(row[name] or "" for name in ("line1", "line2", "postcode", "city", "region", "country")))


def delivered_to(buyer: Mapping[str, Any], taxes: Iterable[Any]) -> Place | None:
    """BG-15; within the EU the country goods went to must be named (BR-IC-12), so there the buyer's own place serves."""
    if buyer["delivery_address"]:
        return _place(buyer["delivery_address"])
    return _place(buyer["address"]) if any(part.category == "K" for part in taxes) else None


def payment(facts: Mapping[str, Any], seller: Mapping[str, Any]) -> Payment | None:
    """BG-16: by transfer to the seller's account; nothing where no account is printed, or nothing is left to pay."""
    bank = seller["bank"]
    account = bank and (bank["iban"] or bank["account_number"])
    if not bank or not account or not Decimal(facts.get("payable") or facts["total"]):
        return None
    sepa = bool(bank["iban"]) and facts["currency"] == "EUR"
    return Payment(
        code=SEPA if sepa else TRANSFER,
        reference=facts["payment_reference"] or "",
        account=account,
        is_iban=bool(bank["iban"]),
        holder=bank["holder"] or seller["legal_name"] or seller["name"],
        bic=bank["bic"] or "",
    )
