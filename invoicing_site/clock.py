"""The only reader of the wall clock. Verbs get business time passed in; edges (views, tasks, commands) ask here."""

import datetime as dt
from zoneinfo import ZoneInfo


def now() -> dt.datetime:
    """The current instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def local_date(at: dt.datetime, zone: str) -> dt.date:
    """The calendar date of instant `at` in the IANA zone `zone` (a company's business date)."""
    return at.astimezone(ZoneInfo(zone)).date()
