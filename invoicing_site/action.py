"""The frame of every verb: one transaction, one actor, bounded retries, no waiting for the outside."""

import functools
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from invoicing_site.context import acting, tell_database

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 3
RETRIED = {"40001", "40P01"}  # serialization failure, deadlock detected


def action(verb: Callable[P, T]) -> Callable[P, T]:
    """Run `verb` in one transaction, or join the verb already running.

    The verb is called by keyword with `actor` (User, or None for the system) and `at` (aware business time); an optional `reason` goes to
    history. Deadlocks and serialization failures are retried whole, at the outermost level only, at most three attempts.
    """

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        options: dict[str, Any] = dict(kwargs)
        if _running():
            return verb(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic(), acting():
                    tell_database(options["actor"], str(options.get("reason", "")), options["at"])
                    return verb(*args, **kwargs)
            except OperationalError as error:
                if attempt == ATTEMPTS or sqlstate(error) not in RETRIED or connection.in_atomic_block:
                    raise
                time.sleep(0.02 * attempt)
        raise AssertionError("unreachable")

    run.is_action = True  # type: ignore[attr-defined]
    return run


def sqlstate(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _running() -> bool:
    from invoicing_site.context import _in_action

    return _in_action.get()
