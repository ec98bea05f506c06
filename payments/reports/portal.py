"""What a customer reads of their payments, in the portal and behind links (wiring.PORTAL_PANELS, PORTAL_HOME)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from invoicing_site.paging import keyset
from payments.models import AttemptShare
from payments.reports.door import Door, door
from payments.reports.payable import payable
from payments.states import AttemptState

Answer = tuple[str, dict[str, Any]]
LIMIT = 5


def document(request: HttpRequest, document: Any) -> Answer | None:
    """The way to pay an open document, and what came for it; at most four statements."""
    way = door(request)
    owed = document.is_owed
    busy = under_way(document) if owed else None
    known = busy is not None and way.attempts().filter(pk=busy.attempt_id).exists()
    pays = owed and busy is None and way.may_pay(document) and payable(way.company)
    context = settled(way, document) | {
        "busy": busy,
        "busy_url": way.attempt_url(busy.attempt.uuid) if busy and known else "",
        "pay_url": way.pay_url(document) if pays else "",
    }
    return "payments/portal/document.html", context


def settled(way: Door, document: Any) -> dict[str, Any]:
    """What came for a document and may be shown; one statement."""
    came = way.payments().filter(
        allocations__settlement__document=document.pk,
        allocations__settlement__reverses=None,
        allocations__settlement__reversed_by=None,
    )
    found = came.distinct().order_by("received_on", "pk")
    return {"door": way, "document": document, "rows": with_receipts(way, found)}


def with_receipts(way: Door, payments: Iterable[Any]) -> list[dict[str, Any]]:
    """Payments with where their receipt is, for payments/portal/receipts.html and table.html."""
    return [{"payment": payment, "url": way.receipt_url(payment.uuid)} for payment in payments]


def under_way(document: Any) -> AttemptShare | None:
    """What of the document's money is on its way, or may be: paying it a second time would be too much."""
    busy = (AttemptState.UNKNOWN, AttemptState.PROCESSING)
    rows = AttemptShare.objects.filter(company=document.company_id, document=document.pk, attempt__state__in=busy)
    found: AttemptShare | None = rows.select_related("attempt").order_by("-pk").first()
    return found


def with_waiting(rows: Any) -> Any:
    """Documents with `waits`: a payment of it is on its way, so it is not offered again. Of the same statement."""
    shares = AttemptShare.objects.filter(company=OuterRef("company"), document=OuterRef("pk"))
    return rows.annotate(waits=Exists(shares.filter(attempt__state=AttemptState.PROCESSING)))


def received(way: Door, query: Mapping[str, str]) -> dict[str, Any]:
    """A page of the customer's payments, newest first; one statement."""
    page = keyset(way.payments().select_related("client"), query, "-received_on", "-id")
    return {"door": way, "page": page, "rows": with_receipts(way, page)}


def home(request: HttpRequest) -> Answer | None:
    """The latest payments; None before the first. One statement."""
    way = door(request)
    rows = list(way.payments().select_related("client").order_by("-received_on", "-pk")[: LIMIT + 1])
    context = {"rows": with_receipts(way, rows[:LIMIT]), "more": len(rows) > LIMIT, "company": way.company}
    return ("payments/portal/latest.html", context) if rows else None
