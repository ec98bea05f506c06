"""What an e-invoice says, read from the snapshot once for both syntaxes, so that UBL and CII cannot disagree.

Every amount is the snapshot's own text; nothing is multiplied or rounded here. Names in comments are the terms of EN 16931.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.documents.einvoice.codes import REASON_CODES, REASONS, TAXED_IN_WORDS, Profile, type_code
from billing.documents.einvoice.lines import Adjustment, Line, absorbed, read_lines
from billing.documents.einvoice.parties import Party, Payment, Place, delivered_to, payment, read_party
from billing.documents.einvoice.terms import payment_terms

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaxPart:
    """BG-23: one VAT category and rate; `reason` and `reason_code` where nothing is charged."""

    category: str
    rate: str
    base: str
    amount: str
    reason: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """BG-3: a document this one refers to."""

    number: str
    issue_date: str


@dataclass(frozen=True, slots=True)
class File:
    """BG-24: a file that goes along; without `content` it is only named."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Content:
    profile: Profile
    type_code: str
    number: str
    issue_date: str
    due_date: str
    currency: str
    tax_currency: str
    tax_in_tax_currency: str
    notes: tuple[str, ...]
    buyer_reference: str
    purchase_order: str
    contract: str
    delivery_note: str
    project: str
    earlier: tuple[Earlier, ...]
    files: tuple[File, ...]
    period: tuple[str, str] | None
    delivered_on: str
    seller: Party
    buyer: Party
    delivery: Place | None
    payment: Payment | None
    terms: str
    lines: tuple[Line, ...]
    allowances: tuple[Adjustment, ...]
    taxes: tuple[TaxPart, ...]
    lines_amount: str
    discounts: str
    charges: str
    net: str
    tax: str
    total: str
    prepaid: str
    rounding: str
    payable: str

    @property
    def is_credit(self) -> bool:
        return self.type_code == "381"


def read_content(facts: Facts, parties: Facts, profile: Profile, files: Mapping[str, bytes] | None = None) -> Content:
    """The content of a snapshot (schema 1 or 2) for `profile`; `files` are attached files by SHA-256.

    KeyError for a kind that is no invoice, ValueError for a schema this code does not know. Whether a format can carry the document
    at all is asked before, in `billing.rules.einvoice`.
    """
    if facts["schema"] not in (1, 2):
        raise ValueError("unknown snapshot schema")
    taxes = _taxes(facts)
    outside = any(part.category == "O" for part in taxes)
    inside = absorbed(facts)
    first, last = facts["supply_from"], facts["supply_to"]
    tax_currency, own_tax = _tax_currency(facts)
    seller = read_party(parties["seller"], outside=outside, german=profile.german)
    buyer = read_party(parties["buyer"], outside=outside, german=profile.german)
    return Content(
        profile=profile,
        type_code=type_code(facts["kind"], profile),
        number=facts["number"] or "DRAFT",
        issue_date=facts["issue_date"],
        due_date=max((item["due_on"] for item in facts["due"]), default=facts["issue_date"]),
        currency=facts["currency"],
        tax_currency=tax_currency,
        tax_in_tax_currency=own_tax,
        notes=tuple(text for text in _notes(facts) if text),
        **{name: facts.get(name) or "" for name in ("purchase_order", "contract", "delivery_note", "project")},
        buyer_reference=facts["buyer_reference"],
        earlier=tuple(_earlier(facts)),
        files=tuple(
            File(each["name"], each["media_type"], (files or {}).get(each["sha256"], b""))
            for each in facts.get("attachments") or ()
        ),
        period=(first, last) if first and last and first != last else None,
        delivered_on=last or first or "",
        seller=seller,
        buyer=buyer,
        delivery=delivered_to(parties["buyer"], taxes),
        payment=payment(facts, parties["seller"]),
        terms=payment_terms(facts, profile),
        lines=tuple(read_lines(facts)),
        allowances=() if inside else tuple(_allowances(facts)),
        taxes=taxes,
        lines_amount=facts["net"] if inside else facts["lines_amount"],
        discounts=_none(facts) if inside else facts["discounts"],
        charges=_none(facts) if inside else facts["charges"],
        net=facts["net"],
        tax=facts["tax"],
        total=facts["total"],
        prepaid=facts.get("prepaid") or _none(facts),
        rounding=facts.get("rounding") or _none(facts),
        payable=facts.get("payable") or facts["total"],
    )


def _none(facts: Facts) -> str:
    """Zero, written with the decimals of the document's currency."""
    return str(Decimal(facts["total"]) * 0)


def _notes(facts: Facts) -> list[str]:
    reason = facts.get("reason") or {}
    return [facts["introduction"], reason.get("text") or "", facts["notes"]]


def _earlier(facts: Facts) -> list[Earlier]:
    """What the document corrects or replaces, and the deposits it deducts; each once."""
    named = [facts.get("corrects"), facts.get("replaces"), *(facts.get("deposits") or ())]
    found = {each["number"]: Earlier(each["number"], each["issue_date"] or "") for each in named if each}
    return list(found.values())


def _tax_currency(facts: Facts) -> tuple[str, str]:
    """BT-6 and BT-111: the seller's tax currency, where that is not the document's (Art. 230 of Directive 2006/112/EC)."""
    fx = facts.get("tax_fx") or facts["fx"]
    return (fx["base_currency"], fx["tax"]) if fx and fx["base_currency"] != facts["currency"] else ("", "")


def _taxes(facts: Facts) -> tuple[TaxPart, ...]:
    """One part per category and rate (BR-S-08): taxes that differ only in their code here are one there."""
    parts: dict[tuple[str, str], TaxPart] = {}
    for row in facts["tax_totals"]:
        category, rate = row["category"], row["rate"]
        base, amount = row["base"], row["amount"]
        earlier = parts.get((category, rate))
        if earlier:
            base = str(Decimal(earlier.base) + Decimal(base))
            amount = str(Decimal(earlier.amount) + Decimal(amount))
        reason = row["reason"] or (earlier.reason if earlier else "")
        code = row.get("reason_code") or (earlier.reason_code if earlier else "") or REASON_CODES.get(category, "")
        if category in TAXED_IN_WORDS:
            reason = reason or REASONS[category]
        else:
            reason = code = ""
        parts[category, rate] = TaxPart(category, rate, base, amount, reason, code)
    return tuple(parts.values())


def _allowances(facts: Facts) -> list[Adjustment]:
    """BG-20 and BG-21: one for each category and rate a discount or charge touches (BR-32, BR-37)."""
    found = []
    for item in facts["allowances"]:
        reason = item["description"] or ("Charge" if item["is_charge"] else "Discount")
        if item["percent"]:
            reason = f"{reason} ({item['percent']} %)"
        for share in shares(facts, item):
            found.append(Adjustment(item["is_charge"], share["amount"], reason, share["category"], share["rate"]))
    return [item for item in found if Decimal(item.amount)]


def shares(facts: Facts, item: Facts) -> list[dict[str, str]]:
    """How an allowance is spread over the taxes: stored (schema 2), or the whole where there is one tax only (schema 1)."""
    stored = item.get("taxes")
    if stored is not None:
        return list(stored)
    (only,) = {(row["category"], row["rate"]) for row in facts["tax_totals"]}
    return [{"category": only[0], "rate": only[1], "amount": item["amount"]}]
