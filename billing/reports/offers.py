"""What became of offers: of one on its page, of many on lists."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from billing.models import Document, OfferAnswer
from billing.rules import offers
from billing.rules.labels import Label
from billing.states import DocumentState, Kind

# Of rows from `with_fate`: accepted offers nobody has invoiced yet.
ACCEPTED = Q(state=DocumentState.ISSUED, invoiced=False, answered="accepted")


def with_fate(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Documents with `answered` (what was said last) and `invoiced`: of the same statement."""
    said = OfferAnswer.objects.filter(document=OuterRef("pk")).order_by("-place").values("said")[:1]
    made = Document.objects.filter(follows=OuterRef("pk"), kind=Kind.INVOICE).exclude(state=DocumentState.VOID)
    found: QuerySet[Any] = rows.annotate(answered=Coalesce(Subquery(said), Value("")), invoiced=Exists(made))
    return found


def label_of(document: Any, today: dt.date) -> Label:
    """The label of an offer on `today` (company's zone). One query where the list did not bring its fate along, none for a draft."""
    if not hasattr(document, "answered") and not document.is_draft:
        found = with_fate(Document.objects.filter(pk=document.pk)).values("answered", "invoiced").get()
        document.answered, document.invoiced = found["answered"], found["invoiced"]
    said = getattr(document, "answered", "")
    answer = said if said in ("accepted", "declined") else ""
    return offers.label(document.state, answer, getattr(document, "invoiced", False), document.valid_until, today)
