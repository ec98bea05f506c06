"""An issued document as its customer sees it: one page and one file, in the portal and behind links alike."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from billing.models import Document
from billing.reports.attachments import of_document
from billing.reports.labels import badge_of
from billing.reports.page import issued_view
from billing.views.files import file_for, stored
from invoicing_site import clock
from invoicing_site.wiring import PORTAL_PANELS


def page(request: HttpRequest, document: Document, *, pdf_url: str) -> HttpResponse:
    """What the snapshot says, above it what is open today, below it what the floors above add (wiring.PORTAL_PANELS)."""
    today = clock.local_date(clock.now(), document.company.time_zone)
    answers = [import_string(path)(request, document) for path in PORTAL_PANELS]
    paper = issued_view(document)
    context: dict[str, Any] = {
        "document": document,
        "paper": paper,
        "badge": badge_of(document, today),
        "pdf_url": pdf_url,
        "attachments": of_document(document) if paper.enclosed else [],
        "panels": [render_to_string(answer[0], answer[1], request) for answer in answers if answer],
    }
    return render(request, "billing/portal/document.html", context)


def pdf(request: HttpRequest, document: Document, *, page_url: str) -> HttpResponse:
    """The stored PDF; ``?download`` as an attachment. While it is being made, a page that waits for it (202)."""
    file = file_for(document)
    if file.rendition is not None and (answer := stored(request, document, file.rendition.blob)) is not None:
        return answer
    failed = file.rendition is not None or file.state == "failed"
    context = {"document": document, "failed": failed, "back": page_url}
    return render(request, "billing/portal/waiting.html", context, status=503 if failed else 202)
