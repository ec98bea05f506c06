"""The settings of a company: an overview, and the tabs every settings page carries."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from invoicing_site.web import OfficeRequest, office
from invoicing_site.wiring import SETTINGS


def tabs(request: OfficeRequest) -> list[dict[str, object]]:
    """Links to the settings pages the person may open (wiring.SETTINGS); the page at hand is marked."""
    found = []
    for label, name, _text, permission in SETTINGS:
        if request.may(permission):
            url = reverse(name, kwargs={"company": request.company.slug})
            found.append({"label": gettext(label), "url": url, "current": request.path.startswith(url)})
    return found


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """What can be set, and what it is for."""
    pages = [
        {"label": gettext(label), "text": gettext(text), "url": reverse(name, kwargs={"company": request.company.slug})}
        for label, name, text, permission in SETTINGS
        if request.may(permission)
    ]
    return render(request, "site/settings/index.html", {"pages": pages, "tabs": tabs(request)})
