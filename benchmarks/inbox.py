"""Messages of a payment provider: one told ten thousand times over thirty-two connections, and how fast they are worked."""

import datetime as dt
import hashlib
import hmac
import http.client
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import connections

from benchmarks.rounds import alternate, middle, ratio
from benchmarks.world import World
from billing.actions.issue import issue_many
from billing.models import Document, Entry
from invoicing_site import clock
from payments.actions.attempts import Share, start
from payments.actions.gateways import connect_gateway
from payments.actions.inbox import take_in, work
from payments.gateways import gateway
from payments.models import Attempt, GatewayAccount, InboxEvent, Payment

TIMES, CONNECTIONS, WORKED, ROUNDS = 10_000, 32, 300, 3
SECRET = "whsec_benchmark"


def shop() -> tuple[World, GatewayAccount]:
    os.environ |= {"BENCHMARK_KEY": "sk_test_benchmark", "BENCHMARK_HOOK": SECRET}
    world = World("inbox")
    account = connect_gateway(
        company_id=world.company.pk, provider="stripe", label="Stripe", mode="test", api_key="env:BENCHMARK_KEY",
        webhook_secret="env:BENCHMARK_HOOK", actor=world.actor, at=clock.now(),
    )  # fmt: skip
    return world, account


def attempts(world: World, count: int) -> list[Attempt]:
    """One for each of `count` freshly issued documents."""
    uuids = world.copies(world.draft(3), count)
    ids = list(Document.objects.filter(uuid__in=uuids).values_list("pk", flat=True))
    for part in range(0, count, 500):
        issue_many(company=world.company, document_ids=ids[part : part + 500], actor=world.actor, at=clock.now())
    return [
        start(
            company=world.company, client_id=world.client.pk, shares=[Share(document.uuid, Decimal(document.open_amount))],
            language="de", recipient="", return_path="/back/", actor=None, at=clock.now(),
        )
        for document in Document.objects.filter(uuid__in=uuids)
    ]  # fmt: skip


def message(attempt: Attempt) -> tuple[bytes, str]:
    """That `attempt` was paid, as Stripe writes and signs it."""
    now = int(clock.now().timestamp())
    session = {
        "object": "checkout.session", "id": f"cs_{attempt.pk}", "amount_total": int(attempt.amount * 100),
        "currency": attempt.currency.lower(), "client_reference_id": str(attempt.uuid), "payment_intent": f"pi_{attempt.pk}",
        "metadata": {"attempt": str(attempt.uuid)}, "payment_status": "paid", "status": "complete",
        "payment_method_types": ["card"],
    }  # fmt: skip
    body = json.dumps(
        {
            "id": f"evt_{uuid.uuid4().hex}", "object": "event", "type": "checkout.session.completed", "created": now,
            "livemode": False, "data": {"object": session},
        }
    ).encode()  # fmt: skip
    digest = hmac.new(SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={now},v1={digest}"


@contextmanager
def site() -> Iterator[int]:
    """The site as it is deployed, two processes, on a free port."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "gunicorn",
        "invoicing_site.wsgi",
        "--no-control-socket",
        "-w",
        "2",
    ]
    process = subprocess.Popen(
        [*command, "-b", f"127.0.0.1:{port}", "--log-level", "critical"],
        env=os.environ | {"ALLOWED_HOSTS": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def warm(port: int, account: GatewayAccount) -> None:
    """Let both processes load what a first message loads; forged ones, which leave no row."""
    for _ in range(16):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", f"/hooks/{account.uuid}/", b"{}", {"Stripe-Signature": "t=1,v1=00"})
        assert connection.getresponse().status == 400
        connection.close()


def told_again_and_again(
    port: int, account: GatewayAccount, body: bytes, signature: str
) -> tuple[list[float], list[int]]:
    """Seconds and status of each of TIMES deliveries of one message over CONNECTIONS threads."""
    seconds: list[float] = []
    statuses: list[int] = []
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}

    def deliver() -> None:
        for _ in range(TIMES // CONNECTIONS):
            begun = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("POST", f"/hooks/{account.uuid}/", body, headers)
            statuses.append(connection.getresponse().status)
            connection.close()
            seconds.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=deliver) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, statuses


def worked(world: World, account: GatewayAccount, workers: int) -> float:
    """Messages a second from the row to the booked payment, by `workers` processes."""
    rows = []
    for attempt in attempts(world, WORKED):
        told = gateway(account).read_event(*message(attempt))
        row = take_in(account=account, told=told, actor=None, at=clock.now())
        assert row is not None
        rows.append(row.pk)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(workers + 1)

    def take(part: list[int]) -> None:
        barrier.wait()
        for pk in part:
            work(event_pk=pk, at=clock.now() + dt.timedelta(seconds=1))

    processes = [context.Process(target=take, args=(rows[n::workers],)) for n in range(workers)]
    for process in processes:
        process.start()
    barrier.wait()
    begun = time.perf_counter()
    for process in processes:
        process.join()
    rate = len(rows) / (time.perf_counter() - begun)
    if InboxEvent.objects.filter(pk__in=rows, state="done").count() < len(rows):
        sys.exit("not every message was worked")
    return rate


def measure() -> list[dict[str, Any]]:
    world, account = shop()
    (attempt,) = attempts(world, 1)
    body, signature = message(attempt)
    with site() as port:
        warm(port, account)
        begun = time.perf_counter()
        seconds, statuses = told_again_and_again(port, account, body, signature)
        passed = time.perf_counter() - begun
    for pk in InboxEvent.objects.values_list("pk", flat=True):
        work(event_pk=pk, at=clock.now() + dt.timedelta(seconds=1))
    kept = InboxEvent.objects.count()
    booked = Entry.objects.filter(purpose="receive", source=Payment.objects.get().uuid).count()
    late = statistics.quantiles(seconds, n=100)[98]
    found = alternate(
        {"two": lambda: worked(world, account, 2), "one": lambda: worked(world, account, 1)},
        ROUNDS,
    )
    return [
        {
            "figure": f"one message told {len(statuses):,} times over {CONNECTIONS} connections: {statuses.count(200):,} × 200, "
            f"{kept} row, {booked} posting; p99 (p50)",
            "reached": f"{late * 1000:.0f} ms ({statistics.median(seconds) * 1000:.0f} ms)",
            "baseline": f"{len(statuses) / passed:,.0f} a second",
            "ratio": "–",
            "target": "1 posting, p99 ≤ 300 ms",
        },
        {
            "figure": "messages worked by two workers / one, each a payment received, applied and booked",
            "reached": f"{middle(found['two']):,.0f} a second",
            "baseline": f"{middle(found['one']):,.0f} a second",
            "ratio": f"{ratio(found, 'two', 'one'):.2f}",
            "target": "published",
        },
    ]
