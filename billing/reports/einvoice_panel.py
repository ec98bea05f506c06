"""The e-invoice on a document's page (wiring.DOCUMENT_PANELS)."""

from typing import Any

from billing.documents.einvoice.codes import PROFILES
from billing.models import Document
from billing.reports.einvoices import stored, wanted
from billing.reports.transmissions import journeys, open_routes
from invoicing_site.web import OfficeRequest

NAMES = {
    "xrechnung": "XRechnung 3.0",
    "peppol": "Peppol BIS Billing 3.0",
    "facturx": "Factur-X (EN 16931)",
    "en16931": "EN 16931",
}
SYNTAXES = {"ubl": "UBL 2.1", "cii": "CII D16B"}


def einvoice(request: OfficeRequest, document: Document) -> tuple[str, dict[str, Any]] | None:
    """The stored XML, or that it is still being written; nothing where the client gets none. Three queries, two while it waits."""
    if document.is_draft:
        return None
    rendition = stored(document)
    profile = PROFILES[rendition.template] if rendition else wanted(document)
    if profile is None:
        return None
    made = journeys(document) if rendition else []
    return "billing/documents/einvoice.html", {
        "document": document,
        "rendition": rendition,
        "name": NAMES[profile.name],
        "syntax": SYNTAXES[rendition.format] if rendition else "",
        "journeys": made,
        "routes": open_routes(document, made) if rendition and request.may("documents.send") else [],
    }
