"""What payments show on pages of the floors below: a client's, a document's, the dashboard (wiring.py)."""

import datetime as dt
from typing import Any

from billing.models import Settlement
from invoicing_site import clock
from invoicing_site.web import OfficeRequest
from payments.models import Payment
from payments.reports.online import attempts_for
from payments.reports.open_items import note_credit, of_client, owed
from payments.reports.payments import standing, totals, with_refunds

Answer = tuple[str, dict[str, Any]]
LIMIT = 8


def client(request: OfficeRequest, client: Any) -> Answer | None:
    """Open documents, credit of notes and of payments, and the latest payments of a client; five statements."""
    if not request.may("payments.view"):
        return None
    mine = Payment.objects.for_company(request.company).filter(client=client.pk)
    rows = list(with_refunds(mine).order_by("-received_on", "-id")[:LIMIT])
    for row in rows:
        row.standing, row.tone = standing(row)
    debts = owed(request.company, client.pk)
    context = {
        "client": client,
        "key": str(client.uuid),
        "payments": rows,
        "credit": totals(mine.filter(unapplied__gt=0)),
        "owed": debts,
        "notes": note_credit(request.company, client.pk),
        "documents": list(of_client(request.company, client.pk)[:LIMIT]),
        "more": sum(debt.documents for debt in debts) > LIMIT,
        "today": today(request),
    }
    return "payments/panels/client.html", context


def document(request: OfficeRequest, document: Any) -> Answer | None:
    """What settled an issued document and what is open; one statement."""
    if document.is_draft or not request.may("payments.view"):
        return None
    rows = Settlement.objects.for_company(request.company).filter(document=document.pk).order_by("id")
    found = list(rows.select_related("allocation__payment"))
    inverses = {row.reverses_id: row for row in found if row.reverses_id is not None}
    settlements = [row for row in found if row.reverses_id is None]
    for row in settlements:
        row.inverse = inverses.get(row.pk)
        allocation = getattr(row, "allocation", None)
        row.payment = allocation.payment if allocation else None
    return "payments/panels/document.html", {"document": document, "settlements": settlements}


def online(request: OfficeRequest, document: Any) -> Answer | None:
    """What was tried online for an issued document; one statement."""
    if document.is_draft or not request.may("payments.view"):
        return None
    attempts = attempts_for(document)
    return ("payments/panels/online.html", {"document": document, "attempts": attempts}) if attempts else None


def today(request: OfficeRequest) -> dt.date:
    return clock.local_date(clock.now(), request.company.time_zone)
