"""Statements PostgreSQL parses and plans once per connection: for the few whose planning costs more than their work."""

from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


def prepared() -> CursorWrapper:
    """A cursor that binds parameters on the server and keeps each statement it runs prepared (`prepare_threshold` in settings).

    For fixed texts under 4,096 characters (psycopg reads longer ones anew each time) with a cast at each parameter. Not for searches and
    lists: a plan made for every parameter is a worse plan for most.
    """
    connection.ensure_connection()
    bound: Any = ServerBindingCursor
    cursor = bound(connection.connection)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
