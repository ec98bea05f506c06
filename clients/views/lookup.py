"""Options for fields that name a client: at most a few, as HTML, for htmx and as a plain page of a select."""

from django.http import HttpResponse
from django.shortcuts import render

from clients.forms import ClientFilter
from clients.models import Client
from invoicing_site.web import OfficeRequest, office

LIMIT = 20


@office("clients.view", methods=("GET",))
def lookup(request: OfficeRequest) -> HttpResponse:
    """``<option>`` elements of active clients that ``?q=`` finds, by name.

    Their value is the client's uuid; with ``by=label`` it is "name (number)", for a `<datalist>`. The text may also
    come in a parameter whose name ends in "client": the name of the field that asks.
    """
    asked = next((name for name in request.GET if name.endswith("client")), "q")
    form = ClientFilter({"q": request.GET.get(asked, "")})
    rows = Client.objects.for_company(request.company).active()
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if text:
        rows = rows.search(text)
    context = {"clients": rows.order_by("sort_name", "id")[:LIMIT], "labels": request.GET.get("by") == "label"}
    return render(request, "clients/options.html", context)
