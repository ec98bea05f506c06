"""Who acts, why, in which request: carried to the database, where history triggers and logs read it."""

import datetime as dt
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from invoicing_site.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

request_id: ContextVar[str] = ContextVar("request_id", default="")
_in_action: ContextVar[bool] = ContextVar("in_action", default=False)

_SET = (
    "SELECT set_config('app.actor', %(actor)s::text, true), set_config('app.reason', %(reason)s::text, true), "
    "set_config('app.request', %(request)s::text, true), set_config('app.at', %(at)s::text, true)"
)


def tell_database(actor: Any, reason: str, at: dt.datetime) -> None:
    """Set actor, reason, request id and business time for the rest of the current transaction."""
    who = str(actor.pk) if actor is not None else ""
    values = {"actor": who, "reason": reason, "request": request_id.get(), "at": at.isoformat()}
    with prepared() as cursor:
        cursor.execute(_SET, values)


@contextmanager
def acting() -> "Iterator[None]":
    token = _in_action.set(True)
    try:
        yield
    finally:
        _in_action.reset(token)


def refuse_in_action(what: str) -> None:
    """Called by whatever waits for the outside (mail, HTTP, rendering): never while a transaction of a verb is open."""
    if _in_action.get():
        raise RuntimeError(f"{what} inside a transaction: publish an event and let a reaction do it.")
