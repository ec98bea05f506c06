"""A made-up invoice that uses every part of the layout: it warms the renderer and names its fonts."""

from decimal import Decimal
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


def ample(language: str, country: str, count: int, *, gross: bool = False) -> Snapshot:
    """The same with `count` lines of two rates, texts, deposits, a discount and a reason; prices with tax if `gross`."""
    facts, parties = specimen(language, country)
    rates = ({"code": "S19", "category": "S", "rate": "19"}, {"code": "AE", "category": "AE", "rate": "0"})
    first = facts["lines"][0]
    lines = [
        first | {"position": n, "taxes": [rates[n % 2]], "cost_center": "CC-1", "description": f"Specimen {n}"}
        for n in range(1, count + 1)
    ]
    amount = Decimal("22.50")
    of_rates = [amount * len(lines[1::2]), amount * len(lines[::2])]
    net, tax = sum(of_rates), (of_rates[0] * Decimal("0.19")).quantize(Decimal("0.01"))
    total = net + tax
    deposit = {
        "uuid": "", "number": "SPECIMEN-D", "issue_date": "2000-01-02", "net": "1.00", "tax": "0.19", "total": "1.19",
        "tax_totals": [{"category": "S", "rate": "19", "base": "1.00", "amount": "0.19"}],
    }  # fmt: skip
    more = {
        "schema": 2, "prices_include_tax": gross, "lines": lines, "lines_amount": str(net), "net": str(net),
        "tax": str(tax), "total": str(total), "deposits": [deposit], "prepaid": "1.19", "rounding": "0.00",
        "payable": str(total - Decimal("1.19")), "due": [{"due_on": "2000-02-14", "amount": str(total - Decimal("1.19"))}],
        "introduction": "Specimen of an introduction.", "notes": "Specimen of a note.", "purchase_order": "PO-1",
        "tax_totals": [
            each | {"name": "VAT", "base": str(base), "amount": str(amount), "reason": ""}
            for each, base, amount in zip(rates, of_rates, (tax, Decimal("0.00")), strict=True)
        ],
    }  # fmt: skip
    return facts | more, parties


def letterhead(parties: dict[str, Any], company: Any) -> dict[str, Any]:
    """The specimen's parties with the company's name and address in place of its seller's."""
    address = {name: getattr(company, name) for name in ("line1", "line2", "postcode", "city", "region", "country")}
    seller = parties["seller"] | {
        "address": address,
        **{name: getattr(company, name) for name in ("name", "legal_name", "email", "phone", "website", "register", "managers")},
    }  # fmt: skip
    return parties | {"seller": seller}


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
        "template": {"name": "classic", "version": 2}, "logo": None,
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
