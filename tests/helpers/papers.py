"""Snapshots to print and ways to read what was printed, shared by the unit, golden and fault tests of documents."""

import copy
import os
import shutil
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

Snapshot = dict[str, Any]
CREATED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

DESCRIPTIONS = {
    "en": (
        "Consulting, process design",
        "Brass turned parts, fit H7",
        "Maintenance contract, site North\nmonthly fee including travel",
        "Project management",
    ),
    "de": (
        "Beratung Prozessgestaltung",
        "Drehteile Messing, Passung H7",
        "Wartungsvertrag Standort Nord\nmonatliche Pauschale inkl. Anfahrt",
        "Projektleitung für Größe Ä",
    ),
    "fr": (
        "Conseil, conception des procédés",
        "Pièces tournées en laiton, ajustement H7",
        "Contrat de maintenance, site Nord\nforfait mensuel, déplacement compris",
        "Gestion de projet",
    ),
    "es": (
        "Asesoría, diseño de procesos",
        "Piezas torneadas de latón, ajuste H7",
        "Contrato de mantenimiento, sede Norte\ncuota mensual con desplazamiento",
        "Gestión de proyecto",
    ),
}
UNITS = ("HUR", "H87", "MON", "C62")


def address(line1: str, postcode: str, city: str, country: str, line2: str = "", region: str = "") -> dict[str, str]:
    return {"line1": line1, "line2": line2, "postcode": postcode, "city": city, "region": region, "country": country}


def line(position: int, language: str = "en", **changes: Any) -> Snapshot:
    """Line n costs n × 150.00, from 1 to 4 and round again."""
    quantity = (position - 1) % 4 + 1
    amount = str(Decimal("150.00") * quantity)
    made = {
        "position": position, "sku": "A-0002" if quantity == 2 else "",
        "description": DESCRIPTIONS[language][quantity - 1], "quantity": str(quantity),
        "unit": UNITS[quantity - 1], "unit_price": "150", "discount_percent": "0", "discount": "0.00",
        "gross": amount, "amount": amount, "net": amount, "service_from": None, "service_to": None,
        "taxes": [{"code": "DE19", "category": "S", "rate": "19"}],
    }  # fmt: skip
    return made | changes


def tax_total(category: str, rate: str, base: str, amount: str, name: str = "", reason: str = "") -> dict[str, str]:
    return {
        "code": category + rate, "name": name, "category": category, "rate": rate, "base": base, "amount": amount,
        "reason": reason,
    }  # fmt: skip


def due(day: str, amount: str) -> dict[str, str]:
    return {"due_on": day, "amount": amount}


def facts(count: int = 3, language: str = "en", /, **changes: Any) -> Snapshot:
    """An issued invoice in EUR with 19 % VAT whose sums are right; `changes` replace whole keys."""
    rows = [line(position, language) for position in range(1, count + 1)]
    net = sum((Decimal(row["amount"]) for row in rows), Decimal("0.00"))
    tax = (net * Decimal("0.19")).quantize(Decimal("0.01"))
    made = {
        "schema": 1, "kind": "invoice", "uuid": "0192e4a0-0000-7000-8000-000000000042", "number": "INV-2026-00042",
        "issue_date": "2026-11-20", "supply_from": "2026-11-01", "supply_to": "2026-11-30",
        "due": [due("2026-12-04", str(net + tax))], "currency": "EUR", "language": language,
        "prices_include_tax": False, "payment_reference": "RF36INV202600042", "buyer_reference": "",
        "purchase_order": "PO-88123", "contract": "", "delivery_note": "", "project": "", "lines": rows,
        "allowances": [], "lines_amount": str(net), "discounts": "0.00", "charges": "0.00", "net": str(net),
        "tax": str(tax), "total": str(net + tax),
        "tax_totals": [tax_total("S", "19", str(net), str(tax))],
        "fx": None, "introduction": "", "notes": "", "terms": "", "net_days": 14, "small_business": False,
        "calculation_version": 1, "template": {"name": "classic", "version": 1}, "logo": None,
    }  # fmt: skip
    return made | changes


SELLER: Snapshot = {
    "name": "Spreebogen Werkstatt", "legal_name": "Spreebogen Werkstatt GmbH",
    "address": address("Schiffbauerdamm 19", "10117", "Berlin", "DE"),
    "tax_ids": [{"scheme": "VAT", "value": "DE136695976"}], "email": "rechnung@spreebogen.example",
    "phone": "+49 30 5550 1234", "website": "www.spreebogen.example",
    "register": "HRB 12345 B, Amtsgericht Charlottenburg", "managers": "Dr. Ada Kern, Jonas Weiß",
    "bank": {
        "holder": "Spreebogen Werkstatt GmbH", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX",
        "bank_name": "Commerzbank Berlin", "account_number": "", "routing_number": "",
    },
}  # fmt: skip
BUYER: Snapshot = {
    "number": "10042", "name": "Alster Reederei AG", "attention": "Maren Petersen",
    "address": address("Ballindamm 25", "20095", "Hamburg", "DE"), "delivery_address": None, "tax_ids": [],
    "email": "buchhaltung@alster.example",
}  # fmt: skip


def parties(seller: Snapshot | None = None, buyer: Snapshot | None = None) -> Snapshot:
    return {"seller": copy.deepcopy(SELLER) | (seller or {}), "buyer": copy.deepcopy(BUYER) | (buyer or {})}


def poppler(tool: str, *arguments: str, stdin: bytes) -> bytes:
    """Runs a tool of poppler-utils; without it a test is skipped by hand and fails in CI."""
    if shutil.which(tool) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{tool} is missing: install poppler-utils")
        pytest.skip(f"{tool} is missing: install poppler-utils")
    return subprocess.run([tool, *arguments], input=stdin, capture_output=True, check=True).stdout


def text_of(document: bytes) -> str:
    """The text as laid out, spaces collapsed, empty lines dropped; a form feed starts each further page."""
    pages = poppler("pdftotext", "-layout", "-", "-", stdin=document).decode().removesuffix("\f").split("\f")
    return "\f\n".join(
        "".join(f"{' '.join(row.split())}\n" for row in page.splitlines() if row.strip()) for page in pages
    )


def picture_of(document: bytes, page: int = 1) -> bytes:
    """The page as grey pixels at 100 dpi (binary PGM)."""
    return poppler("pdftoppm", "-r", "100", "-gray", "-f", str(page), "-l", str(page), "-", stdin=document)
