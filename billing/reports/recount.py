"""Counting issued documents anew: stored rows and snapshot against the one arithmetic (FAULTS I2, I6, I13, 25)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q

from billing.documents import snapshot
from billing.documents.source import Source, read
from billing.models import Document, Snapshot
from billing.rules.totals import Totals
from billing.states import DocumentState, Kind
from invoicing_site.models import Company
from invoicing_site.proof import Difference

CHUNK = 200
FIGURES = ("lines_amount", "discounts", "charges", "net", "tax", "total")


def recounted(company: Company, as_of: dt.date) -> Iterator[Difference]:
    """Each issued document: its rows and its snapshot say what the rules count; its stored hash is its content's."""
    # A note's figures are its place among those issued before it; of a void one it is no longer known which were.
    void_notes = Q(state=DocumentState.VOID, kind=Kind.CREDIT_NOTE)
    own = Document.objects.for_company(company).exclude(state=DocumentState.DRAFT)
    wanted = own.exclude(void_notes).order_by("pk")
    ids = list(wanted.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        sources = read(company.pk, chunk, as_of)
        kept = {row.document_id: row for row in Snapshot.objects.filter(document_id__in=chunk)}
        for document_id in chunk:
            yield from _of_document(sources.documents[document_id], kept.get(document_id))


def _of_document(source: Source, kept: Snapshot | None) -> Iterator[Difference]:
    row = source.document

    def differs(check: str, text: str) -> Difference:
        return Difference(check, "document", row["uuid"], text)

    totals = source.totals()
    for name in FIGURES:
        if Decimal(row[name]) != getattr(totals, name):
            yield differs("recount", f"{name} stored {row[name]}, counted {getattr(totals, name)}")
    for line, counted in zip(source.lines, totals.lines, strict=True):
        if (line["amount"], line["net"]) != (counted.amount, counted.net):
            yield differs("recount", f"line {line['position']} stored {line['amount']}, counted {counted.amount}")
    if kept is None:
        return
    try:
        facts, _ = snapshot.open_parts(bytes(kept.facts), bytes(kept.parties))
    except Exception:
        yield differs("snapshot-readable", "the stored bytes were altered")
        return
    yield from (differs("snapshot", text) for text in _against(facts, row, totals))


def _against(facts: dict[str, Any], row: dict[str, Any], totals: Totals) -> Iterator[str]:
    for name in ("number", "issue_date", "currency", "kind", "uuid", "payment_reference"):
        if facts[name] != row[name]:
            yield f"{name}: snapshot {facts[name]}, row {row[name]}"
    for name in FIGURES:
        if Decimal(facts[name]) != getattr(totals, name):
            yield f"{name}: snapshot {facts[name]}, counted {getattr(totals, name)}"
    if [Decimal(line["amount"]) for line in facts["lines"]] != [line.amount for line in totals.lines]:
        yield "lines: snapshot and rows differ"
