"""Sending the e-invoice of a document by a route, from the document's page."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from billing.actions.transmissions import order, settle, try_again
from billing.models import Transmission
from billing.views.common import one
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.web import OfficeRequest, office


@office("documents.send", methods=("POST",))
def send(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """By the route that was chosen; the same route twice is once."""
    found = one(request, document)
    try:
        order(
            company=request.company,
            document_uuid=found.uuid,
            route_uuid=_named(request.POST.get("route", "")),
            actor=request.actor,
            at=clock.now(),
        )
        messages.success(request, _("The e-invoice is on its way."))
    except BusinessError as error:
        messages.error(request, sentence(error))
    return redirect("billing:document", company=request.company.slug, document=found.uuid)


@office("documents.send", methods=("POST",))
def again(request: OfficeRequest, transmission: uuid.UUID) -> HttpResponse:
    row = _one(request, transmission)
    try:
        try_again(company=request.company, transmission_uuid=row.uuid, actor=request.actor, at=clock.now())
        messages.success(request, _("The e-invoice is on its way again."))
    except BusinessError as error:
        messages.error(request, sentence(error))
    return _back(request, row)


@office("documents.send", methods=("POST",))
def settled(request: OfficeRequest, transmission: uuid.UUID) -> HttpResponse:
    """A person found out whether it arrived."""
    row = _one(request, transmission)
    arrived = "arrived" in request.POST
    try:
        settle(
            company=request.company, transmission_uuid=row.uuid, arrived=arrived, actor=request.actor, at=clock.now()
        )
        messages.success(request, _("Noted as accepted.") if arrived else _("Noted as failed."))
    except BusinessError as error:
        messages.error(request, sentence(error))
    return _back(request, row)


def _named(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BusinessError("transmission.no_route", "route") from None


def _one(request: OfficeRequest, key: uuid.UUID) -> Transmission:
    rows = Transmission.objects.for_company(request.company).select_related("document")
    found: Transmission | None = rows.filter(uuid=key).first()
    if found is None:
        raise Http404
    return found


def _back(request: OfficeRequest, row: Transmission) -> HttpResponse:
    return redirect("billing:document", company=request.company.slug, document=row.document.uuid)
