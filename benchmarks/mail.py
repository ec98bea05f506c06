"""Mails a second through a local SMTP server: rows, states and events included, against Django's send() with a connection each."""

import json
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from benchmarks.rounds import alternate, middle, ratio
from benchmarks.world import World
from invoicing_site import clock, mailer
from invoicing_site.actions.mail import queue
from invoicing_site.mail_words import compose
from invoicing_site.models import Mail

COUNT, ROUNDS = 1000, 3
SERVER = """
import asyncio, sys
from aiosmtpd.smtp import SMTP
class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def mail_server() -> Iterator[int]:
    """A server that takes everything and keeps nothing; its port."""
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    socket.create_connection(("127.0.0.1", port), 5).close()
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def _queued(world: World) -> list[int]:
    now, rows = clock.now(), []
    secret = json.dumps({"subject": "Invoice 2026-00017", "text": "Hello,\n\nhere is your invoice.\n" * 20})
    for number in range(COUNT):
        mail = queue(
            company=None, kind="account", subject=("user", world.actor.uuid), recipient=f"client-{number}@bench.example",
            language="en", dedupe_key=f"bench:{uuid.uuid4()}", secret=secret, actor=None, at=now,
        )  # fmt: skip
        rows.append(mail.pk)
    return rows


def ours(world: World) -> float:
    rows = _queued(world)
    start = time.perf_counter()
    mailer.send(rows)
    rate = COUNT / (time.perf_counter() - start)
    if Mail.objects.filter(pk__in=rows, state="accepted").count() < COUNT:
        sys.exit("not every mail was accepted")
    return rate


def naive(world: World) -> float:
    """The same messages, each on a connection of its own, nothing written down."""
    messages = [compose(mail) for mail in Mail.objects.filter(pk__in=_queued(world)[:200])]
    start = time.perf_counter()
    for message in messages:
        message.send()
    return len(messages) / (time.perf_counter() - start)


def measure() -> list[dict[str, Any]]:
    world = World("mail")
    with mail_server() as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_PER_DOMAIN_PER_MINUTE = "127.0.0.1", port, 0
        found = alternate({"ours": lambda: ours(world), "naive": lambda: naive(world)}, ROUNDS)
    return [
        {
            "figure": f"{COUNT:,} mails through one worker, each claimed, written, sent and settled / a bare send() with a connection each",
            "reached": f"{middle(found['ours']):,.0f} a second",
            "baseline": f"{middle(found['naive']):,.0f} a second",
            "ratio": f"{ratio(found, 'ours', 'naive'):.2f}",
            "target": "published",
        }
    ]
