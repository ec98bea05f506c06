"""The frozen content of a document as canonical bytes, in two parts: facts, and parties (SPEC B13)."""

import hashlib
import json
from typing import Any

from billing.documents.facts import facts
from billing.documents.source import Source, Sources, opened
from invoicing_site.crypto import decrypt, encrypt

# Schema 2 (2026-11) added kinds, deductions, terms and what e-invoices ask for; readers take a missing key of schema 1 as its default.
SCHEMA = 2
FACTS_LABEL, PARTIES_LABEL = "snapshot.facts", "snapshot.parties"


__all__ = ["SCHEMA", "canonical", "facts", "link", "open_parts", "parties", "parties_digest", "seal_parts"]

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
            "contact_name": company["contact_name"],
            "endpoint": _endpoint(company),
            "bank": _bank(source.bank),
        },
        "buyer": {
            "number": client["number"],
            "kind": client["kind"],
            "name": client["name"],
            "attention": billing["attention"] if billing else "",
            "address": _address(billing) if billing else dict.fromkeys(ADDRESS, ""),
            "delivery_address": _address(delivery) if delivery else None,
            "tax_ids": source.tax_ids,
            "email": client["email"],
            "endpoint": _endpoint(client),
            "einvoice": client["einvoice"],
        },
    }


ADDRESS = ("line1", "line2", "postcode", "city", "region", "country")


def _address(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ADDRESS}


def _endpoint(row: dict[str, Any]) -> dict[str, str]:
    return {"scheme": row["endpoint_scheme"], "value": row["endpoint"]}


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
