"""Factur-X: the e-invoice inside the PDF, its description, and what PDF/A asks of the whole. Structure is checked here;
conformance to PDF/A-3a by veraPDF, where that is installed."""

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import facturx as reader
import pikepdf
import pytest
from lxml import etree

from billing.documents.einvoice import cii_for_facturx
from billing.documents.facturx import facturx
from tests.golden.test_layouts import NEWER, laid_out
from tests.helpers.invoices import german, printed
from tests.helpers.papers import facts, parties

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"


def sample(look: tuple[str, int] = ("classic", 2)) -> tuple[bytes, bytes]:
    """The PDF and the XML in it."""
    made, sides = laid_out(german(), look)
    xml = cii_for_facturx(made, sides)
    return printed((made, sides), attachments=[facturx(xml, "Rechnung als XML")]), xml


@pytest.fixture(scope="module", params=NEWER, ids=lambda look: look[0])
def hybrid(request: Any) -> tuple[bytes, bytes]:
    return sample(request.param)


@pytest.fixture(scope="module")
def opened(hybrid: tuple[bytes, bytes]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(hybrid[0])) as document:
        yield document


def test_another_program_reads_the_xml_back(hybrid: tuple[bytes, bytes]) -> None:
    name, content = reader.get_xml_from_pdf(hybrid[0], check_xsd=True)
    assert (name, content) == ("factur-x.xml", hybrid[1])


def test_the_attachment_is_an_associated_alternative(opened: pikepdf.Pdf) -> None:
    (specification,) = opened.Root.AF
    assert str(specification.AFRelationship) == "/Alternative"
    assert (str(specification.F), str(specification.UF)) == ("factur-x.xml", "factur-x.xml")
    assert str(specification.EF.F.Subtype) == "/text/xml"
    assert list(opened.attachments) == ["factur-x.xml"]


def test_one_rdf_describes_document_and_invoice(opened: pikepdf.Pdf) -> None:
    packet = etree.fromstring(opened.Root.Metadata.read_bytes())
    (rdf,) = [packet] if packet.tag == f"{RDF}RDF" else packet.iter(f"{RDF}RDF")
    said = {each.tag.removeprefix(FX): each.text for each in rdf.iter() if str(each.tag).startswith(FX)}
    assert said == {
        "DocumentFileName": "factur-x.xml", "DocumentType": "INVOICE", "Version": "1.0", "ConformanceLevel": "EN 16931",
    }  # fmt: skip
    schemas = list(rdf.iter("{http://www.aiim.org/pdfa/ns/extension/}schemas"))
    assert len(schemas) == 1
    names = [each.text for each in schemas[0].iter("{http://www.aiim.org/pdfa/ns/property#}name")]
    assert sorted(names) == sorted(said)
    with opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"


def test_the_rest_is_what_pdf_a_asks(opened: pikepdf.Pdf) -> None:
    root = opened.Root
    assert bool(root.MarkInfo.Marked) is True
    assert str(root.Lang) == "de"
    assert root.StructTreeRoot is not None
    assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
    descriptors = [
        each
        for each in opened.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & {key for key, _ in each.items()} for each in descriptors)


def test_an_ordinary_pdf_speaks_of_no_invoice() -> None:
    with pikepdf.open(io.BytesIO(printed((facts(1), parties())))) as document:
        assert b"factur-x" not in document.Root.Metadata.read_bytes()


def test_verapdf_agrees(hybrid: tuple[bytes, bytes], tmp_path: Path) -> None:
    program = shutil.which("verapdf")
    if program is None:
        if os.environ.get("VERAPDF") == "required":
            pytest.fail("verapdf is required here and not installed")
        pytest.skip("verapdf is not installed: PDF/A-3a was not validated, only its structure checked")
    file = tmp_path / "invoice.pdf"
    file.write_bytes(hybrid[0])
    done = subprocess.run([program, "--flavour", "3a", "--format", "text", file], capture_output=True, text=True)
    assert done.stdout.startswith("PASS"), done.stdout
