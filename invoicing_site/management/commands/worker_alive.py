"""`manage.py worker_alive QUEUE`: whether the queue's workers finish what they are sent; for supervisors and health checks."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from invoicing_site import clock
from invoicing_site.actions.heartbeats import silent_for
from invoicing_site.queues import QUEUES


class Command(BaseCommand):
    help = "Exit 0 if a canary of the queue finished within the last 90 seconds, else 1: restart the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queue", choices=QUEUES)
        parser.add_argument("--within", type=int, default=90, metavar="SECONDS")

    def handle(self, *args: Any, queue: str, within: int, **options: Any) -> None:
        silence = silent_for(queue=queue, at=clock.now())
        if silence is None:
            raise CommandError(f"No canary of {queue} has ever finished: is beat running?")
        if silence > dt.timedelta(seconds=within):
            raise CommandError(
                f"{queue} has finished nothing for {silence.total_seconds():.0f} s: restart its worker (docs/runbooks/worker-stalled.md)."
            )
        self.stdout.write(f"{queue} finished a canary {silence.total_seconds():.0f} s ago.")
