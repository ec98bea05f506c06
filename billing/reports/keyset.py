"""Pages of documents: those without a date first, the others from the newest date down.

`invoicing_site.paging` wants columns that are never NULL; a draft may have no date before it is issued. So the list has
two stretches, each walked by its own index, and a page that crosses the border asks both.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from billing.models import Document
from invoicing_site.paging import Page

SIZE = 50
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)?\.(\d{1,18})")
Documents = "QuerySet[Any]"


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a document in the list."""

    date: dt.date | None
    id: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place a cursor names; None for one nobody gave out."""
        match = _CURSOR.fullmatch(text)
        if match is None:
            return None
        try:
            return cls(dt.date.fromisoformat(match[1]) if match[1] else None, int(match[2]))
        except ValueError:
            return None

    @classmethod
    def of(cls, document: Document) -> str:
        return f"{document.issue_date or ''}.{document.pk}"


def keyset(queryset: "QuerySet[Any]", after: str, before: str, *, size: int = SIZE) -> Page[Document]:
    """The page behind the cursor `after`, or the one before `before`, or the first. One query, two at the border."""
    if place := Place.read(after):
        rows = _older(queryset, place, size + 1)
        return _page(rows[:size], newer=bool(rows), older=len(rows) > size)
    if (place := Place.read(before)) and (rows := _newer(queryset, place, size + 1)):
        return _page(rows[:size][::-1], newer=len(rows) > size, older=True)
    rows = list(queryset.order_by("-issue_date", "-id")[: size + 1])  # PostgreSQL: NULLS FIRST
    return _page(rows[:size], newer=False, older=len(rows) > size)


def _page(rows: list[Document], *, newer: bool, older: bool) -> Page[Document]:
    return Page(rows, Place.of(rows[0]) if newer else None, Place.of(rows[-1]) if older else None)


def _older(queryset: "QuerySet[Any]", place: Place, limit: int) -> list[Document]:
    dated = queryset.filter(issue_date__isnull=False)
    if place.date is not None:
        beyond = Q(issue_date__lt=place.date) | Q(issue_date=place.date, id__lt=place.id)
        return list(dated.filter(beyond, issue_date__lte=place.date).order_by("-issue_date", "-id")[:limit])
    rows = list(queryset.filter(issue_date=None, id__lt=place.id).order_by("-id")[:limit])
    if len(rows) < limit:
        rows += dated.order_by("-issue_date", "-id")[: limit - len(rows)]
    return rows


def _newer(queryset: "QuerySet[Any]", place: Place, limit: int) -> list[Document]:
    undated = queryset.filter(issue_date=None)
    if place.date is None:
        return list(undated.filter(id__gt=place.id).order_by("id")[:limit])
    beyond = Q(issue_date__gt=place.date) | Q(issue_date=place.date, id__gt=place.id)
    rows = list(queryset.filter(beyond, issue_date__gte=place.date).order_by("issue_date", "id")[:limit])
    if len(rows) < limit:
        rows += undated.order_by("id")[: limit - len(rows)]
    return rows
