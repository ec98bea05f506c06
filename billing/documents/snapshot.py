"""The frozen content of a document as canonical bytes, in two parts: facts, and parties (SPEC B13)."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

from billing.documents.source import Source, Sources, opened
from billing.rules.reference import payment_reference
from billing.rules.terms import Due
from billing.rules.totals import Totals
from invoicing_site.crypto import decrypt, encrypt
from invoicing_site.money import convert, quantum

SCHEMA = 1
TEMPLATE = {"name": "classic", "version": 1}
COPIED = (
    "kind", "uuid", "supply_from", "currency", "language", "prices_include_tax", "net_days", "buyer_reference",
    "purchase_order", "contract", "delivery_note", "introduction",
)  # fmt: skip
FIGURES = ("lines_amount", "discounts", "charges", "net", "tax", "total")
FACTS_LABEL, PARTIES_LABEL = "snapshot.facts", "snapshot.parties"


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def canonical(content: dict[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: the same content has the same bytes for ever."""
    return _encode(content).encode()


def parties_digest(salt: bytes, parties: bytes) -> bytes:
    return hashlib.sha256(salt + parties).digest()


def link(previous: bytes, facts: bytes, digest: bytes) -> bytes:
    """The chain's next hash: over the one before, the facts, and the salted digest of the parties."""
    return hashlib.sha256(previous + hashlib.sha256(facts).digest() + digest).digest()


def seal_parts(facts: bytes, parties: bytes) -> tuple[bytes, bytes]:
    return encrypt(facts, FACTS_LABEL), encrypt(parties, PARTIES_LABEL)


def open_parts(facts: bytes, parties: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both parts as dictionaries. Raises InvalidTag when the stored bytes were altered."""
    return json.loads(decrypt(facts, FACTS_LABEL)), json.loads(decrypt(parties, PARTIES_LABEL))


def facts(
    source: Source,
    sources: Sources,
    totals: Totals,
    *,
    number: str | None,
    issue_date: dt.date,
    due: list[Due],
    rate: Decimal,
) -> dict[str, Any]:
    """What was billed. `number` is None for the preview of a draft; `rate` is base currency for one unit of the document's."""
    document, currency = source.document, source.document["currency"]

    def money(amount: Decimal) -> str:
        return str(amount.quantize(quantum(currency)))

    return {
        "schema": SCHEMA,
        "number": number,
        "issue_date": issue_date.isoformat(),
        "due": [{"due_on": item.due_on.isoformat(), "amount": money(item.amount)} for item in due],
        "payment_reference": payment_reference(number) if number else None,
        **{name: document[name] for name in COPIED},
        # The law wants the day of supply stated even where it is the document's own (Art. 226 no. 7 of Directive 2006/112/EC).
        "supply_to": document["supply_to"] or document["supply_from"] or issue_date.isoformat(),
        "notes": document["notes"] or sources.company["document_notes"],
        "lines": _lines(source, totals, money),
        "allowances": _allowances(source, totals, money),
        **{name: money(getattr(totals, name)) for name in FIGURES},
        "tax_totals": _taxes(source, totals, money),
        "fx": _fx(source, sources, totals, rate),
        "project": "",
        "terms": "",
        "small_business": sources.company["small_business"],
        "calculation_version": totals.calculation_version,
        "template": TEMPLATE,
        "logo": sources.logo,
    }


def plain(value: Decimal) -> str:
    """Without trailing zeros or an exponent: 2.500000 → 2.5, 1E+1 → 10."""
    return format(value.normalize(), "f")


def _allowances(source: Source, totals: Totals, money: Any) -> list[dict[str, Any]]:
    return [
        {
            "is_charge": item.is_charge,
            "description": row["description"],
            "percent": plain(item.percent) if item.percent is not None else None,
            "amount": money(item.amount),
        }
        for row, item in zip(source.allowances, totals.allowances, strict=True)
    ]


def _lines(source: Source, totals: Totals, money: Any) -> list[dict[str, Any]]:
    taxes = source.taxes()
    return [
        {
            "position": position,
            "sku": row["sku"],
            "description": row["description"],
            "quantity": plain(row["quantity"]),
            "unit": row["unit"],
            "unit_price": plain(row["unit_price"]),
            "discount_percent": plain(row["discount_percent"]),
            "discount": money(figure.discount),
            "gross": money(figure.gross),
            "amount": money(figure.amount),
            "net": money(figure.net),
            "taxes": [
                {"code": tax.code, "category": tax.category, "rate": plain(tax.rate)}
                for tax in (taxes[code] for code in source.line_taxes.get(row["id"], ()))
            ],
            "service_from": row["service_from"],
            "service_to": row["service_to"],
        }
        for position, (row, figure) in enumerate(zip(source.lines, totals.lines, strict=True), start=1)
    ]


def _taxes(source: Source, totals: Totals, money: Any) -> list[dict[str, Any]]:
    by_code = {row["code"]: row for row in source.codes.values()}
    return [
        {
            "code": part.code,
            "name": part.name,
            "category": part.category,
            "rate": plain(part.rate),
            "base": money(part.base),
            "amount": money(part.amount),
            "reason": by_code[part.code]["reason"] if part.code in by_code else "",
        }
        for part in totals.tax_totals
    ]


def _fx(source: Source, sources: Sources, totals: Totals, rate: Decimal) -> dict[str, Any] | None:
    base = sources.company["currency"]
    if source.document["currency"] == base or source.fx is None:
        return None
    return {
        "base_currency": base,
        "rate": plain(rate),
        "rate_date": source.fx["rate_date"],
        "source": source.fx["source"],
        "net": str(convert(totals.net, rate, base)),
        "tax": str(sum((convert(part.amount, rate, base) for part in totals.tax_totals), Decimal(0))),
        "total": str(convert(totals.total, rate, base)),
    }


def parties(source: Source, sources: Sources) -> dict[str, Any]:
    """Who billed whom, with everything personal: kept apart so that it can be erased one day."""
    company, client = sources.company, source.client
    ids = [
        ("VAT", opened(company["vat_id"], "company.vat_id")),
        ("TAX", opened(company["tax_number"], "company.tax_number")),
    ]
    billing = source.addresses.get("billing")
    delivery = source.addresses.get("delivery")
    return {
        "seller": {
            "name": company["name"],
            "legal_name": company["legal_name"],
            "address": _address(company),
            "tax_ids": [{"scheme": scheme, "value": value} for scheme, value in ids if value],
            **{name: company[name] for name in ("email", "phone", "website", "register", "managers")},
            "bank": _bank(source.bank),
        },
        "buyer": {
            "number": client["number"],
            "name": client["name"],
            "attention": billing["attention"] if billing else "",
            "address": _address(billing) if billing else dict.fromkeys(ADDRESS, ""),
            "delivery_address": _address(delivery) if delivery else None,
            "tax_ids": source.tax_ids,
            "email": client["email"],
        },
    }


ADDRESS = ("line1", "line2", "postcode", "city", "region", "country")


def _address(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ADDRESS}


def _bank(row: dict[str, Any] | None) -> dict[str, str] | None:
    if row is None:
        return None
    return {
        "holder": row["holder"],
        "iban": opened(row["iban"], "bank.iban"),
        "bic": row["bic"],
        "bank_name": row["bank_name"],
        "account_number": opened(row["account_number"], "bank.account_number"),
        "routing_number": row["routing_number"],
    }
