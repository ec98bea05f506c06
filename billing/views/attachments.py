"""Files beside a document: added to a draft, taken away, fetched by the office and by the customer."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from billing.actions.attachments import attach, detach
from billing.models import Attachment, Document
from billing.rules.attachments import LARGEST
from billing.views.common import one
from invoicing_site import clock, files
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.web import OfficeRequest, office


@office("documents.edit", methods=("POST",))
def add(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    found, upload = one(request, document), request.FILES.get("attachment")
    try:
        if upload is None:
            raise BusinessError("attachment.empty", "file")
        # One byte more than is allowed says enough.
        attach(
            company=request.company,
            document_uuid=found.uuid,
            name=upload.name or "",
            content=upload.read(LARGEST + 1),
            actor=request.actor,
            at=clock.now(),
        )
    except BusinessError as error:
        messages.error(request, sentence(error))
    return redirect("billing:document", request.company.slug, found.uuid)


@office("documents.edit", methods=("POST",))
def remove(request: OfficeRequest, attachment: uuid.UUID) -> HttpResponse:
    rows = Attachment.objects.for_company(request.company).select_related("document")
    found = rows.filter(uuid=attachment).first()
    if found is None:
        raise Http404
    try:
        detach(company=request.company, attachment_uuid=attachment, actor=request.actor, at=clock.now())
    except BusinessError as error:
        messages.error(request, sentence(error))
    return redirect("billing:document", request.company.slug, found.document.uuid)


@office("documents.view", methods=("GET",))
def fetch(request: OfficeRequest, document: uuid.UUID, attachment: uuid.UUID) -> HttpResponse:
    return served(request, one(request, document), attachment)


def served(request: HttpRequest, document: Document, attachment: uuid.UUID) -> HttpResponse:
    """One file of `document`, always to be saved, never shown: what people upload does not run under our name."""
    found = Attachment.objects.filter(document=document, uuid=attachment).select_related("blob__company").first()
    if found is None:
        raise Http404
    try:
        content = files.fetch(found.blob)
    except files.Damaged:
        return render(request, "billing/documents/damaged.html", {"document": document}, status=503)
    answer = HttpResponse(content, content_type=found.blob.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return answer
