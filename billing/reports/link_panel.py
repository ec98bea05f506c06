"""The links made for a document, as the office sees them (wiring.DOCUMENT_PANELS)."""

from typing import Any

from invoicing_site import clock
from invoicing_site.actions.links import link_url
from invoicing_site.models import Link
from invoicing_site.web import OfficeRequest

LIMIT = 10


def links(request: OfficeRequest, document: Any) -> tuple[str, dict[str, Any]] | None:
    """The newest links to an issued document; who may send sees where the open ones lead. One query."""
    if document.is_draft:
        return None
    rows = list(Link.objects.for_company(request.company).filter(subject=document.uuid).order_by("-id")[:LIMIT])
    now, may = clock.now(), request.may("documents.send")
    for row in rows:
        row.state = "withdrawn" if row.revoked_at else "expired" if row.expires_at <= now else "open"
        row.url = link_url(row) if may and row.state == "open" else ""
    return ("billing/documents/links.html", {"links": rows}) if rows else None
