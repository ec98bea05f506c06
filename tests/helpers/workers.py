"""Processes beside the test, on its database, files and broker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(**more: str) -> dict[str, str]:
    """What a process needs to work on this test's database, files and broker."""
    database = connection.settings_dict
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    place = f"@/{database['NAME']}?host={host}"
    if not host.startswith("/"):
        place = f"@{host}:{database['PORT'] or 5432}/{database['NAME']}"
    own = {
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}{place}",
        "REDIS_URL": settings.REDIS_URL,
        "FILE_STORE": settings.FILE_STORE,
        "DJANGO_SETTINGS_MODULE": "invoicing_site.settings",
    }
    return os.environ | own | more


@contextmanager
def running(command: Sequence[str], log: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process beside the test, killed at its end; what it said stands in the failure."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True)
        try:
            yield process
        except BaseException as failure:
            failure.add_note(f"it said:\n{log.read_text(errors='replace')}")
            raise
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def celery_worker(
    queue: str, log: Path, *options: str, app: str = "invoicing_site", **env: str
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A real Celery worker of `queue` on this test's database and broker."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "celery",
        "-A",
        app,
        "worker",
        "-Q",
        queue,
        "-c",
        "1",
        "-l",
        "info",
    ]
    return running([*command, "--without-gossip", "--without-mingle", *options], log, environment(**env))
