"""The first page of a company: figures and panels wiring.py names, each from the floor that knows them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from invoicing_site.web import OfficeRequest, office
from invoicing_site.wiring import FIGURES, PANELS, START


@office("dashboard.view", methods=("GET",))
def dashboard(request: OfficeRequest) -> HttpResponse:
    """A company without documents is told what to do next; every other sees its figures first."""
    start = import_string(START)(request)
    figures = [figure for path in FIGURES for figure in import_string(path)(request)]
    answers = [start, *(import_string(path)(request) for path in PANELS)]
    panels = [render_to_string(answer[0], answer[1], request) for answer in answers if answer]
    return render(request, "site/dashboard.html", {"figures": [] if start else figures, "panels": panels})
