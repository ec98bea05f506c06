"""What payments show on the dashboard: received this month, unapplied credit, the latest payments; three statements."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from billing.models.fields import ZERO
from invoicing_site import clock
from invoicing_site.reports.figures import Figure
from invoicing_site.web import OfficeRequest
from payments.models import Payment
from payments.reports.payments import standing, totals, with_refunds

LIMIT = 8


def figures(request: OfficeRequest) -> list[Figure]:
    """Money of this month in the company's zone, and what of all money waits to be applied."""
    if not request.may("payments.view"):
        return []
    day = clock.local_date(clock.now(), request.company.time_zone)
    first, own = day.replace(day=1), request.company.currency
    mine = Payment.objects.for_company(request.company)
    url = reverse("payments:payments", args=[request.company.slug])

    def listed(rows: Any) -> list[Any]:
        return sorted(totals(rows), key=lambda row: (row.currency != own, row.currency))

    month = listed(mine.filter(received_on__gte=first, received_on__lte=_last(first)))
    credit = listed(mine.filter(unapplied__gt=0))
    received = [(row.amount, row.currency) for row in month]
    waiting = [(row.unapplied, row.currency) for row in credit]
    return [
        Figure(
            gettext("Received this month"), received or [(ZERO, own)], url=f"{url}?since={first}&until={_last(first)}"
        ),
        Figure(
            gettext("Unapplied credit"),
            waiting or [(ZERO, own)],
            url=f"{url}?unapplied=on",
            tone="warn" if waiting else "",
        ),
    ]


def latest(request: OfficeRequest) -> tuple[str, dict[str, Any]] | None:
    """The payments recorded last."""
    if not request.may("payments.view"):
        return None
    rows = with_refunds(Payment.objects.for_company(request.company)).select_related("client").order_by("-id")
    found = list(rows[:LIMIT])
    for row in found:
        row.standing, row.tone = standing(row)
    return ("payments/panels/latest.html", {"payments": found}) if found else None


def _last(first: dt.date) -> dt.date:
    """The last day of the month that starts on `first`."""
    return (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
