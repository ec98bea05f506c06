"""The first page of a company: the panels wiring.py names, each from the floor that knows the figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from invoicing_site.web import OfficeRequest, office
from invoicing_site.wiring import PANELS


@office("dashboard.view", methods=("GET",))
def dashboard(request: OfficeRequest) -> HttpResponse:
    """Every panel answers (template, context), or None where the role may not see it."""
    answers = [import_string(path)(request) for path in PANELS]
    panels = [render_to_string(answer[0], answer[1], request) for answer in answers if answer]
    return render(request, "site/dashboard.html", {"panels": panels})
