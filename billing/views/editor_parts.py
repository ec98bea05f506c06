"""What the editor asks for while somebody types: figures, a client's terms, a line from a product, suggestions."""

import json

from django.http import HttpResponse
from django.shortcuts import render

from billing.forms import reading
from billing.forms.acts import client_id_of
from billing.forms.documents import DocumentEditor, terms_of
from billing.forms.menus import OFFERED, menus
from billing.forms.names import LINE_NAMES
from billing.reports.catalogue import Catalogue, product_suggestions
from billing.reports.clients import MOST, find, label_of
from billing.views.common import today_of
from billing.views.editor import counted
from clients.models import Client
from invoicing_site.web import OfficeRequest, office

# What is typed into a suggestion field; longer than any name.
LONGEST = 200


@office("documents.edit", methods=("POST",))
def totals(request: OfficeRequest) -> HttpResponse:
    """The totals panel for what stands in the editor, by the one function that counts; stores nothing."""
    today = today_of(request)
    editor = DocumentEditor.posted(Catalogue(request.company, today), request.POST, of_preview=True)
    figures, amounts = counted(request, editor, today)
    editor.forgive()
    context = {"figures": figures, "amounts": json.dumps(amounts), "obstacles": editor.obstacles()}
    return render(request, "billing/documents/editor/totals.html", context)


@office("documents.edit", methods=("GET",))
def terms(request: OfficeRequest) -> HttpResponse:
    """Currency, language and payment term as agreed with ``?client=``, and who that is.

    While it means nobody in particular only that is said; the terms stay.
    """
    found = find(request.company, _typed(request, "client"))
    if len(found) != 1:
        response = render(request, "billing/documents/editor/client.html", {"several": found[:MOST]})
        response["HX-Reswap"] = "none"
        return response
    catalogue = Catalogue(request.company, today_of(request))
    editor = DocumentEditor(catalogue, terms_of(catalogue, found[0]))
    address = found[0].addresses.filter(kind="billing").first()
    context = {"editor": editor, "client": found[0], "address": address}
    return render(request, "billing/documents/editor/agreed.html", context)


@office("documents.edit", methods=("POST",))
def line(request: OfficeRequest) -> HttpResponse:
    """The posted line again, filled from the product its SKU names; unknown ones leave it as it was."""
    editor = DocumentEditor.posted(Catalogue(request.company, today_of(request)), request.POST)
    editor.fill(editor.lines[:1], client_id_of(editor))
    context = {"editor": editor, "names": LINE_NAMES, "menus": menus(editor), "rows": editor.lines[:1]}
    return render(request, "billing/documents/editor/rows.html", context)


@office("documents.edit", methods=("GET",))
def products(request: OfficeRequest) -> HttpResponse:
    """``<option>`` elements of active products whose SKU or name ``?q=`` is part of."""
    offered = product_suggestions(request.company, _typed(request), OFFERED)
    return render(request, "billing/documents/editor/options.html", {"options": offered})


@office("documents.edit", methods=("GET",))
def clients(request: OfficeRequest) -> HttpResponse:
    """``<option>`` elements of active clients ``?q=`` finds."""
    rows = Client.objects.for_company(request.company).active()
    text = _typed(request)
    if text:
        rows = rows.search(text)
    found = rows.order_by("sort_name", "id").only("name", "number")[:OFFERED]
    options = [(label_of(client), "") for client in found]
    return render(request, "billing/documents/editor/options.html", {"options": options})


def _typed(request: OfficeRequest, name: str = "q") -> str:
    return reading.text(request.GET.get(name, ""))[:LONGEST]
