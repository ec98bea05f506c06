"""Statements PostgreSQL parses and plans once per connection: for the few whose planning costs more than their work."""

import re
from functools import cache
from typing import Any, Self

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from psycopg.raw_cursor import RawCursorMixin

_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")


@cache
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """`sql` with ``$1`` … for its named places, and the names in that order: read once, however long the text is."""
    names: dict[str, int] = {}

    def place(match: re.Match[str]) -> str:
        name = match[1]
        return f"${names.setdefault(name, len(names) + 1)}" if name else "%"

    return _PLACE.sub(place, sql), tuple(names)


class _Cursor(RawCursorMixin, ServerBindingCursor):  # type: ignore[type-arg]
    def execute(self, query: str, params: dict[str, Any] | None = None, **kwargs: Any) -> Self:
        text, names = _numbered(query)
        super().execute(text, [(params or {})[name] for name in names], **kwargs)  # type: ignore[misc]
        return self


def prepared() -> CursorWrapper:
    """A cursor that binds named parameters on the server and keeps each statement it runs prepared (`prepare_threshold` in settings).

    For fixed texts with a cast at each parameter. Not for searches and lists: a plan made for every parameter is a worse plan for most.
    """
    connection.ensure_connection()
    bound: Any = _Cursor
    cursor = bound(connection.connection)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
