"""Canaries: a tiny task through each queue, whose end is written down (FAULTS 5)."""

import datetime as dt

from invoicing_site.models import Heartbeat


def beat(*, queue: str, asked_at: dt.datetime, at: dt.datetime) -> None:
    """A worker of `queue` finished at `at` the canary sent at `asked_at`. One statement; a late one never sets it back."""
    made = Heartbeat.objects.get_or_create(queue=queue, defaults={"asked_at": asked_at, "finished_at": at})[1]
    if not made:
        Heartbeat.objects.filter(queue=queue, finished_at__lt=at).update(asked_at=asked_at, finished_at=at)


def silent_for(*, queue: str, at: dt.datetime) -> dt.timedelta | None:
    """How long no canary of `queue` has finished; None if none ever did."""
    row = Heartbeat.objects.filter(queue=queue).first()
    return at - row.finished_at if row else None
