"""Pages of a list by keyset: a page costs the same at any depth, and no row is skipped when one is added meanwhile."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows in the list's order; `newer` and `older` are the cursors for `{% pager page %}`, None at the ends."""

    rows: list[M]
    newer: str | None
    older: str | None

    def __iter__(self) -> Iterator[M]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset(queryset: "QuerySet[M]", parameters: Mapping[str, str], *order: str, size: int = SIZE) -> Page[M]:
    """The page of `queryset` that ``?after=`` or ``?before=`` in `parameters` asks for; one query.

    `order` names columns that are never NULL, all in one direction ("sort_name", "id" or "-issue_date", "-id"), and
    ends with a unique one. A cursor nobody gave out leads to the first page: cursors carry positions, no rights.
    """
    after = _read(queryset, order, parameters.get("after", ""))
    before = None if after else _read(queryset, order, parameters.get("before", ""))
    if before:
        turned = tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)
        rows = list(_beyond(queryset, turned, before).order_by(*turned)[: size + 1])
        if rows:
            page = rows[:size][::-1]
            return Page(page, _cursor(page[0], order) if len(rows) > size else None, _cursor(page[-1], order))
    rows = list((_beyond(queryset, order, after) if after else queryset).order_by(*order)[: size + 1])
    page = rows[:size]
    newer = _cursor(page[0], order) if after and page else None
    return Page(page, newer, _cursor(page[-1], order) if len(rows) > size else None)


def _beyond(queryset: "QuerySet[M]", order: Sequence[str], values: Sequence[Any]) -> "QuerySet[M]":
    """Rows behind the position `values`: (a, b) > (x, y) spelled out, and a ≥ x for the index to start at."""
    step = "lt" if order[0].startswith("-") else "gt"
    names = [name.lstrip("-") for name in order]
    wanted = Q()
    for index in reversed(range(len(names))):
        beyond = Q(**{f"{names[index]}__{step}": values[index]})
        wanted = beyond | (Q(**{names[index]: values[index]}) & wanted) if wanted else beyond
    return queryset.filter(wanted, **{f"{names[0]}__{step}e": values[0]})


def _cursor(row: Model, order: Sequence[str]) -> str:
    values = [str(getattr(row, name.lstrip("-"))) for name in order]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(queryset: "QuerySet[M]", order: Sequence[str], cursor: str) -> list[Any] | None:
    if not cursor:
        return None
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(texts, list) or len(texts) != len(order):
            return None
        if not all(isinstance(text, str) and "\0" not in text for text in texts):
            return None
        "".join(texts).encode()  # half of a surrogate pair is text to JSON, and to no database
        fields = [queryset.model._meta.get_field(name.lstrip("-")) for name in order]
        return [field.to_python(text) for field, text in zip(fields, texts, strict=True)]  # type: ignore[union-attr]
    except (ValidationError, ValueError, binascii.Error, OverflowError, RecursionError):
        return None
