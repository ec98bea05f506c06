"""Mail about documents as pages show it: the panel of a document, that of a client, and what a mail in the log is about."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from billing.models import Document
from clients.models import Client
from invoicing_site import clock
from invoicing_site.models import Company, Mail
from invoicing_site.reports.mails import Shown, shown
from invoicing_site.reports.stopped import stopped_among
from invoicing_site.states import MailState
from invoicing_site.web import OfficeRequest

KINDS = ("document", "offer")
LIMIT = 5
LOST = (MailState.FAILED, MailState.BOUNCED)


def documents(company: Company, wanted: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Number and page of each document of the company among `wanted` (wiring.SUBJECTS); one query."""
    rows = Document.objects.for_company(company).filter(uuid__in=set(wanted)).values_list("uuid", "number")
    return {
        key: (number or gettext("Draft"), reverse("billing:document", args=[company.slug, key])) for key, number in rows
    }


def sent(company: Company, document: Document) -> list[Shown]:
    """The document's mails, newest first, with what can be done about each; two queries, one where there is no mail."""
    rows = Mail.objects.for_company(company).filter(subject=document.uuid, kind__in=KINDS)
    return shown(company, rows.order_by("-id"), clock.now())


def document(request: OfficeRequest, document: Document) -> tuple[str, dict[str, Any]] | None:
    """Who got the document, and how (wiring.DOCUMENT_PANELS)."""
    if document.is_draft:
        return None
    mails = sent(request.company, document)
    queued = [row.mail for row in mails if row.mail.state == MailState.QUEUED]
    return "billing/mail/panel.html", {"document": document, "mails": mails, "queued": queued}


def client(request: OfficeRequest, client: Client) -> tuple[str, dict[str, Any]] | None:
    """Addresses of the client we no longer write to, and documents that did not arrive (wiring.CLIENT_PANELS)."""
    if not request.may("documents.view"):
        return None
    addresses = {client.email.lower(), *(row.lower() for row in client.contacts.values_list("email", flat=True))}
    theirs = Document.objects.for_company(request.company).filter(client=client).values("uuid")
    lost = Mail.objects.for_company(request.company).filter(kind__in=KINDS, subject__in=theirs, state__in=LOST)
    mails = shown(request.company, lost.order_by("-id")[:LIMIT], clock.now())
    addresses |= {row.mail.recipient.lower() for row in mails}
    stopped = list(stopped_among(request.company, addresses).values())
    if not stopped and not mails:
        return None
    names = documents(request.company, [row.mail.subject for row in mails])
    context = {"stopped": stopped, "mails": [(row, *names.get(row.mail.subject, ("", ""))) for row in mails]}
    return "billing/mail/client.html", context
