"""What the views of documents share: whose document, and which day it is there."""

import datetime as dt
import uuid

from django.http import Http404

from billing.documents.source import Sources, read
from billing.models import Document
from invoicing_site import clock
from invoicing_site.clock import local_date
from invoicing_site.web import OfficeRequest


def today_of(request: OfficeRequest) -> dt.date:
    """The company's date."""
    return local_date(clock.now(), request.company.time_zone)


def one(request: OfficeRequest, document: uuid.UUID) -> Document:
    """The document of this company with that id; anybody else's is not found."""
    rows = Document.objects.for_company(request.company).select_related("client")
    found: Document | None = rows.filter(uuid=document).first()
    if found is None:
        raise Http404
    found.company = request.company
    return found


def sources_of(request: OfficeRequest, document: Document, today: dt.date) -> Sources:
    """Everything stored about a draft, in one statement."""
    return read(request.company.pk, [document.pk], today)


def uuid_in(text: str) -> uuid.UUID:
    """The id a query string names; what is none is not found."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
