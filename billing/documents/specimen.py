"""A made-up invoice that uses every part of the layout: it warms the renderer and names its fonts."""

from typing import Any

Snapshot = tuple[dict[str, Any], dict[str, Any]]


def specimen(language: str, country: str) -> Snapshot:
    """Facts and parties of an invoice in `language` from a seller in `country`: one line, one tax, a code to pay."""
    address = {
        "line1": "1 Main Road",
        "line2": "",
        "postcode": "10115",
        "city": "Town",
        "region": "",
        "country": country,
    }
    return _facts(language), {"seller": _seller(address), "buyer": _buyer(address)}


def _facts(language: str) -> dict[str, Any]:
    tax = {"code": "S19", "category": "S", "rate": "19"}
    line = {
        "position": 1, "sku": "A-1", "description": "Specimen", "quantity": "2.5", "unit": "HUR", "unit_price": "10.00",
        "discount_percent": "10", "discount": "2.50", "gross": "25.00", "amount": "22.50", "net": "22.50",
        "taxes": [tax], "service_from": "2000-01-01", "service_to": "2000-01-31",
    }  # fmt: skip
    return {
        "schema": 1, "kind": "invoice", "uuid": "", "number": "SPECIMEN-1", "issue_date": "2000-01-31",
        "supply_from": "2000-01-01", "supply_to": "2000-01-31", "due": [{"due_on": "2000-02-14", "amount": "26.78"}],
        "currency": "EUR", "language": language, "prices_include_tax": False, "payment_reference": "RF38SPECIMEN1",
        "buyer_reference": "", "purchase_order": "", "contract": "", "delivery_note": "", "project": "",
        "lines": [line], "allowances": [], "lines_amount": "22.50", "discounts": "0.00", "charges": "0.00",
        "net": "22.50", "tax": "4.28", "total": "26.78",
        "tax_totals": [tax | {"name": "VAT", "base": "22.50", "amount": "4.28", "reason": ""}],
        "fx": None, "introduction": "", "notes": "", "terms": "", "small_business": False, "calculation_version": 1,
        "template": {"name": "classic", "version": 1}, "logo": None,
    }  # fmt: skip


def _seller(address: dict[str, str]) -> dict[str, Any]:
    bank = {
        "holder": "Specimen", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Bank",
        "account_number": "", "routing_number": "",
    }  # fmt: skip
    return {
        "name": "Specimen", "legal_name": "Specimen Ltd", "address": address, "tax_ids": [], "email": "", "phone": "",
        "website": "", "register": "", "managers": "", "bank": bank,
    }  # fmt: skip


def _buyer(address: dict[str, str]) -> dict[str, Any]:
    return {
        "number": "1", "name": "Buyer", "attention": "", "address": address, "delivery_address": None, "tax_ids": [],
        "email": "",
    }  # fmt: skip
