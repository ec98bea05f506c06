"""The list of documents."""

import uuid
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from billing.forms.filters import STATES, DocumentFilter
from billing.forms.names import NEW_OF_KIND
from billing.reports.clients import label_of
from billing.reports.documents import listing
from billing.states import Kind
from billing.views.common import today_of
from clients.models import Client
from invoicing_site.web import OfficeRequest, office


@office("documents.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Documents, newest first, narrowed by what the URL says."""
    query = _named(request)
    form = DocumentFilter(query)
    filters = form.filters()
    cursors = {name: query.get(name, "") for name in ("after", "before")}
    page = listing(request.company, filters, cursors, today=today_of(request), language=get_language() or "en")
    here = reverse("billing:documents", args=[request.company.slug])
    context = {
        "page": page,
        "filter": form,
        "filtered": bool(filters),
        "states": _states(query, filters.state, here),
        "here": here,
        "new_kinds": [(kind, label) for kind, label in NEW_OF_KIND.items() if kind != Kind.INVOICE],
    }
    return render(request, "billing/documents/index.html", context)


def _named(request: OfficeRequest) -> QueryDict:
    """The query string; a client's page names its client by uuid, which a person reads as name and number."""
    query = request.GET.copy()
    try:
        wanted = uuid.UUID(query.get("client", ""))
    except ValueError:
        return query
    client = Client.objects.for_company(request.company).filter(uuid=wanted).first()
    if client is not None:
        query["client"] = label_of(client)
    return query


def _states(query: QueryDict, current: str, here: str) -> list[dict[str, Any]]:
    """The tabs: the same list in another state, from its first page on."""
    tabs = []
    for code, name in STATES:
        wanted = query.copy()
        for key in ("after", "before", "state"):
            wanted.pop(key, None)
        if code:
            wanted["state"] = code
        tabs.append({"label": name, "url": f"{here}?{wanted.urlencode()}", "current": current == code})
    return tabs
