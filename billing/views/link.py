"""One document behind a link: the page and the file, and that it was looked at."""

import re
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from billing.actions.viewed import note_view
from billing.models import Document
from billing.models.offer_answer import Via
from billing.reports.viewed import noted
from billing.states import DocumentState
from billing.views import outside
from billing.views.answers import answered
from billing.views.attachments import served
from invoicing_site import clock
from invoicing_site.linked import LinkRequest, linked, speak

# Mail scanners, link previews and fetchers that say who they are.
ROBOTS = re.compile(
    r"bot\b|crawl|spider|slurp|preview|scan|fetch|facebookexternalhit|whatsapp|telegram|skype|outlook|proofpoint|mimecast|"
    r"barracuda|curl|wget|python|go-http|java/|okhttp|headless",
    re.IGNORECASE,
)


def one(request: LinkRequest) -> Document:
    """The document the link was made for, of the link's own company; a draft is none."""
    rows = Document.objects.for_company(request.company).exclude(state=DocumentState.DRAFT).select_related("client")
    found: Document | None = None
    if request.link.subject_kind == "document":
        found = rows.filter(uuid=request.link.subject).first()
    if found is None:
        raise Http404
    found.company = request.company
    speak(request, found.language)
    return found


@linked("view", methods=("GET",))
def document(request: LinkRequest) -> HttpResponse:
    found, at = one(request), clock.now()
    if seen_by_a_person(request) and not noted(request.link, at):
        note_view(company=request.company, link_uuid=request.link.uuid, actor=None, at=at)
    return outside.page(request, found, pdf_url=reverse("link_billing:pdf", args=[request.token]))


@linked("view", methods=("POST",))
def answer(request: LinkRequest) -> HttpResponse:
    found = one(request)
    page_url, pdf_url = (reverse(f"link_billing:{name}", args=[request.token]) for name in ("document", "pdf"))
    return answered(request, found, via=Via.LINK, page_url=page_url, pdf_url=pdf_url)


@linked("view", methods=("GET",))
def pdf(request: LinkRequest) -> HttpResponse:
    return outside.pdf(request, one(request), page_url=reverse("link_billing:document", args=[request.token]))


@linked("view", methods=("GET",))
def attachment(request: LinkRequest, attachment: uuid.UUID) -> HttpResponse:
    return served(request, one(request), attachment)


def seen_by_a_person(request: HttpRequest) -> bool:
    """Whether somebody opened the page: not a HEAD, not a prefetch, not a program that names itself as one."""
    headers = request.headers
    purpose = f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')} {headers.get('X-Moz', '')}".lower()
    return (
        request.method == "GET"
        and headers.get("Sec-Fetch-Dest", "document") == "document"
        and "prefetch" not in purpose
        and "preview" not in purpose
        and ROBOTS.search(headers.get("User-Agent", "")) is None
    )
