"""Deposit invoices: what was asked for, and which a draft invoice may take off."""

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum

from billing.models import DepositUse, Document
from billing.states import OFFERS, DocumentState, Kind


def asked_for(document: Document) -> Decimal:
    """What deposit invoices of the same offer ask for already, drafts too; nothing of a document without one. One query."""
    offer = document.pk if document.kind in OFFERS else document.follows_id
    if offer is None:
        return Decimal(0)
    rows = Document.objects.for_company(document.company_id).filter(follows=offer, kind=Kind.DEPOSIT)
    found = rows.exclude(state=DocumentState.VOID).aggregate(total=Sum("total") - Sum("credited"))["total"]
    return Decimal(found or 0)


def choosable(final: Document) -> list[Any]:
    """The deposits of the client and currency of a draft that it takes off (`chosen`) or may; unpaid ones show why not. One query."""
    live = DepositUse.objects.filter(deposit=OuterRef("pk"), is_live=True)
    rows = (
        Document.objects.for_company(final.company_id)
        .filter(client=final.client_id, currency=final.currency, kind=Kind.DEPOSIT, state=DocumentState.ISSUED)
        .annotate(chosen=Exists(live.filter(document=final)), used=Exists(live))
    )
    return list(rows.filter(Q(chosen=True) | Q(used=False, credited=0)).order_by("issue_date", "id"))
