"""The PDF of a document: the stored bytes of an issued one, a passing preview of a draft. Nothing is rendered here."""

import base64
import logging
import uuid

from celery import current_app
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.documents.preview import preview_key
from billing.models import Document
from billing.reports.page import File, file_of
from billing.views.common import one
from invoicing_site import clock, files
from invoicing_site.actions.outbox import hurry
from invoicing_site.models import Blob
from invoicing_site.queues import RENDER
from invoicing_site.web import OfficeRequest, office

log = logging.getLogger(__name__)
PREVIEW = "billing.tasks.preview"
# A page that waits asks again and again; the renderer is asked once in this time.
ASK_SECONDS = 30


def ask(document_id: int) -> None:
    """Put a preview on the render queue. Raises when the broker is down."""
    current_app.send_task(PREVIEW, (document_id,), queue=RENDER, retry=False)


@office("documents.view", methods=("GET",))
def pdf(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """The PDF; ``?download`` as an attachment. While it is being made, a page that waits for it (202)."""
    found = one(request, document)
    if found.is_draft:
        data = _preview(found)
        return _served(request, data, _("Draft")) if data else _waiting(request, found)
    file = file_for(found)
    if file.rendition is None:
        return _waiting(request, found, failed=file.state == "failed")
    blob = file.rendition.blob
    return stored(request, found, blob) or render(
        request, "billing/documents/damaged.html", {"document": found}, status=503
    )


def stored(request: HttpRequest, document: Document, blob: Blob) -> HttpResponse | None:
    """The stored bytes of an issued document; None when they are missing or altered."""
    try:
        response = _served(request, files.fetch(blob), document.number or "")
    except files.Damaged:
        log.error("stored PDF damaged: document %s, file %s", document.uuid, blob.sha256)
        return None
    digest = bytes.fromhex(blob.sha256)
    response["ETag"] = f'"{blob.sha256}"'
    response["Repr-Digest"] = f"sha-256=:{base64.b64encode(digest).decode()}:"
    return response


@office("documents.view", methods=("GET",))
def state(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """The file's part of the document's page, asked for by htmx until it is there."""
    found = one(request, document)
    return render(request, "billing/documents/file.html", {"document": found, "file": file_for(found)})


def file_for(document: Document) -> File:
    """The file of an issued document. Somebody looks at it now, so a rendering put off as bulk need not wait its turn."""
    file = file_of(document)
    if file.delivery is not None:
        hurry(row=file.delivery, at=clock.now())
    return file


def _preview(document: Document) -> bytes | None:
    """The preview of this revision if the renderer has left it; else the renderer is asked for it."""
    key = preview_key(document.uuid, document.revision)
    data: bytes | None = cache.get(key)
    if data is None and cache.add(f"{key}:asked", True, ASK_SECONDS):
        try:
            ask(document.pk)
        except Exception:
            # The next question asks again; a broker that is down must not take the page with it.
            log.warning("broker unreachable, preview of %s waits", document.uuid)
            cache.delete(f"{key}:asked")
    return data


def _served(request: HttpRequest, data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    plain = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "-" for letter in name)
    place = "attachment" if "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{place}; filename="{plain}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _waiting(request: OfficeRequest, document: Document, *, failed: bool = False) -> HttpResponse:
    context = {
        "document": document,
        "failed": failed,
        "back": reverse("billing:document", args=[request.company.slug, document.uuid]),
    }
    return render(request, "billing/documents/waiting.html", context, status=202)
