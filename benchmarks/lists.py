"""The list of documents: the first page against one two hundred pages deep, by keyset and by the naive OFFSET."""

from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.rounds import alternate, middle, ratio, seconds
from benchmarks.world import AT, DAY, World, company_of
from billing.actions.issue import issue_many
from billing.models import Document
from billing.reports.documents import Filters, listing

DOCUMENTS, BATCH, DEPTH, ROUNDS = 20_000, 500, 200, 15


def measure() -> list[dict[str, Any]]:
    world = World("lists")
    uuids = world.copies(world.draft(2), DOCUMENTS)
    ids = list(Document.objects.filter(uuid__in=uuids).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        issue_many(company=company_of(world), document_ids=ids[start : start + BATCH], actor=world.actor, at=AT)

    company = company_of(world)

    def page(after: str) -> Any:
        return listing(company, Filters(), {"after": after}, today=DAY, language="en")

    after = ""
    for _ in range(DEPTH):
        after = page(after).older or after
    rows = Document.objects.filter(company=company).order_by("-issue_date", "-pk")

    def naive() -> None:
        """What Django's Paginator does: COUNT, OFFSET, and the client of each row by itself."""
        for document in Paginator(rows, 50).page(DEPTH + 1).object_list:
            str(document.client)

    counts = []
    for cursor_text in ("", after):
        with CaptureQueriesContext(connection) as seen:
            page(cursor_text)
        counts.append(len(seen))
    found = alternate(
        {
            "first": lambda: seconds(lambda: page("")),
            "deep": lambda: seconds(lambda: page(after)),
            "naive": lambda: seconds(naive),
        },
        ROUNDS,
    )
    return [
        {
            "figure": f"list of {DOCUMENTS:,} documents, page {DEPTH + 1} / page 1",
            "reached": f"{middle(found['deep']) * 1000:.1f} ms",
            "baseline": f"{middle(found['first']) * 1000:.1f} ms",
            "ratio": f"{ratio(found, 'deep', 'first'):.2f}",
            "target": "constant at any depth",
        },
        {
            "figure": f"the same page {DEPTH + 1} / Paginator with OFFSET and N+1",
            "reached": f"{middle(found['deep']) * 1000:.1f} ms",
            "baseline": f"{middle(found['naive']) * 1000:.1f} ms",
            "ratio": f"{ratio(found, 'deep', 'naive'):.2f}",
            "target": "published",
        },
        {
            "figure": "statements of the list, page 1 and deep",
            "reached": f"{counts[0]}, {counts[1]}",
            "baseline": "–",
            "ratio": "–",
            "target": "constant",
        },
    ]
