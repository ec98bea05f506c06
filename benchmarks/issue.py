"""Issuing with everything on, against what the server itself can do with an invoice in one statement."""

import gc
import multiprocessing
import time
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from benchmarks import limit
from benchmarks.database import vacuum
from benchmarks.naive import by_orm
from benchmarks.rounds import alternate, middle, ratio
from benchmarks.world import AT, World, company_of
from billing.actions.issue import issue, issue_many
from billing.models import Counter, Document

ROUNDS, EACH, BATCH, WRITERS = 7, 200, 500, 8


def single(world: World, uuids: list[UUID]) -> float:
    """Documents a second, one by one."""
    company = company_of(world)
    start = time.perf_counter()
    for each in uuids:
        issue(company=company, document_uuid=each, actor=world.actor, at=AT)
    return len(uuids) / (time.perf_counter() - start)


def batch(world: World, uuids: list[UUID]) -> float:
    company = company_of(world)
    ids = list(Document.objects.filter(uuid__in=uuids).values_list("pk", flat=True))
    start = time.perf_counter()
    issue_many(company=company, document_ids=ids, actor=world.actor, at=AT)
    return len(ids) / (time.perf_counter() - start)


def writers(world: World, uuids: list[UUID]) -> float:
    """Documents a second of WRITERS processes on one series."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(WRITERS + 1)

    def work(part: list[UUID]) -> None:
        company = company_of(world)
        barrier.wait()
        for each in part:
            issue(company=company, document_uuid=each, actor=world.actor, at=AT)

    processes = [context.Process(target=work, args=(uuids[n::WRITERS],)) for n in range(WRITERS)]
    for process in processes:
        process.start()
    barrier.wait()
    start = time.perf_counter()
    for process in processes:
        process.join()
    return len(uuids) / (time.perf_counter() - start)


def statements(world: World, lines: int) -> int:
    """Statements of one issue, BEGIN and COMMIT included."""
    document = world.draft(lines)
    company = company_of(world)
    with CaptureQueriesContext(connection) as seen:
        issue(company=company, document_uuid=document.uuid, actor=world.actor, at=AT)
    return len(seen)


def measure() -> list[dict[str, Any]]:
    limit.prepare()
    world = World("bench")
    template = world.draft(5)
    stock = iter(world.copies(template, ROUNDS * (EACH * 3 + BATCH) + EACH))

    def take(count: int) -> list[UUID]:
        return [next(stock) for _ in range(count)]

    single(world, take(EACH))  # connections, plans, caches
    vacuum()  # statistics of tables with rows in them, as autovacuum leaves them behind the first ones
    gc.freeze()
    found = alternate(
        {
            "limit": lambda: limit.rate(2000),
            "issue": lambda: single(world, take(EACH)),
            "orm": lambda: by_orm(world, take(EACH)),
            "writers": lambda: writers(world, take(EACH)),
            "batch": lambda: batch(world, take(BATCH)),
        },
        ROUNDS,
    )
    counts = {lines: statements(world, lines) for lines in (1, 10, 200)}
    gaps = Counter.objects.get().last - Document.objects.exclude(seq=None).count()
    return [
        _row("issue, everything on / pgbench's one statement", found, "issue", "limit", "≥ 0.10, aim 0.20"),
        {
            "figure": "statements of an issue with 1, 10, 200 lines, BEGIN and COMMIT included",
            "reached": ", ".join(str(count) for count in counts.values()),
            "baseline": "–",
            "ratio": "–",
            "target": "≤ 10 and constant, aim 5",
        },
        _row(f"{WRITERS} writers / 1 on one series ({gaps} gaps)", found, "writers", "issue", "≥ 0.7, 0 gaps"),
        _row(f"batch of {BATCH} / one by one as the ORM writes it", found, "batch", "orm", "≥ 10"),
        _row(f"batch of {BATCH} / one by one by the verb", found, "batch", "issue", "published"),
        _row("issue by the verb / as the ORM writes it", found, "issue", "orm", "published"),
    ]


def _row(figure: str, found: dict[str, list[float]], name: str, baseline: str, target: str) -> dict[str, Any]:
    return {
        "figure": figure,
        "reached": f"{middle(found[name]):,.0f} a second",
        "baseline": f"{middle(found[baseline]):,.0f} a second",
        "ratio": f"{ratio(found, name, baseline):.2f}",
        "target": target,
    }
