"""Whole invoices as PDF: their text against stored pages, their bytes against a second rendering, their inside.

After a wanted change of layout or wording: `GOLDEN=write pytest tests/golden`, then read the difference.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from billing.documents.attached import Attached
from billing.documents.html import ROOT
from billing.documents.pdf import Refused
from tests.helpers.invoices import PAPERS, american_letter, english, forty_lines, german, printed
from tests.helpers.papers import Snapshot, facts, parties, text_of

HERE = Path(__file__).parent
XML = b"<?xml version='1.0'?><invoice>42</invoice>"


@pytest.mark.parametrize("paper", PAPERS)
def test_the_text_is_what_it_was(paper: Callable[[], tuple[Snapshot, Snapshot]]) -> None:
    text, stored = text_of(printed(paper())), HERE / f"{paper.__name__}.txt"
    if os.environ.get("GOLDEN") == "write":
        stored.write_text(text, "utf-8")
    assert text == stored.read_text("utf-8")


def test_forty_lines_repeat_the_head_and_count_the_pages() -> None:
    pages = text_of(printed(forty_lines())).split("\f\n")
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "No. Description Quantity Unit price Amount EUR" in page
        assert "VAT ID DE136695976" in page
    assert [
        int(row.split()[0]) for page in pages for row in page.splitlines() if re.match(r"\d+ \D.*\.00$", row)
    ] == list(range(1, 41))


def test_totals_and_payment_block_stay_together() -> None:
    for count in range(12, 23):
        pages = text_of(printed((facts(count), parties()))).split("\f\n")
        for start, end in (("Net amount", "Total €"), ("Please pay", "Payment reference")):
            assert [start in page for page in pages] == [end in page for page in pages]


def test_the_same_input_gives_the_same_bytes() -> None:
    one, two = (printed(english(), attachments=[Attached("factur-x.xml", XML, "Invoice as XML")]) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_the_same_bytes_come_from_another_process(seed: str) -> None:
    program = (
        "import sys; from hashlib import sha256; from tests.helpers.papers import *\n"
        "from billing.documents.pdf import render; from billing.documents.view import document_view\n"
        "print(sha256(render(document_view(facts(3), parties()), assets={}, created=CREATED)).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"}
    there = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == sha256(printed((facts(3), parties()))).hexdigest()


def figures(opened: pikepdf.Pdf) -> list[str]:
    """The alternative texts of all tagged figures."""
    elements = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]
    return [str(each.Alt) for each in elements if each.S == "/Figure"]


@pytest.fixture(scope="module")
def opened() -> Iterator[pikepdf.Pdf]:
    attached = Attached("factur-x.xml", XML, "Rechnung als XML")
    with pikepdf.open(io.BytesIO(printed(german(), attachments=[attached]))) as document:
        yield document


def test_it_says_it_is_pdf_a_3a(opened: pikepdf.Pdf) -> None:
    with opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["dc:title"] == "Rechnung INV-2026-00042 – Spreebogen Werkstatt"
        assert metadata["dc:creator"] == ["Spreebogen Werkstatt"]
        assert metadata["xmp:CreateDate"] == metadata["xmp:ModifyDate"] == "2026-11-20T09:30:00Z"


def test_it_is_tagged_with_language_and_title(opened: pikepdf.Pdf) -> None:
    root = opened.Root
    assert str(root.Lang) == "de"
    assert bool(root.MarkInfo.Marked) is True
    assert bool(root.ViewerPreferences.DisplayDocTitle) is True
    assert root.StructTreeRoot is not None
    assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"


def test_tables_and_figures_are_tagged(opened: pikepdf.Pdf) -> None:
    kinds = [str(each.S) for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]
    assert {"/H1", "/H2", "/Table", "/THead", "/TBody", "/TH", "/TD", "/P", "/Figure"} <= set(kinds)
    assert figures(opened) == ["Zahlen mit Code (Überweisung)"]


def test_the_attachment_is_the_alternative_of_the_document(opened: pikepdf.Pdf) -> None:
    (specification,) = opened.Root.AF
    assert str(specification.AFRelationship) == "/Alternative"
    assert str(specification.UF) == "factur-x.xml"
    assert str(specification.EF.F.Subtype) == "/text/xml"
    assert str(specification.EF.F.Params.ModDate) == "D:20261120093000Z"
    assert list(opened.attachments) == ["factur-x.xml"]
    assert opened.attachments["factur-x.xml"].get_file().read_bytes() == XML


def test_it_refers_to_nothing_outside_and_runs_nothing(opened: pikepdf.Pdf) -> None:
    holders = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)]
    keys = {key for each in holders for key, _ in each.items()}
    assert keys & {"/URI", "/Launch", "/GoToR", "/JS", "/JavaScript", "/OpenAction", "/AA", "/SubmitForm"} == set()


def test_all_fonts_are_embedded(opened: pikepdf.Pdf) -> None:
    descriptors = [
        each
        for each in opened.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & {key for key, _ in each.items()} for each in descriptors)


@pytest.mark.parametrize(("paper", "size"), [(german, (595, 842)), (american_letter, (612, 792))])
def test_the_sheet_is_the_sellers(paper: Callable[[], tuple[Snapshot, Snapshot]], size: tuple[int, int]) -> None:
    with pikepdf.open(io.BytesIO(printed(paper()))) as document:
        box = [round(float(side)) for side in document.pages[0].MediaBox]
    assert box == [0, 0, *size]


LOGO = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='30'><rect width='90' height='30' fill='teal'/></svg>"
)


def test_a_logo_stands_instead_of_the_name_and_is_described() -> None:
    digest = sha256(LOGO).hexdigest()
    document = printed((facts(1, logo=digest), parties()), assets={digest: LOGO})
    assert text_of(document).splitlines()[0] == "Page 1 of 1"
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert figures(opened) == ["Spreebogen Werkstatt", "Scan to pay (bank transfer)"]


def test_a_painted_logo_is_embedded_as_it_is() -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(file, "PNG")
    digest = sha256(file.getvalue()).hexdigest()
    with pikepdf.open(
        io.BytesIO(printed((facts(1, logo=digest), parties()), assets={digest: file.getvalue()}))
    ) as opened:
        pictures = [each for each in opened.objects if isinstance(each, pikepdf.Stream) and "/Width" in each]
        assert [(int(each.Width), int(each.Height)) for each in pictures] == [(40, 20)]


@pytest.mark.parametrize("content", [None, LOGO + b" ", b"not an image", b"<svg", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_logo_that_cannot_be_shown_stops_the_printing(content: bytes | None) -> None:
    named = content if content and content != LOGO + b" " else LOGO
    digest = sha256(named).hexdigest()
    with pytest.raises(Refused) as refusal:
        printed((facts(1, logo=digest), parties()), assets={digest: content} if content else {})
    assert refusal.value.reason == "logo_unusable"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        printed(german(), created=datetime(2026, 11, 20))
