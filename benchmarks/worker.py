"""The Celery application the queue benchmark's workers run: ours, or with the defaults its settings replace."""

import os

from invoicing_site.celery import app

DEFAULTS = {
    "CELERY_DB_REUSE_MAX": None,
    "task_acks_late": False,
    "task_reject_on_worker_lost": False,
    "worker_prefetch_multiplier": 4,
}
if os.environ.get("BENCHMARK_DEFAULTS"):
    app.conf.update(DEFAULTS)

__all__ = ["app"]


def nothing(event: object) -> None:
    """A reaction that is done at once: what remains is the price of the queue."""
