"""What happened to a payment, with the documents it was applied to, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from invoicing_site.formats import format_money
from invoicing_site.models import Event
from invoicing_site.reports.timeline import timeline
from payments.models import Payment

APPLIED, TAKEN_BACK = "payment.allocated", "payment.unallocated"
CHANGED = "pencil-square"  # the icon of an act without an event of its own subject


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of components/timeline.html."""

    at: Any
    who: str
    text: str
    reason: str = ""
    icon: str = "clock"
    tone: str = "neutral"
    url: str = ""


def story(payment: Any, documents: Sequence[Any]) -> list[Any]:
    """Entries for `payment`; `documents` are those its allocations ever touched. At most five statements.

    Applying is told by the document's events, so the payment's own bare change of the same instant is left out.
    """
    numbers = {row.uuid: row for row in documents}
    events = Event.objects.for_company(payment.company_id).filter(subject__in=numbers, type__in=(APPLIED, TAKEN_BACK))
    found = events.select_related("actor").order_by("id")
    mine = [row for row in found if row.data.get("payment") == str(payment.uuid)]
    acts = {(row.occurred_at, str(row.actor or "")) for row in mine}
    told, reasons = [], {}
    for row in timeline(payment.uuid, [Payment.history.filter(id=payment.pk)]):
        if row.icon == CHANGED and (row.at, row.who) in acts:
            reasons[row.at, row.who] = row.reason
        else:
            told.append(row)
    entries = [
        _happening(row, payment, numbers[row.subject], reasons.get((row.occurred_at, str(row.actor or "")), ""))
        for row in reversed(mine)
    ]
    return sorted([*entries, *told], key=lambda row: row.at, reverse=True)


def _happening(event: Event, payment: Any, document: Any, reason: str) -> Happening:
    amount = format_money(Decimal(event.data["amount"]), document.currency, get_language() or "en")
    applied = event.type == APPLIED
    text = gettext("%(amount)s applied to %(number)s") if applied else gettext("%(amount)s taken back from %(number)s")
    return Happening(
        at=event.occurred_at,
        who=str(event.actor or ""),
        text=text % {"amount": amount, "number": document.number},
        reason="" if applied else reason,
        icon="arrow-right-circle" if applied else "arrow-uturn-left",
        tone="good" if applied else "warn",
        url=reverse("billing:document", args=[payment.company.slug, document.uuid]),
    )
