"""Telling the house what happened: the event and its deliveries are written in the fact's own transaction."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

from invoicing_site.context import request_id
from invoicing_site.models import Company, Delivery, Event, User
from invoicing_site.wiring import REACTIONS

log = logging.getLogger(__name__)
# Celery's priorities on Redis: 0 goes first.
FRESH, SWEPT = 0, 9
# A message costs more than ten ids in it; more would keep one worker busy while others idle.
PER_MESSAGE = 10
_left: ContextVar[bool] = ContextVar("left_to_the_sweeper", default=False)


def publish(
    type: str,
    *,
    subject: tuple[str, uuid.UUID],
    at: dt.datetime,
    actor: User | None,
    company: Company | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write an event of `type` and one delivery per reaction; hand them to the queues after commit.

    `data` holds ids and figures only, never personal data. Locks nothing now; the seal takes the company's head row at commit.
    """
    event = Event.objects.create(
        type=type,
        company=company,
        subject_kind=subject[0],
        subject=subject[1],
        data=data or {},
        actor=actor,
        request_id=request_id.get(),
        occurred_at=at,
    )
    reactions = REACTIONS.get(type, ())
    if reactions:
        rows = Delivery.objects.bulk_create(
            Delivery(event=event, reaction=reaction.task, queue=reaction.queue) for reaction in reactions
        )
        after_commit((row.pk, row.queue) for row in rows)
    return event


@contextmanager
def left_to_the_sweeper() -> Iterator[None]:
    """Inside, deliveries are written and not handed over: imports and other bulk `spread` them and let the sweeper do it."""
    token = _left.set(True)
    try:
        yield
    finally:
        _left.reset(token)


def after_commit(deliveries: Iterable[tuple[int, str]], *, priority: int = FRESH) -> None:
    """Enqueue deliveries once the transaction is durable. A broker that is down costs nothing: the sweeper finds the rows."""
    pairs = list(deliveries)
    if _left.get():
        return
    transaction.on_commit(lambda: enqueue(pairs, priority=priority), robust=True)


def enqueue(deliveries: Iterable[tuple[int, str]], *, priority: int = FRESH) -> None:
    """Hand deliveries (id, queue) to the broker. Within a queue FRESH overtakes SWEPT."""
    from invoicing_site.tasks import deliver

    waiting: dict[str, list[int]] = {}
    for pk, queue in deliveries:
        waiting.setdefault(queue, []).append(pk)
    for queue, ids in waiting.items():
        for start in range(0, len(ids), PER_MESSAGE):
            part = ids[start : start + PER_MESSAGE]
            try:
                deliver.apply_async((part,), queue=queue, retry=False, priority=priority)
            except Exception:
                log.warning("broker unreachable, deliveries %s wait for the sweeper", part)
                return
