"""Options for fields that name a client: at most a few, as HTML, for htmx and as a plain page of a select."""

from django.http import HttpResponse
from django.shortcuts import render

from clients.forms import ClientFilter
from clients.models import Client
from invoicing_site.web import OfficeRequest, office

LIMIT = 20


@office("clients.view", methods=("GET",))
def lookup(request: OfficeRequest) -> HttpResponse:
    """``<option>`` elements of active clients that ``?q=`` finds, by name; `by=number` makes the number their value."""
    form = ClientFilter(request.GET)
    rows = Client.objects.for_company(request.company).active()
    text = form.cleaned_data.get("q") if form.is_valid() else None
    if text:
        rows = rows.search(text)
    context = {"clients": rows.order_by("sort_name", "id")[:LIMIT], "by_number": request.GET.get("by") == "number"}
    return render(request, "clients/options.html", context)
