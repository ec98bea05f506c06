"""The Celery application: four queues, ids as arguments, late acknowledgement (docs/adr/0003)."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import worker_init
from celery.utils import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "invoicing_site.settings")

app = Celery("invoicing")
app.config_from_object("invoicing_site.queues")
app.autodiscover_tasks(["invoicing_site", "billing", "payments"])


class Told(Task[[list[int]], None]):
    """A task somebody waits to hand over. No result, chain or signal hangs on it, so only its message is written, in half of Celery's time."""

    abstract = True

    def apply_async(self, args: Any, *, queue: str, priority: int, retry: bool) -> None:  # type: ignore[override]
        """Put a message into `queue`, as Celery's own does. Raises whatever the broker's connection raises."""
        message = app.amqp.create_task_message(uuid(), self.name, args, {}, argsrepr=repr(args), ignore_result=True)
        with app.producer_pool.acquire(block=True) as producer:
            producer.publish(
                message.body,
                exchange="",
                routing_key=queue,
                headers=message.headers,
                priority=priority,
                retry=retry,
                **message.properties,
            )


@worker_init.connect
def refuse_unready(**kwargs: object) -> None:
    from invoicing_site import startup

    startup.demand()
