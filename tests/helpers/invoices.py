"""Invoices worth looking at: one for each part of the layout."""

from collections.abc import Callable
from typing import Any

from billing.documents.pdf import render
from billing.documents.view import document_view
from tests.helpers.papers import CREATED, Snapshot, address, due, facts, line, parties, tax_total

US_SELLER = {
    "name": "Hudson Supply Co.", "legal_name": "Hudson Supply Company, Inc.",
    "address": address("350 Fifth Avenue", "10118", "New York", "US", "Suite 4100", "NY"),
    "tax_ids": [{"scheme": "EIN", "value": "12-3456789"}], "register": "", "managers": "",
    "bank": {"holder": "", "iban": "", "bic": "", "bank_name": "First Bank", "account_number": "123456789",
             "routing_number": "021000021"},
}  # fmt: skip


def german() -> tuple[Snapshot, Snapshot]:
    return facts(
        3, "de", introduction="Vielen Dank für Ihren Auftrag.", notes="Größere Posten: siehe Anlage."
    ), parties()


def english() -> tuple[Snapshot, Snapshot]:
    """Everything at once: discounts, surcharge, two taxes, a reason, foreign currency, buyer abroad."""
    lines = [
        line(1),
        line(2, discount_percent="10", discount="30.00", amount="270.00"),
        line(3, taxes=[{"code": "AE0", "category": "AE", "rate": "0"}]),
    ]
    allowances = [
        {"is_charge": False, "description": "Loyalty discount", "percent": "3", "amount": "26.10"},
        {"is_charge": True, "description": "Freight", "percent": None, "amount": "13.93"},
    ]
    fx = {
        "base_currency": "EUR", "rate": "0.9213", "rate_date": "2026-11-19", "source": "ECB", "net": "790.32",
        "tax": "72.56", "total": "862.88",
    }  # fmt: skip
    buyer = {
        "address": address("Graben 1", "1010", "Wien", "AT"),
        "tax_ids": [{"scheme": "VAT", "value": "ATU12345675"}],
    }
    made = facts(
        lines=lines, allowances=allowances, fx=fx, currency="USD", lines_amount="870.00", net="857.83", tax="78.76",
        total="936.59", due=[due("2026-12-04", "936.59")],
        tax_totals=[tax_total("S", "19", "414.50", "78.76"), tax_total("AE", "0", "443.33", "0.00")],
    )  # fmt: skip
    return made, parties(None, buyer)


def forty_lines() -> tuple[Snapshot, Snapshot]:
    return facts(40), parties()


def small_business_draft() -> tuple[Snapshot, Snapshot]:
    made = facts(
        2, "de", number=None, payment_reference=None, small_business=True, tax="0.00", total="450.00",
        tax_totals=[tax_total("E", "0", "450.00", "0.00")], due=[due("2026-12-04", "450.00")],
    )  # fmt: skip
    return made, parties({"bank": None})


def american_letter() -> tuple[Snapshot, Snapshot]:
    made = facts(
        2, currency="USD", tax="39.94", total="489.94", due=[due("2026-12-20", "489.94")],
        tax_totals=[tax_total("S", "8.875", "450.00", "39.94", name="NY sales tax 8.875%")],
    )  # fmt: skip
    return made, parties(US_SELLER, {"address": address("1200 Main Street", "66044", "Lawrence", "US", "", "KS")})


PAPERS: list[Callable[[], tuple[Snapshot, Snapshot]]] = [
    german,
    english,
    forty_lines,
    small_business_draft,
    american_letter,
]


def printed(snapshot: tuple[Snapshot, Snapshot], **more: Any) -> bytes:
    draft = snapshot[0]["number"] is None
    return render(document_view(*snapshot, draft=draft), **{"assets": {}, "created": CREATED} | more)
