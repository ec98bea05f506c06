"""Claiming, finishing, retrying and replaying deliveries: at least once, claimed by row, never by Redis."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import SWEPT, after_commit, enqueue, publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Delivery, User
from invoicing_site.states import DeliveryState

LEASE = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 8
GRACE = dt.timedelta(seconds=5)


def backoff(attempts: int) -> dt.timedelta:
    """1 s, 4 s, 16 s … at most 15 minutes."""
    return dt.timedelta(seconds=min(4 ** (attempts - 1), 900))


@transaction.atomic
def claim(*, delivery_id: int, at: dt.datetime) -> Delivery | None:
    """Take the delivery for LEASE, or None when it is done, dead, not due or another worker's. Locks the row, skipping locked ones."""
    free = Q(state=DeliveryState.WAITING, due_at__lte=at) | Q(state=DeliveryState.RUNNING, claimed_until__lte=at)
    row = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(free, pk=delivery_id).first()
    if row is None:
        return None
    row.state, row.claimed_until, row.attempts = DeliveryState.RUNNING, at + LEASE, row.attempts + 1
    if row.attempts > MAX_ATTEMPTS:  # it killed its worker every time
        row.state, row.error = DeliveryState.DEAD, row.error or "gave up: the worker never finished"
        row.save(update_fields=["state", "error"])
        return None
    row.save(update_fields=["state", "claimed_until", "attempts"])
    return row


def run(*, delivery_id: int, at: dt.datetime) -> bool:
    """Claim, react, finish. A failing reaction waits for its next attempt; after the last one it is a dead letter.

    Returns whether the reaction ran to its end. The reaction works in transactions of its own.
    """
    row = claim(delivery_id=delivery_id, at=at)
    if row is None:
        return False
    try:
        import_string(row.reaction)(row.event)
    except Exception as error:
        fail(row=row, error=f"{type(error).__name__}: {error}"[:2000], at=at)
        return False
    # Guarded by the attempt: a worker that overran its lease must not finish another's claim.
    Delivery.objects.filter(pk=row.pk, attempts=row.attempts).update(
        state=DeliveryState.DONE, done_at=at, claimed_until=None, error=""
    )
    return True


def fail(*, row: Delivery, error: str, at: dt.datetime) -> None:
    dead = row.attempts >= MAX_ATTEMPTS
    Delivery.objects.filter(pk=row.pk, attempts=row.attempts).update(
        state=DeliveryState.DEAD if dead else DeliveryState.WAITING,
        due_at=at + backoff(row.attempts),
        claimed_until=None,
        error=error,
    )


def sweep(*, at: dt.datetime, limit: int = 1000) -> int:
    """Hand to the queues what is due and was never enqueued, or whose worker died. Returns how many.

    They go behind what has just happened: a backlog, however long, delays nobody who waits for a new document.
    """
    due = Delivery.objects.filter(
        Q(state=DeliveryState.WAITING, due_at__lte=at - GRACE) | Q(state=DeliveryState.RUNNING, claimed_until__lte=at)
    ).order_by("due_at")
    found = list(due.values_list("pk", "queue")[:limit])
    enqueue(found, priority=SWEPT)
    return len(found)


@action
def spread(*, queue: str, keep: int, every: dt.timedelta, actor: User | None, at: dt.datetime, reason: str = "") -> int:
    """Let a backlog trickle, so that bulk costs no more than its share: the newest `keep` waiting deliveries of `queue`
    stay due, each older one falls due `every` after the one before. Returns how many were put off. Locks them.

    A message that was handed over already finds nothing due and ends.
    """
    waiting = Delivery.objects.filter(queue=queue, state=DeliveryState.WAITING).order_by("-event__occurred_at", "-pk")
    rows = list(waiting.select_for_update(no_key=True, of=("self",))[keep:])
    for place, row in enumerate(rows, start=1):
        row.due_at = at + every * place
    Delivery.objects.bulk_update(rows, ["due_at"], 500)
    return len(rows)


def hurry(*, row: Delivery, at: dt.datetime) -> bool:
    """Somebody waits for what `spread` put off: it falls due now and is handed over. One that failed keeps its pause."""
    if row.due_at <= max(at, row.created_at):
        return False
    late = Delivery.objects.filter(pk=row.pk, state=DeliveryState.WAITING, attempts=0, due_at=row.due_at)
    if not late.update(due_at=at):
        return False
    enqueue([(row.pk, row.queue)])
    return True


@action
def replay(*, delivery_id: int, actor: User | None, at: dt.datetime, reason: str = "") -> Delivery:
    """Give a dead letter a fresh set of attempts. Raises delivery.not_dead. Publishes delivery.replayed."""
    row = lock_row(Delivery.objects.filter(pk=delivery_id))
    if row.state != DeliveryState.DEAD:
        raise BusinessError("delivery.not_dead")
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.WAITING, attempts=0, due_at=at)
    publish(
        "delivery.replayed",
        company=row.event.company,
        subject=("event", row.event.uuid),
        data={"delivery": row.pk},
        actor=actor,
        at=at,
    )
    after_commit([(row.pk, row.queue)])
    row.refresh_from_db()
    return row
