"""A worker beside the test: its own process on the test's database, working what falls due the way the sweeper's hand-over does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = """
import time
import django
django.setup()
from invoicing_site import clock
from invoicing_site.actions import outbox
from invoicing_site.models import Delivery
while True:
    for pk in Delivery.objects.exclude(state__in=["done", "dead"]).values_list("pk", flat=True):
        outbox.run(delivery_id=pk, at=clock.now())
    time.sleep(0.2)
"""


@contextmanager
def outbox_worker(log: Path) -> Iterator[None]:
    """Claims and runs deliveries without a broker, single-threaded, the way the render worker runs; stopped at the end."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    place = f"@/{database['NAME']}?host={host}"
    if not host.startswith("/"):
        place = f"@{host}:{database['PORT'] or 5432}/{database['NAME']}"
    url = f"postgres://{database['USER']}:{database['PASSWORD']}{place}"
    env = os.environ | {
        "DATABASE_URL": url,
        "FILE_STORE": settings.FILE_STORE,
        "DJANGO_SETTINGS_MODULE": "invoicing_site.settings",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SCRIPT], cwd=ROOT, env=env, stdout=output, stderr=output
        )
        try:
            yield
        except BaseException as failure:
            failure.add_note(f"the worker said:\n{log.read_text(errors='replace')}")
            raise
        finally:
            process.kill()
            process.wait()
