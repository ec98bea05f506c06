"""The gap ledger: what became of every number (SPEC B4); printable, and as CSV."""

import uuid

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from billing.models import Counter
from billing.reports import gaps as report
from billing.rules.numbering import LARGEST_SEQ
from billing.views.books import page
from billing.views.common import today_of
from invoicing_site.spreadsheet import csv_file
from invoicing_site.web import OfficeRequest, office

HERE = "billing:gaps"


@office("books.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Every series and period that was counted, with how far."""
    return page(request, "billing/books/gaps.html", HERE, {"counters": report.periods(request.company)})


def one(request: OfficeRequest, series: uuid.UUID) -> Counter:
    """The period ``?period=`` of the series; without one its newest."""
    key = request.GET.get("period")
    if key is None:
        rows = [row for row in report.periods(request.company) if row.series.uuid == series]
        found = rows[0] if rows else None
    else:
        found = report.of_series(request.company, series, key[:7])
    if found is None:
        raise Http404
    return found


@office("books.view", methods=("GET",))
def series(request: OfficeRequest, series: uuid.UUID) -> HttpResponse:
    counter, today = one(request, series), today_of(request)
    typed = request.GET.get("from", "")
    first = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 11 else 1
    only = request.GET.get("only") == "gaps"
    ledger = report.ledger(counter, today, first=min(max(first, 1), LARGEST_SEQ), only_gaps=only)
    context = {"ledger": ledger, "counter": counter, "only": only}
    return page(request, "billing/books/gap_ledger.html", HERE, context)


@office("books.view", methods=("GET",))
def table(request: OfficeRequest, series: uuid.UUID) -> HttpResponse:
    counter = one(request, series)
    name = "-".join(
        part
        for part in (_("numbers"), counter.series.pattern.partition("{")[0].strip("-./_"), counter.period_key)
        if part
    )
    return csv_file(f"{name}.csv", report.head(), report.table(counter, today_of(request)))
