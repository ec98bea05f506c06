"""Waking workers for rows that are committed. A broker that is down costs nothing: the sweep finds the rows."""

import logging
from typing import Any

from invoicing_site.queues import MONEY

log = logging.getLogger(__name__)


def message(event_pk: int) -> None:
    """A provider's message waits to be worked."""
    from payments.tasks import work_inbox

    hand_over(work_inbox, event_pk)


def order(order_pk: int) -> None:
    """A refund waits to be asked of the provider."""
    from payments.tasks import place

    hand_over(place, order_pk)


def hand_over(task: Any, pk: int, *, stale: int | None = None) -> None:
    """Give the row `pk` to a worker now; the message is worth nothing after `stale` seconds, when others like it have come."""
    try:
        task.apply_async((pk,), queue=MONEY, retry=False, expires=stale)
    except Exception:
        log.warning("broker unreachable, %s %s waits for the sweep", task.name, pk)
