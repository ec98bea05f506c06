"""Pages of clients: the list, one client, the form, archive and restore."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from clients.actions.clients import archive_client, change_client, create_client, restore_client
from clients.forms import ClientEditor, ClientFilter
from clients.models import Client
from clients.reports.numbers import next_number
from clients.reports.past import changes_since, client_timeline
from clients.states import Scheme
from invoicing_site import clock
from invoicing_site.choices import country_name
from invoicing_site.errors import BusinessError
from invoicing_site.forms import ReasonForm
from invoicing_site.paging import keyset
from invoicing_site.web import OfficeRequest, office
from invoicing_site.wiring import CLIENT_PANELS


def one(request: OfficeRequest, client: uuid.UUID) -> Client:
    found: Client | None = Client.objects.for_company(request.company).filter(uuid=client).first()
    if found is None:
        raise Http404
    found.company = request.company
    return found


@office("clients.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Active clients by name, or what the filter in the URL says."""
    form = ClientFilter(request.GET)
    rows = Client.objects.for_company(request.company)
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("q"):
        rows = rows.search(wanted["q"])
    if wanted.get("state") != "all":
        rows = rows.filter(archived_at__isnull=wanted.get("state") != "archived")
    page = keyset(rows, request.GET.dict(), "sort_name", "id")
    filtered = bool(wanted.get("q") or wanted.get("state") or not wanted)
    return render(request, "clients/index.html", {"page": page, "filter": form, "filtered": filtered})


@office("clients.view", methods=("GET",))
def show(request: OfficeRequest, client: uuid.UUID) -> HttpResponse:
    """Everything about one client; documents and balance come from the floors above (wiring.CLIENT_PANELS)."""
    return page(request, one(request, client), ReasonForm(auto_id="archive_%s"))


def page(request: OfficeRequest, found: Client, reason: ReasonForm, status: int = 200) -> HttpResponse:
    answers = [import_string(path)(request, found) for path in CLIENT_PANELS]
    addresses = [(address, country_name(address.country)) for address in found.addresses.order_by("kind")]
    context = {
        "client": found,
        "addresses": addresses,
        "contacts": list(found.contacts.order_by("id")),
        "tax_ids": [(Scheme(row.scheme).label, row.value) for row in found.tax_ids.order_by("id")],
        "external_ids": list(found.external_ids.order_by("id")),
        "panels": [render_to_string(answer[0], answer[1], request) for answer in answers if answer],
        "entries": client_timeline(found),
        "reason": reason,
    }
    return render(request, "clients/show.html", context, status=status)


@office("clients.edit")
def new(request: OfficeRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, ClientEditor.of_company(request.company))
    editor = ClientEditor(request.POST)
    if "add" in request.POST:
        return _form(request, editor.grown(request.POST["add"], request.POST))
    if editor.is_valid():
        try:
            made = create_client(
                company_id=request.company.pk, details=editor.details(), actor=request.actor, at=clock.now()
            )
        except BusinessError as error:
            editor.refuse(error)
        else:
            messages.success(
                request, _("%(name)s is now client %(number)s.") % {"name": made.name, "number": made.number}
            )
            return _to(request, made)
    return _form(request, editor, status=422)


@office("clients.edit")
def edit(request: OfficeRequest, client: uuid.UUID) -> HttpResponse:
    found = one(request, client)
    if request.method != "POST":
        if found.archived_at is not None:
            return _to(request, found)
        return _form(request, ClientEditor.of_client(found), client=found)
    editor = ClientEditor(request.POST)
    if "add" in request.POST:
        return _form(request, editor.grown(request.POST["add"], request.POST), client=found)
    if not editor.is_valid():
        return _form(request, editor, status=422, client=found)
    revision = editor.main.cleaned_data["revision"]
    try:
        change_client(
            company_id=request.company.pk,
            client_uuid=found.uuid,
            revision=revision or 0,
            details=editor.details(),
            actor=request.actor,
            at=clock.now(),
        )
    except BusinessError as error:
        editor.refuse(error)
        if error.code != "client.changed":
            return _form(request, editor, status=422, client=found)
        # What others saved is shown beside the form, and saving again is then meant.
        editor.answer_to(found.revision)
        return _form(request, editor, status=409, client=found, meanwhile=changes_since(found, revision))
    messages.success(request, _("Saved."))
    return _to(request, found)


@office("clients.edit", methods=("POST",))
def archive(request: OfficeRequest, client: uuid.UUID) -> HttpResponse:
    found = one(request, client)
    form = ReasonForm(request.POST, auto_id="archive_%s")
    if not form.is_valid():
        return page(request, found, form, status=422)
    archive_client(
        company_id=request.company.pk,
        client_uuid=found.uuid,
        actor=request.actor,
        at=clock.now(),
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("%(name)s is archived.") % {"name": found.name})
    return _to(request, found)


@office("clients.edit", methods=("POST",))
def restore(request: OfficeRequest, client: uuid.UUID) -> HttpResponse:
    found = one(request, client)
    restore_client(company_id=request.company.pk, client_uuid=found.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("%(name)s is active again.") % {"name": found.name})
    return _to(request, found)


def _form(request: OfficeRequest, editor: ClientEditor, *, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"editor": editor, "next_number": "" if "client" in context else next_number(request.company)}
    return render(request, "clients/edit.html", context, status=status)


def _to(request: OfficeRequest, client: Client) -> HttpResponse:
    return redirect("clients:client", company=request.company.slug, client=client.uuid)
