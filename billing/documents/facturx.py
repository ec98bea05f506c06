"""The e-invoice inside the PDF: Factur-X 1.0 (ZUGFeRD 2), profile EN 16931, as its file and its XMP description ask."""

from typing import Any

from billing.documents.attached import Attached

FILE, LEVEL, VERSION = "factur-x.xml", "EN 16931", "1.0"
_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentFileName": ("name of the embedded XML invoice file", FILE),
    "DocumentType": ("INVOICE", "INVOICE"),
    "Version": ("The actual version of the Factur-X XML schema", VERSION),
    "ConformanceLevel": ("The conformance level of the embedded Factur-X data", LEVEL),
}


def facturx(xml: bytes, description: str) -> Attached:
    """`xml` (CII) as the PDF carries it: the same invoice in another form."""
    return Attached(FILE, xml, description, "Alternative")


def describe(metadata: Any) -> None:
    """Let WeasyPrint's `metadata` say what the attachment is. Its own list of extra XMP would begin a second ``rdf:RDF``,
    which PDF/A forbids, so the descriptions go into the one it writes."""
    written = metadata.generate_rdf_metadata

    def with_invoice(variant: object, version: object, conformance: object) -> bytes:
        rdf: bytes = written(variant, version, conformance)
        head, end, tail = rdf.rpartition(b"</rdf:RDF>")
        return head + _descriptions() + end + tail

    metadata.generate_rdf_metadata = with_invoice


def _descriptions() -> bytes:
    """The invoice's four properties, and the schema that tells PDF/A what they are (ISO 19005-3, 6.6.2.3.3)."""
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (_, value) in _PROPERTIES.items())
    known = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for name, (meaning, _) in _PROPERTIES.items()
    )
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">{values}</rdf:Description>'
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
        'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{known}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    ).encode()
