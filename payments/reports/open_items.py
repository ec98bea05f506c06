"""What clients owe: the open documents a payment may go to, and who might have paid."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Upper

from billing.models import Document
from billing.states import Kind
from clients.models import Client
from invoicing_site.models import Company
from payments.rules.allocation import OpenItem

LIMIT = 100
PAYERS = 20


@dataclass(frozen=True, slots=True)
class Owed:
    """Open documents of one currency together."""

    currency: str
    open: Decimal
    documents: int


@dataclass(frozen=True, slots=True)
class Payer:
    """A client who may have paid; `due_on` is the oldest due date, `document` what the search named exactly."""

    client: Any
    owed: list[Owed]
    due_on: dt.date | None
    document: Any = None


def of_client(company: Company, client_id: int) -> "QuerySet[Any]":
    """The client's documents with something open, oldest due first."""
    found: QuerySet[Any] = Document.objects.for_company(company).open().filter(client=client_id)
    return found.order_by("due_on", "issue_date", "number")


def open_documents(
    company: Company, client_id: int, wanted: Collection[uuid.UUID] = (), limit: int = LIMIT
) -> list[Any]:
    """The `limit` oldest open documents of a client, and those of `wanted` wherever they stand; one statement."""
    oldest = of_client(company, client_id).values("pk")[:limit]
    return list(of_client(company, client_id).filter(Q(pk__in=oldest) | Q(uuid__in=wanted)))


def owed(company: Company, client_id: int) -> list[Owed]:
    """What the client owes per currency; one statement however many documents."""
    sums = of_client(company, client_id).order_by("currency").values("currency")
    return [Owed(**row) for row in sums.annotate(open=Sum("open_amount"), documents=Count("pk"))]


def note_credit(company: Company, client_id: int) -> list[Owed]:
    """What the client's credit notes have open per currency; one statement."""
    notes = (
        Document.objects.for_company(company)
        .issued()
        .filter(client=client_id, kind=Kind.CREDIT_NOTE, open_amount__gt=0)
    )
    sums = notes.order_by("currency").values("currency")
    return [Owed(**row) for row in sums.annotate(open=Sum("open_amount"), documents=Count("pk"))]


def items(documents: Collection[Any]) -> list[OpenItem[uuid.UUID]]:
    """Documents as the rule for suggestions wants them."""
    return [
        OpenItem(row.uuid, row.due_on, row.issue_date, row.number, row.open_amount, row.currency) for row in documents
    ]


def named(company: Company, text: str) -> "QuerySet[Any]":
    """Open documents whose number contains `text`, or whose payment reference it is, spaces and case aside."""
    wanted = text.strip().upper()
    rows: QuerySet[Any] = Document.objects.for_company(company).open().annotate(upper_number=Upper("number"))
    return rows.filter(Q(upper_number__contains=wanted) | Q(payment_reference=wanted.replace(" ", "")))


def payers(company: Company, text: str = "", limit: int = PAYERS) -> list[Payer]:
    """Who may have paid: clients found by `text` (theirs, or of a document), else those who owe for longest.

    Three statements with a text, two without, whatever they find.
    """
    wanted = text.strip()
    hits = list(named(company, wanted).order_by("due_on", "pk")[:limit]) if wanted else []
    debts = Document.objects.for_company(company).open()
    if wanted:
        found = Client.objects.for_company(company).search(wanted).values("pk")
        ids = Q(pk__in=found) | Q(pk__in=[row.client_id for row in hits])
        clients = list(Client.objects.for_company(company).filter(ids)[:limit])
    else:
        oldest = debts.values("client").annotate(due=Min("due_on")).order_by("due", "client")[:limit]
        clients = list(Client.objects.for_company(company).filter(pk__in=oldest.values("client")))
    sums: dict[int, list[Owed]] = {}
    due: dict[int, dt.date] = {}
    rows = debts.filter(client__in=[row.pk for row in clients]).values("client", "currency").order_by("currency")
    for row in rows.annotate(open=Sum("open_amount"), documents=Count("pk"), due=Min("due_on")):
        sums.setdefault(row["client"], []).append(Owed(row["currency"], row["open"], row["documents"]))
        due[row["client"]] = min(row["due"], due.get(row["client"], row["due"]))
    exact = {row.client_id: row for row in hits if _is(row, wanted)}
    answer = [Payer(row, sums.get(row.pk, []), due.get(row.pk), exact.get(row.pk)) for row in clients]
    return sorted(answer, key=_rank)


def _rank(payer: Payer) -> tuple[bool, dt.date, str]:
    return payer.document is None, payer.due_on or dt.date.max, payer.client.sort_name


def _is(document: Any, text: str) -> bool:
    wanted = text.upper()
    return bool(wanted == document.number.upper() or wanted.replace(" ", "") == document.payment_reference)
