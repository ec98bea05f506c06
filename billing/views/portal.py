"""Documents in the portal: those of the clients the account was let in for, issued or void."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from billing.models import Document
from billing.models.offer_answer import Via
from billing.reports.portal import listing
from billing.views import outside
from billing.views.answers import answered
from billing.views.attachments import served
from clients.web import PortalRequest, portal


def one(request: PortalRequest, document: uuid.UUID) -> Document:
    """A document the account may see; a draft, another client's and another company's are all not found."""
    rows = Document.objects.visible_to(request.portal).select_related("client")
    found: Document | None = rows.filter(uuid=document).first()
    if found is None:
        raise Http404
    found.company = request.company
    return found


@portal(methods=("GET",))
def documents(request: PortalRequest) -> HttpResponse:
    return render(request, "billing/portal/documents.html", {"page": listing(request)})


@portal(methods=("GET",))
def document(request: PortalRequest, document: uuid.UUID) -> HttpResponse:
    found = one(request, document)
    url = reverse("portal_billing:pdf", args=[request.company.slug, found.uuid])
    return outside.page(request, found, pdf_url=url)


@portal(methods=("POST",))
def answer(request: PortalRequest, document: uuid.UUID) -> HttpResponse:
    found = one(request, document)
    names = [request.company.slug, found.uuid]
    page_url, pdf_url = (reverse(f"portal_billing:{name}", args=names) for name in ("document", "pdf"))
    return answered(request, found, via=Via.PORTAL, page_url=page_url, pdf_url=pdf_url)


@portal(methods=("GET",))
def pdf(request: PortalRequest, document: uuid.UUID) -> HttpResponse:
    found = one(request, document)
    url = reverse("portal_billing:document", args=[request.company.slug, found.uuid])
    return outside.pdf(request, found, page_url=url)


@portal(methods=("GET",))
def attachment(request: PortalRequest, document: uuid.UUID, attachment: uuid.UUID) -> HttpResponse:
    return served(request, one(request, document), attachment)
