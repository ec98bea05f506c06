"""The list of documents: what the filters ask for, a page of rows ready to print, and what they add up to."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from billing.models import Document
from billing.reports.clients import number_in
from billing.reports.keyset import keyset
from billing.reports.labels import READ, badge_of
from billing.reports.offers import with_fate
from billing.reports.search import search
from billing.states import DEMANDS, OFFERS, DocumentState, Kind
from clients.models import Client
from invoicing_site.formats import format_day, format_money
from invoicing_site.models import Company

# Counting further would cost more than the page itself, and nobody reads the difference.
CAP = 10_000
COLUMNS = ("uuid", "number", "issue_date", "currency", "purchase_order", "client__name", *READ)
_SUMS = """
SELECT currency, count(*), sum(sign * total) FILTER (WHERE state <> 'void'), sum(sign * open_amount) FILTER (WHERE state = 'issued')
FROM ({}) AS found, LATERAL (SELECT CASE WHEN kind = 'credit_note' THEN -1 ELSE 1 END) AS side(sign) GROUP BY currency ORDER BY count(*) DESC, currency"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed by; `state` is a label's code, dates are invoice dates, both days included."""

    q: str = ""
    state: str = ""
    client: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def __bool__(self) -> bool:
        return any((self.q, self.state, self.client, self.kind, self.since, self.until))


class Row(NamedTuple):
    """One line of the list, formatted."""

    url: str
    number: str
    client: str
    order: str
    badge: str
    tone: str
    date: str
    due: str
    total: str
    open: str


class Sum(NamedTuple):
    """What the documents of one currency add up to: void ones not counted, drafts not open."""

    currency: str
    documents: int
    total: Decimal
    open: Decimal


class Sums(NamedTuple):
    """`capped` when there are more than `CAP` documents: then `documents` is the cap and there are no amounts."""

    documents: int
    capped: bool
    amounts: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[Row]
    newer: str | None
    older: str | None
    sums: Sums


def listing(
    company: Company, filters: Filters, cursors: Mapping[str, str], *, today: dt.date, language: str
) -> Listing:
    """A page of the documents `filters` find. `today` is the company's date, `language` the reader's.

    Two queries, three where a page crosses from undated drafts to dated documents.
    """
    found = matching(company, filters, today, language)
    rows = with_fate(found.select_related("client").only(*COLUMNS))
    page = keyset(rows, cursors.get("after", ""), cursors.get("before", ""))
    return Listing(
        [_row(company, document, today, language) for document in page],
        page.newer,
        page.older,
        sums(found.exclude(kind__in=OFFERS)),
    )


def matching(company: Company, filters: Filters, today: dt.date, language: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = Document.objects.for_company(company)
    if filters.q:
        rows = rows.filter(pk__in=search(company, filters.q, language))
    if filters.state:
        rows = rows.filter(_state(filters.state, today))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.client:
        rows = rows.filter(client_id__in=_clients(company, filters.client))
    if filters.since:
        rows = rows.filter(issue_date__gte=filters.since)
    if filters.until:
        rows = rows.filter(issue_date__lte=filters.until)
    return rows


def _state(code: str, today: dt.date) -> Q:
    """Facts, not labels: what is late and partly paid is found under both."""
    if code in (DocumentState.DRAFT, DocumentState.VOID):
        return Q(state=code)
    issued = Q(state=DocumentState.ISSUED)
    settled = {
        "paid": Q(open_amount=0, kind__in=DEMANDS) & ~Q(credited=F("total"), total__gt=0),
        "credited": Q(credited=F("total"), credited__gt=0),
        "written_off": Q(written_off__gt=0),
        "credit": Q(kind=Kind.CREDIT_NOTE, open_amount__gt=0),
    }
    if code in settled:
        return issued & settled[code]
    unpaid = Q(state=DocumentState.ISSUED, open_amount__gt=0, kind__in=DEMANDS)
    narrower = {"overdue": Q(due_on__lt=today), "partly_paid": Q(open_amount__lt=F("total"))}
    return unpaid & narrower[code] if code in narrower else unpaid


def _clients(company: Company, wanted: str) -> "QuerySet[Any]":
    """Keys of the client whose uuid or label is given, or of those a search finds."""
    clients = Client.objects.for_company(company)
    try:
        found: QuerySet[Any] = clients.filter(uuid=uuid.UUID(wanted))
    except ValueError:
        number = number_in(wanted)
        found = clients.filter(number=number) if number else clients.search(wanted)
    return found.values("pk")


def sums(found: "QuerySet[Any]") -> Sums:
    """What `found` adds up to, by currency. One query that reads at most CAP + 1 documents."""
    inner = found.order_by().values("kind", "currency", "state", "total", "open_amount")[: CAP + 1]
    sql, params = inner.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(sql), params)
        rows = [Sum(code, count, total or Decimal(0), open or Decimal(0)) for code, count, total, open in cursor]
    count = sum(row.documents for row in rows)
    return Sums(min(count, CAP), count > CAP, tuple(rows) if count <= CAP else ())


def _row(company: Company, document: Document, today: dt.date, language: str) -> Row:
    badge = badge_of(document, today)
    draft = document.is_draft

    def money(amount: Decimal) -> str:
        side = -1 if document.kind == Kind.CREDIT_NOTE else 1
        return format_money(side * amount, document.currency, language)

    return Row(
        url=reverse("billing:document", args=[company.slug, document.uuid]),
        number=document.number or gettext("Draft"),
        client=document.client.name,
        order=document.purchase_order,
        badge=badge.text,
        tone=badge.tone,
        date=format_day(document.issue_date, language) if document.issue_date else "",
        due=format_day(day, language)
        if (day := document.valid_until if document.is_offer else document.due_on)
        else "",
        total=money(document.total),
        open=money(document.open_amount) if not draft and document.open_amount else "",
    )
