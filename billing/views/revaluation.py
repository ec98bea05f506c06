"""What is open in foreign currencies at a day's closing rates (SPEC B9)."""

import datetime as dt

from django.http import HttpResponse
from django.utils.translation import gettext as _

from billing.forms.books import BalanceFilter
from billing.reports.revaluation import Valued, revaluation, totals
from billing.views.books import page
from billing.views.common import today_of
from invoicing_site.spreadsheet import csv_file
from invoicing_site.web import OfficeRequest, office

SHOWN = 500


@office("books.view", methods=("GET",))
def show(request: OfficeRequest) -> HttpResponse:
    """Per currency, client and document; a day that cannot be read shows nothing."""
    form, day = _asked(request)
    valued = revaluation(request.company, day) if day else []
    base, value, difference = totals(valued)
    context = {
        "form": form,
        "day": day,
        "valued": valued,
        "shown": SHOWN,
        "base": base,
        "value": value,
        "difference": difference,
    }
    return page(request, "billing/books/revaluation.html", "billing:revaluation", context)


@office("books.view", methods=("GET",))
def table(request: OfficeRequest) -> HttpResponse:
    """Every position as CSV."""
    _form, day = _asked(request)
    valued = revaluation(request.company, day) if day else []
    head = (
        _("As of"), _("Currency"), _("Client"), _("Document"), _("Date"), _("Open"), _("Booked"), _("Exchange rate"),
        _("Rate of"), _("Source"), _("Value"), _("Unrealised"), _("Base currency"),
    )  # fmt: skip
    rows = (row for each in valued for row in _rows(request, day, each))
    return csv_file(f"revaluation-{request.company.slug}-{day or ''}.csv", head, rows)


def _rows(request: OfficeRequest, day: dt.date | None, valued: Valued) -> list[tuple[object, ...]]:
    rate = valued.rate
    quoted = (rate.rate, rate.rate_date, rate.source) if rate else (None, None, None)
    return [
        (
            day, row.currency, row.name, row.number or _("Unapplied credit"), row.issued_on, row.amount,
            row.base, *quoted, row.value, row.difference, request.company.currency,
        )
        for row in valued.positions
    ]  # fmt: skip


def _asked(request: OfficeRequest) -> tuple[BalanceFilter, dt.date | None]:
    form = BalanceFilter({"as_of": request.GET.get("as_of") or today_of(request)})
    return form, form.cleaned_data["as_of"] if form.is_valid() else None
