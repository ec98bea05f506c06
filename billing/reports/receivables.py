"""What clients owe the company, by currency and age."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Document
from billing.rules.aging import CODES, CURRENT, OVERDUE, Age, ages
from billing.states import Kind
from invoicing_site.models import Company

LABELS: dict[str, str | Promise] = {
    CURRENT: _("Not due"),
    "1-30": _("1–30 days"),
    "31-60": _("31–60 days"),
    "61-90": _("61–90 days"),
    "91-120": _("91–120 days"),
    "121": _("Over 120 days"),
    OVERDUE: _("Overdue"),
}
# The same below the bars of a chart.
SHORT: dict[str, str | Promise] = {CURRENT: _("Not due"), **{code: code for code in CODES[1:-1]}, CODES[-1]: "> 120"}


@dataclass(frozen=True, slots=True)
class Owed:
    """Open amounts of one currency: in all, late, and one per column of `CODES`."""

    currency: str
    open: Decimal
    documents: int
    late: Decimal
    late_documents: int
    columns: tuple[Decimal, ...]


def within(column: Age) -> Q:
    """Documents whose due date lies in the column."""
    found = Q()
    if column.first is not None:
        found &= Q(due_on__gte=column.first)
    if column.last is not None:
        found &= Q(due_on__lte=column.last)
    return found


def open_documents(company: Company) -> "QuerySet[Any]":
    rows: QuerySet[Any] = Document.objects.for_company(company).open()
    return rows


def open_credit(company: Company, currency: str = "") -> list[dict[str, Any]]:
    """`currency`, `open` and `documents` of credit notes with something left: what the receivables account has less. One statement."""
    notes = Document.objects.for_company(company).issued().filter(kind=Kind.CREDIT_NOTE, open_amount__gt=0)
    return sums(notes.filter(currency=currency) if currency else notes)


def sums(rows: "QuerySet[Any]") -> list[dict[str, Any]]:
    """`open` and `documents` per `currency` of open documents; one statement."""
    found = rows.order_by("currency").values("currency")
    return list(found.annotate(open=Sum("open_amount"), documents=Count("pk")))


def by_age(company: Company, today: dt.date, first: str) -> list[Owed]:
    """Sums per currency, `first` before the others by code; one statement however many documents."""
    columns = {f"c{place}": Sum("open_amount", filter=within(age)) for place, age in enumerate(ages(today))}
    rows = (
        open_documents(company)
        .order_by()
        .values("currency")
        .annotate(
            **columns,
            late=Sum("open_amount", filter=Q(due_on__lt=today)),
            open=Sum("open_amount"),
            documents=Count("pk"),
            late_documents=Count("pk", filter=Q(due_on__lt=today)),
        )
    )
    owed = [
        Owed(
            row["currency"],
            row["open"],
            row["documents"],
            row["late"] or Decimal(0),
            row["late_documents"],
            tuple(row[f"c{place}"] or Decimal(0) for place in range(len(CODES))),
        )
        for row in rows
    ]
    return sorted(owed, key=lambda row: (row.currency != first, row.currency))
