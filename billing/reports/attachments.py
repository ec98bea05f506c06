"""The files of a document, for its page in the office and for its customer."""

from typing import Any

from billing.models import Attachment
from billing.rules.attachments import KINDS
from invoicing_site.web import OfficeRequest

ACCEPT = ",".join(f".{ending}" for ending in KINDS)


def of_document(document: Any) -> list[Attachment]:
    """In the order of their names. One query."""
    return list(Attachment.objects.filter(document=document).select_related("blob__company"))


def panel(request: OfficeRequest, document: Any) -> tuple[str, dict[str, Any]] | None:
    """The files of a document; a draft's can be added to (wiring.DOCUMENT_PANELS)."""
    rows, may = of_document(document), document.is_draft and request.may("documents.edit")
    if not rows and not may:
        return None
    return "billing/documents/attachments.html", {
        "attachments": rows,
        "may": may,
        "document": document,
        "accept": ACCEPT,
    }
