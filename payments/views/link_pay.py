"""Paying the one document of a link."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from billing.models import Document
from billing.states import DocumentState
from invoicing_site.linked import LinkRequest, linked, speak
from payments.reports.door import door
from payments.reports.portal import settled
from payments.views import customer


@linked("pay")
def pay(request: LinkRequest) -> HttpResponse:
    """Pay the document of the link; one that is settled or void is refused kindly, and what came is shown."""
    found = _document(request)
    way = door(request)
    if request.method == "GET" and not found.is_owed:
        return render(request, "payments/portal/settled.html", settled(way, found))
    answer = customer.choose(request, way, only=found)
    if answer.status_code == 409 and not found.is_owed:
        return render(request, "payments/portal/settled.html", settled(way, found), status=409)
    return answer


@linked("pay", methods=("GET",))
def came_back(request: LinkRequest) -> HttpResponse:
    return customer.came_back(request, door(request))


@linked("pay", methods=("GET",))
def attempt(request: LinkRequest, attempt: uuid.UUID) -> HttpResponse:
    _document(request)
    return customer.attempt(request, door(request), attempt)


@linked("pay", methods=("GET",))
def hand_over(request: LinkRequest, attempt: uuid.UUID) -> HttpResponse:
    _document(request)
    return customer.hand_over(request, door(request), attempt)


@linked("view", methods=("GET",))
def receipt(request: LinkRequest, payment: uuid.UUID) -> HttpResponse:
    _document(request)
    return customer.receipt(request, door(request), payment)


def _document(request: LinkRequest) -> Any:
    """The link's document, in whose language the page speaks."""
    rows = Document.objects.for_company(request.company).exclude(state=DocumentState.DRAFT)
    found = rows.filter(uuid=request.link.subject).first() if request.link.subject_kind == "document" else None
    if found is None:
        raise Http404
    speak(request, found.language)
    return found
