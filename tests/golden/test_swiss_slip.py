"""The Swiss payment part on paper: its code read back from the printed page, its place, its words, its room."""

import io
import re
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from billing.documents.view import document_view
from tests.golden.test_layouts import NEWER, Paper, laid_out
from tests.helpers.invoices import printed
from tests.helpers.papers import SELLER, Snapshot, address, due, facts, parties, poppler, text_of

QR_IBAN, IBAN = "CH4431999123000889012", "CH5800791123000889012"
QRR, SCOR = "210000000003139471430009017", "RF36INV202600042"
DPI, MM = 200, 25.4


def swiss(count: int = 3, language: str = "de", *, iban: str = QR_IBAN, reference: str = QRR, **changes: Any) -> Paper:
    seller: Snapshot = {
        "name": "Limmat Werk", "legal_name": "Limmat Werk AG", "tax_ids": [{"scheme": "VAT", "value": "CHE-123.456.788 MWST"}],
        "address": address("Bahnhofstrasse 12a", "8001", "Zürich", "CH"),
        "bank": SELLER["bank"] | {"holder": "Limmat Werk AG", "iban": iban, "bic": ""},
    }  # fmt: skip
    buyer = {"name": "Pia Rutschmann", "address": address("Grosse Marktgasse 28", "9400", "Rorschach", "CH")}
    made = facts(count, language, currency="CHF", payment_reference=reference)
    return made | changes, parties(seller, buyer)


def page_of(document: bytes, page: int) -> Image.Image:
    found = Image.open(
        io.BytesIO(poppler("pdftoppm", "-r", str(DPI), "-gray", "-f", str(page), "-l", str(page), "-", stdin=document))
    )
    return found.convert("L")


def codes(document: bytes, page: int) -> list[Any]:
    return list(zxingcpp.read_barcodes(page_of(document, page)))


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
def test_another_program_reads_the_code_from_the_page(look: tuple[str, int]) -> None:
    document = printed(laid_out(swiss(), look))
    (code,) = codes(document, text_of(document).count("\f") + 1)
    assert code.text == (
        "SPC\n0200\n1\nCH4431999123000889012\nS\nLimmat Werk AG\nBahnhofstrasse\n12a\n8001\nZürich\nCH\n\n\n\n\n\n\n\n"
        "1071.00\nCHF\nS\nPia Rutschmann\nGrosse Marktgasse\n28\n9400\nRorschach\nCH\n"
        "QRR\n210000000003139471430009017\nINV-2026-00042\nEPD"
    )
    corner, other = code.position.top_left, code.position.bottom_right
    measured = [side / DPI * MM for side in (corner.x, corner.y, other.x - corner.x, other.y - corner.y)]
    # 5 mm right of the receipt's 62, 17 mm below the slip's upper edge at 192; 46 mm on a side (Style Guide QR-bill).
    assert measured == pytest.approx([67, 209, 46, 46], abs=0.8)


def test_the_cross_stands_in_the_middle_of_the_code() -> None:
    image = page_of(printed(laid_out(swiss(), ("classic", 2))), 1)

    def at(x: float, y: float) -> int:
        shade: Any = image.getpixel((round((67 + x) * DPI / MM), round((209 + y) * DPI / MM)))
        return int(shade)

    white = [(23, 23), (23, 21.5), (21.5, 23), (23, 24.5), (24.5, 23), (19.75, 23), (23, 19.75)]
    black = [(20.7, 20.7), (25.3, 20.7), (20.7, 25.3), (25.3, 25.3)]
    assert [at(*place) > 200 for place in white] == [True] * len(white)
    assert [at(*place) < 60 for place in black] == [True] * len(black)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Annahmestelle", "Vor der Einzahlung abzutrennen"]),
        (
            "fr",
            ["Récépissé", "Section paiement", "Compte / Payable à", "Point de dépôt", "A détacher avant le versement"],
        ),
        ("en", ["Receipt", "Payment part", "Account / Payable to", "Acceptance point", "Separate before paying in"]),
        ("es", ["Receipt", "Payment part", "Payable by"]),
    ],
)
def test_the_words_are_the_standards(language: str, words: list[str]) -> None:
    text = text_of(printed(laid_out(swiss(2, language), ("classic", 2))))
    assert [word for word in words if word not in text] == []
    assert "CH44 3199 9123 0008 8901 2" in text
    assert "21 00000 00003 13947 14300 09017" in text


def test_seller_details_stay_on_a_page_whose_footer_gives_way() -> None:
    pages = text_of(printed(laid_out(swiss(), ("classic", 2)))).split("\f\n")
    assert len(pages) == 1
    assert pages[0].count("CHE-123.456.788 MWST") == 1


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
@pytest.mark.parametrize("count", [10, 14, 18, 24, 40])
def test_the_slip_takes_a_page_of_its_own_where_there_is_no_room(count: int, look: tuple[str, int]) -> None:
    document = printed(laid_out(swiss(count), look))
    pages = text_of(document).split("\f\n")
    assert ["Zahlteil" in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert [len(codes(document, number)) for number in range(1, len(pages) + 1)] == [0] * (len(pages) - 1) + [1]
    assert re.findall(r"^(\d+) (?:Beratung|Drehteile|Wartung|Projekt)", "\n".join(pages), re.MULTILINE) == [
        str(number) for number in range(1, count + 1)
    ]


def test_a_long_payer_is_not_lost() -> None:
    made, sides = swiss()
    sides["buyer"]["name"] = "Verein der Freundinnen und Freunde des ausserordentlich langen Namens am See"
    assert text_of(printed(laid_out((made, sides), ("classic", 2)))).count("9400 Rorschach") == 3


def test_an_ordinary_account_takes_a_creditor_reference() -> None:
    (code,) = codes(printed(laid_out(swiss(iban=IBAN, reference=SCOR), ("classic", 2))), 1)
    assert code.text.split("\n")[27:29] == ["SCOR", SCOR]


@pytest.mark.parametrize(
    "paper",
    [
        swiss(iban="DE89370400440532013000", reference=SCOR),
        swiss(reference=SCOR),
        swiss(iban=IBAN),
        swiss(currency="USD"),
        swiss(number=None, payment_reference=None),
        swiss(kind="credit_note", due=[]),
        swiss(due=[due("2026-12-04", "500.00"), due("2027-01-04", "571.00")]),
    ],
)
def test_no_slip_where_the_standard_has_none(paper: Paper) -> None:
    made, sides = laid_out(paper, ("classic", 2))
    assert document_view(made, sides).slip is None


def test_the_slip_stands_instead_of_the_other_code_never_beside_it() -> None:
    made, sides = laid_out(swiss(iban=IBAN, reference=SCOR, currency="EUR"), ("classic", 2))
    view = document_view(made, sides)
    assert view.payment is not None
    assert (view.slip is not None, view.payment.qr) == (True, None)
