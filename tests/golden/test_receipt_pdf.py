"""Whole receipts as PDF: their text against stored pages, their bytes against a second printing, their inside.

After a wanted change of layout or wording: `GOLDEN=write pytest tests/golden`, then read the difference.
"""

import io
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from billing.documents.pdf import Refused
from payments.documents.receipt import receipt_view, to_pdf
from tests.helpers.papers import BUYER, CREATED, SELLER, address, text_of

HERE = Path(__file__).parent
LOGO = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='30'><rect width='90' height='30' fill='teal'/></svg>"
)


def part(number: str, amount: str, covers: str = "", currency: str = "EUR") -> dict[str, str]:
    return {
        "number": number, "dated": "2026-11-02", "currency": currency, "covers": covers or amount, "amount": amount,
    }  # fmt: skip


def facts(**changes: Any) -> dict[str, Any]:
    made = {
        "language": "de", "currency": "EUR", "amount": "1190.00", "credit": None, "refunded": None, "received_on": "2026-11-20",
        "method": "online", "reference": "pi_3Q", "parts": [part("RE-2026-00042", "1190.00")], "logo": None, "seller": SELLER,
        "buyer": BUYER,
    }  # fmt: skip
    return made | changes


RECEIPTS: dict[str, dict[str, Any]] = {
    "receipt_german": facts(),
    "receipt_everything": facts(
        language="en",
        credit="40.00",
        refunded="50.00",
        method="transfer",
        parts=[part("RE-2026-00042", "1000.00"), part("RE-2026-00043", "100.00", "110.00", "USD")],
        buyer=BUYER | {"address": address("Graben 1", "1010", "Wien", "AT")},
    ),
    "receipt_unapplied": facts(language="en", parts=[], credit="1190.00", reference="", method="cash"),
}


def printed(content: dict[str, Any], **more: Any) -> bytes:
    return to_pdf(receipt_view(content), **{"assets": {}, "created": CREATED} | more)


@pytest.mark.parametrize("name", RECEIPTS)
def test_the_text_is_what_it_was(name: str) -> None:
    text, stored = text_of(printed(RECEIPTS[name])), HERE / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        stored.write_text(text, "utf-8")
    assert text == stored.read_text("utf-8")


def test_the_same_facts_give_the_same_bytes() -> None:
    assert printed(facts()) == printed(facts())


def test_many_documents_go_over_the_page_and_repeat_the_head() -> None:
    parts = [part(f"RE-2026-{n:05}", "10.00") for n in range(80)]
    pages = text_of(printed(facts(parts=parts, amount="800.00"))).split("\f\n")
    assert len(pages) == 3
    assert all("Beleg Datum Betrag EUR" in page for page in pages[:2])
    assert "Erhalten 800,00 €" in pages[-1]


def test_what_somebody_wrote_is_text_and_nothing_else() -> None:
    hostile = "<script>alert(1)</script>&amp; \x0b {{ document }}"
    text = text_of(printed(facts(reference=hostile, buyer=BUYER | {"name": hostile})))
    assert "<script>alert(1)</script>&amp;" in text
    assert "{{ document }}" in text


def test_it_is_pdf_a_3a_tagged_and_titled() -> None:
    with pikepdf.open(io.BytesIO(printed(facts()))) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["dc:title"] == "Zahlungsbestätigung – Spreebogen Werkstatt"
        kinds = {str(each.S) for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each}
        assert str(document.Root.Lang) == "de"
    assert kinds >= {"/H1", "/Table", "/THead", "/TBody", "/TH", "/TD"}


def test_a_receipt_without_its_logo_is_not_printed() -> None:
    digest = sha256(LOGO).hexdigest()
    assert printed(facts(logo=digest), assets={digest: LOGO}).startswith(b"%PDF")
    with pytest.raises(Refused, match="logo_unusable"):
        printed(facts(logo=digest))
