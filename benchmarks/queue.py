"""Deliveries a second through real Celery workers: with our settings, and with the defaults they replace."""

import os
import subprocess
import sys
import time
from typing import Any

from benchmarks.rounds import alternate, middle, ratio
from benchmarks.world import AT, World
from invoicing_site.events import enqueue
from invoicing_site.models import Delivery, Event

COUNT, ROUNDS, WORKERS = 600, 3, 2
LONGEST = 120


def worked(world: World, *, defaults: bool) -> float:
    """Start WORKERS processes, let them take COUNT deliveries, stop them. Deliveries a second from the first one done."""
    deliveries = _deliveries(world)
    environment = os.environ | ({"BENCHMARK_DEFAULTS": "1"} if defaults else {})
    command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "benchmarks.worker", "worker", "-Q", "delivery"]
    process = subprocess.Popen(
        [*command, "-c", str(WORKERS), "-l", "critical", "--without-gossip", "--without-mingle"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _one_by_one(deliveries[:1])
        _wait(deliveries[:1])
        start = time.perf_counter()
        _one_by_one(deliveries[1:])
        _wait(deliveries[1:])
        return (len(deliveries) - 1) / (time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait(30)


def _deliveries(world: World) -> list[int]:
    event = {"company": world.company, "type": "benchmark", "subject_kind": "company", "subject": world.company.uuid}
    events = Event.objects.bulk_create(Event(**event, occurred_at=AT) for _ in range(COUNT))
    rows = Delivery.objects.bulk_create(
        Delivery(event=each, reaction="benchmarks.worker.nothing", queue="delivery") for each in events
    )
    return [row.pk for row in rows]


def _one_by_one(deliveries: list[int]) -> None:
    for pk in deliveries:
        enqueue([(pk, "delivery")])


def _wait(deliveries: list[int]) -> None:
    deadline = time.monotonic() + LONGEST
    while Delivery.objects.filter(pk__in=deliveries).exclude(state="done").exists():
        if time.monotonic() > deadline:
            sys.exit("the workers did not finish")
        time.sleep(0.02)


def measure() -> list[dict[str, Any]]:
    world = World("queue")
    found = alternate(
        {"ours": lambda: worked(world, defaults=False), "defaults": lambda: worked(world, defaults=True)}, ROUNDS
    )
    return [
        {
            "figure": f"deliveries through {WORKERS} workers: one connection for many tasks, late acknowledgement, prefetch 1 / Celery's defaults",
            "reached": f"{middle(found['ours']):,.0f} a second",
            "baseline": f"{middle(found['defaults']):,.0f} a second",
            "ratio": f"{ratio(found, 'ours', 'defaults'):.2f}",
            "target": "published",
        }
    ]
