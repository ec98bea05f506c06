"""E-invoices others sent: the list, one taken in, one as a page, its file, a draft from it."""

import logging
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.actions.received import draft_from, receive
from billing.documents.received.reader import read_file
from billing.forms.received import DraftFromForm, ReceiveForm
from billing.models import Received
from billing.reports.clients import label_of
from billing.reports.received import shown
from billing.views.einvoice import attachment
from clients.models import Client
from invoicing_site import clock, files
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.paging import keyset
from invoicing_site.web import OfficeRequest, office

log = logging.getLogger(__name__)
SUGGESTED = 500


@office("documents.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    rows = Received.objects.for_company(request.company)
    return render(request, "billing/received/index.html", {"page": keyset(rows, request.GET, "-id")})


@office("documents.edit")
def new(request: OfficeRequest) -> HttpResponse:
    """Take in a file; what cannot be read is refused at the field and nothing of it is kept."""
    form = ReceiveForm(request.POST, request.FILES) if request.method == "POST" else ReceiveForm()
    if form.is_valid():
        upload = form.cleaned_data["einvoice"]
        try:
            if upload.size > settings.RECEIVED_MAX_BYTES:
                limit = settings.RECEIVED_MAX_BYTES // 1024 // 1024
                raise BusinessError("received.too_large", "einvoice", megabytes=limit)
            data = upload.read()
            row = receive(
                company=request.company,
                data=data,
                stated=read_file(data),
                name=upload.name,
                actor=request.actor,
                at=clock.now(),
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            return redirect("billing:received_one", company=request.company.slug, received=row.uuid)
    return render(request, "billing/received/new.html", {"form": form}, status=422 if form.errors else 200)


@office("documents.view", methods=("GET",))
def show(request: OfficeRequest, received: uuid.UUID) -> HttpResponse:
    return _page(request, _one(request, received))


@office("documents.view", methods=("GET",))
def file(request: OfficeRequest, received: uuid.UUID) -> HttpResponse:
    """The file as it came, as an attachment."""
    row = _one(request, received)
    try:
        data = files.fetch(row.blob)
    except files.Damaged:
        log.error("received file damaged: %s, file %s", row.uuid, row.blob.sha256)
        return render(request, "billing/received/damaged.html", {"row": row}, status=503)
    ending = "pdf" if row.blob.media_type == "application/pdf" else "xml"
    return attachment(data, f"{row.number}.{ending}", row.blob.media_type)


@office("documents.edit", methods=("POST",))
def draft(request: OfficeRequest, received: uuid.UUID) -> HttpResponse:
    """A draft with the stated amounts for the client that was chosen."""
    row = _one(request, received)
    form = DraftFromForm(request.POST, company=request.company)
    if form.is_valid():
        try:
            made = draft_from(
                company=request.company,
                received_uuid=row.uuid,
                client_id=form.cleaned_data["client"].pk,
                actor=request.actor,
                at=clock.now(),
            )
        except BusinessError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("The draft has the amounts of %(number)s.") % {"number": row.number})
            return redirect(reverse("billing:document", args=[request.company.slug, made.uuid]))
    return _page(request, row, form)


def _one(request: OfficeRequest, key: uuid.UUID) -> Received:
    rows = Received.objects.for_company(request.company).select_related("blob__company", "received_by")
    found: Received | None = rows.filter(uuid=key).first()
    if found is None:
        raise Http404
    return found


def _page(request: OfficeRequest, row: Received, form: DraftFromForm | None = None) -> HttpResponse:
    found = shown(request.company, row)
    initial = {"client": label_of(found.client)} if found.client else {}
    context: dict[str, Any] = {
        "row": row,
        "shown": found,
        "form": form or DraftFromForm(company=request.company, initial=initial),
    }
    if request.may("documents.edit"):
        active = Client.objects.for_company(request.company).active().order_by("sort_name", "id")
        context["clients"] = [label_of(client) for client in active[:SUGGESTED]]
    return render(request, "billing/received/show.html", context, status=422 if form else 200)
