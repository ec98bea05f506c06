"""E-invoices: writing UBL and CII of a ten-line document against factur-x's generator, and asking the official rules, warm."""

import copy
import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from facturx import generate_xml

from benchmarks.rounds import alternate, middle, ratio, seconds
from billing.documents.einvoice import PROFILES, cii, ubl
from billing.documents.einvoice.checker import Checker
from billing.documents.einvoice.rulebooks import schema_errors, stylesheets

ROUNDS, TIMES = 9, 20
DAY = dt.date(2026, 11, 20)
TAX = {"code": "DE19", "category": "S", "rate": "19"}
ADDRESS = {"line1": "Weg 1", "line2": "", "postcode": "10115", "city": "Berlin", "region": "", "country": "DE"}


def document(lines: int = 10) -> tuple[dict[str, Any], dict[str, Any]]:
    """Facts and parties of a document of `lines` lines at 100.00, ready for Peppol."""
    line = {
        "sku": "A-1", "description": "Consulting", "quantity": "2", "unit": "HUR", "unit_price": "50", "discount_percent": "0",
        "discount": "0.00", "gross": "100.00", "amount": "100.00", "net": "100.00", "taxes": [TAX], "service_from": None,
        "service_to": None,
    }  # fmt: skip
    net, tax = f"{lines * 100}.00", f"{lines * 19}.00"
    total = f"{lines * 119}.00"
    facts = {
        "schema": 2, "kind": "invoice", "number": "INV-1", "issue_date": DAY.isoformat(), "supply_from": None,
        "supply_to": DAY.isoformat(), "due": [{"due_on": "2026-12-04", "amount": total}], "currency": "EUR", "language": "en",
        "prices_include_tax": False, "payment_reference": "RF18INV1", "buyer_reference": "B-1", "purchase_order": "",
        "contract": "", "delivery_note": "", "project": "", "terms": "", "introduction": "", "notes": "", "allowances": [],
        "lines": [line | {"position": n + 1} for n in range(lines)], "lines_amount": net, "discounts": "0.00",
        "charges": "0.00", "net": net, "tax": tax, "total": total, "payable": total, "fx": None,
        "tax_totals": [TAX | {"name": "VAT", "base": net, "amount": tax, "reason": ""}],
    }  # fmt: skip
    bank = {"holder": "Seller", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "account_number": ""}
    endpoint = {"scheme": "9930", "value": "DE136695976"}
    seller = {
        "name": "Seller", "legal_name": "Seller GmbH", "address": ADDRESS, "tax_ids": [{"scheme": "VAT", "value": "DE136695976"}],
        "email": "a@seller.example", "phone": "+49 30 5550", "register": "", "managers": "", "bank": bank, "endpoint": endpoint,
        "contact_name": "A. Kern",
    }  # fmt: skip
    buyer = {
        "number": "1", "name": "Buyer", "attention": "", "address": ADDRESS, "delivery_address": None, "tax_ids": [],
        "email": "b@buyer.example", "endpoint": endpoint,
    }  # fmt: skip
    return facts, {"seller": seller, "buyer": buyer}


def for_facturx(lines: int = 10) -> dict[str, Any]:
    """The same for factur-x's generator."""
    party = {"addr_l1": "Weg 1", "city": "Berlin", "postcode": "10115", "country_code": "DE"}
    line = {
        "BT-126": "1", "BT-129": 2.0, "BT-130": "HUR", "BT-131": 100.0, "BT-146": 50.0, "BT-151": "S", "BT-152": 19.0,
        "BT-153": "Consulting",
    }  # fmt: skip
    return {
        "BT-1": "INV-1", "BT-2": DAY, "BT-3": "380", "BT-5": "EUR", "BT-9": dt.date(2026, 12, 4), "BT-10": "B-1", "BT-72": DAY,
        "BG-4": party | {"name": "Seller GmbH", "vat_identifier": "DE136695976"}, "BG-7": party | {"name": "Buyer"},
        "BT-81": "58", "BT-84": "DE89370400440532013000", "BT-106": lines * 100.0, "BT-109": lines * 100.0,
        "BT-110": lines * 19.0, "BT-112": lines * 119.0, "BT-115": lines * 119.0,
        "BG-23": [{"BT-116": lines * 100.0, "BT-117": lines * 19.0, "BT-118": "S", "BT-119": 19.0}],
        "BG-25": [line | {"BT-126": str(n + 1)} for n in range(lines)],
    }  # fmt: skip


def measure() -> list[dict[str, Any]]:
    logging.disable(logging.CRITICAL)
    try:
        return [_writing(), *_checking()]
    finally:
        logging.disable(logging.NOTSET)


def _writing() -> dict[str, Any]:
    ours, theirs = document(), for_facturx()

    def both() -> None:
        ubl(*ours, PROFILES["peppol"])
        cii(*ours, PROFILES["facturx"])

    def library() -> None:
        for flavor in ("ubl-2.1", "factur-x"):
            generate_xml(copy.deepcopy(theirs), flavor=flavor, level="en16931", check_xsd=False, check_schematron=False)

    found = alternate({"ours": _times(both), "library": _times(library)}, ROUNDS)
    each = {name: middle(values) / TIMES * 1e3 for name, values in found.items()}
    return {
        "figure": "UBL and CII of a ten-line document",
        "reached": f"{each['ours']:.2f} ms",
        "baseline": f"factur-x {each['library']:.2f} ms",
        "ratio": f"{ratio(found, 'ours', 'library'):.2f}",
        "target": "≤ 10 ms",
    }


def _checking() -> list[dict[str, Any]]:
    """XSD, EN 16931 and Peppol of the UBL, XSD and EN 16931 of the CII, in the long-lived process; then what a first question costs."""
    parts = document()
    messages = [
        (ubl(*parts, PROFILES["peppol"]), "ubl", "peppol"),
        (cii(*parts, PROFILES["facturx"]), "cii", "facturx"),
    ]
    checker = Checker(seconds=60)

    def ask() -> None:
        for xml, syntax, profile in messages:
            answer = checker.ask(xml, syntax, profile)
            assert not schema_errors(xml, syntax)
            assert answer.fired
            assert not answer.findings

    cold = seconds(ask)
    found = alternate({"both": _times(ask)}, ROUNDS)
    checker.stop()
    rules = sum(len(stylesheets(syntax, profile)) for _, syntax, profile in messages)
    warm = middle(found["both"]) / TIMES * 1e3
    return [
        {
            "figure": "the official rules for both, XSD and Schematron, warm / the first question, with the process started",
            "reached": f"{warm:.0f} ms, {rules} rule books",
            "baseline": f"{cold * 1e3:.0f} ms",
            "ratio": f"{warm / cold / 1e3:.3f}",
            "target": "≤ 60 ms",
        }
    ]


def _times(work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        return seconds(lambda: [work() for _ in range(TIMES)])

    return run
