"""A real Celery worker beside the test: its own process, the test's database and broker."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from invoicing_site.celery import app

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def celery_worker(log: Path) -> Iterator[None]:
    """All queues in one single-threaded process, the way the render worker runs; stopped at the end."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={host}"
    if not host.startswith("/"):
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{host}:{database['PORT']}/{database['NAME']}"
    env = os.environ | {"DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "FILE_STORE": settings.FILE_STORE}
    queues = "money,delivery,render,bulk"
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "celery",
        "-A",
        "invoicing_site.celery",
        "worker",
        "-Q",
        queues,
        "--pool",
        "solo",
        "-B",  # what was published before this worker had bound its queues is the sweeper's to find
        "-s",
        str(log.with_suffix(".beat")),
    ]
    with app.connection_for_write() as broker:  # what earlier tests enqueued is nobody's work
        broker.default_channel.client.flushdb()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
