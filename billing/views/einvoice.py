"""The stored XML of a document."""

import logging
import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render

from billing.reports.einvoices import stored
from billing.views.common import one
from invoicing_site import files
from invoicing_site.web import OfficeRequest, office

log = logging.getLogger(__name__)


@office("documents.view", methods=("GET",))
def xml(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """The e-invoice as it was written after issue, as an attachment; 404 where there is none (yet)."""
    found = one(request, document)
    rendition = stored(found)
    if rendition is None:
        raise Http404
    try:
        data = files.fetch(rendition.blob)
    except files.Damaged:
        log.error("stored XML damaged: document %s, file %s", found.uuid, rendition.blob.sha256)
        return render(request, "billing/documents/damaged.html", {"document": found}, status=503)
    return attachment(data, f"{found.number}.xml", "application/xml")


def attachment(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep, never to show: whatever is in it runs nowhere."""
    response = HttpResponse(data, content_type=media_type)
    plain = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "-" for letter in name)
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
