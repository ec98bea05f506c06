"""A Celery application whose broker gives a message to a second worker long before the first is done (FAULTS 6)."""

import time
from typing import Any

from invoicing_site.celery import app

app.conf.broker_transport_options = {
    "visibility_timeout": 1,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
SLOW = 5.0

__all__ = ["app"]


def slow(event: Any) -> None:
    """A reaction that takes longer than the visibility timeout, and says so each time it runs."""
    type(event).objects.create(
        type="slow.ran", company=event.company, subject_kind="event", subject=event.uuid, occurred_at=event.occurred_at
    )
    time.sleep(SLOW)
