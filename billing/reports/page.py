"""What the page of one document reads out: its content, its file, its proof, what happened to it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from billing.documents import snapshot
from billing.documents.draft import draft_parts
from billing.documents.source import Sources
from billing.documents.view import DocumentView, document_view
from billing.models import Allowance, Counter, Document, Line, Rendition, Snapshot
from billing.rules import numbering
from invoicing_site.models import Delivery, Seal
from invoicing_site.reports.timeline import TimelineRow, timeline
from invoicing_site.states import DeliveryState

RENDERING = "billing.tasks.render"


def issued_view(document: Document) -> DocumentView:
    """The content as frozen at issue: from the snapshot, never from the rows. One query."""
    row = Snapshot.objects.get(document=document)
    return document_view(*snapshot.open_parts(bytes(row.facts), bytes(row.parties)))


def issued_facts(document: Document) -> dict[str, Any]:
    """What was billed, as frozen at issue. One query."""
    row = Snapshot.objects.get(document=document)
    return snapshot.open_parts(bytes(row.facts), bytes(row.parties))[0]


def draft_view(document: Document, sources: Sources, today: dt.date) -> DocumentView:
    """The content as it would be issued. Raises what refuses to be counted."""
    return document_view(*draft_parts(sources.documents[document.pk], sources, today), draft=True)


def number_to_come(sources: Sources, document: Document, today: dt.date) -> str:
    """The number issuing now would give, unless somebody is quicker; empty without a series. One query."""
    series = sources.series_of(sources.documents[document.pk])
    if series is None or series["is_external"]:
        return document.external_number
    day = document.issue_date or today
    key = numbering.period_key(series["reset"], day)
    last = Counter.objects.filter(series_id=series["id"], period_key=key).values_list("last", flat=True).first()
    return numbering.render(series["pattern"], (last or 0) + 1, day)


@dataclass(frozen=True, slots=True)
class File:
    """The PDF of an issued document: `ready`, `making` (by `delivery`), or `failed` when the renderer gave up."""

    state: str
    rendition: Rendition | None = None
    delivery: Delivery | None = None


def file_of(document: Document) -> File:
    """Two queries; one when the file is there."""
    rendition = (
        Rendition.objects.filter(document=document, format="pdf")
        .select_related("blob__company")
        .order_by("-id")
        .first()
    )
    if rendition is not None:
        return File("ready", rendition)
    row = Delivery.objects.filter(event__subject=document.uuid, reaction=RENDERING).order_by("-id").first()
    dead = row is not None and row.state == DeliveryState.DEAD
    return File("failed" if dead else "making", delivery=row)


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the document stands in both chains: its series' own, and the company's chain of events."""

    hash: str
    previous: str
    place: int
    seal_seq: int | None
    seal_hash: str


def proof_of(document: Document) -> Proof | None:
    """None for a draft, which nothing vouches for. Two queries."""
    row = Snapshot.objects.filter(document=document).only("hash", "previous").first()
    if row is None or document.seq is None:
        return None
    seal = Seal.objects.filter(event__subject=document.uuid, event__type="document.issued").first()
    return Proof(
        hash=bytes(row.hash).hex(),
        previous=bytes(row.previous).hex(),
        place=document.seq,
        seal_seq=seal.seq if seal else None,
        seal_hash=bytes(seal.hash).hex() if seal else "",
    )


def timeline_of(document: Document) -> list[TimelineRow]:
    """What happened to the document, newest first."""
    histories: list[QuerySet[Any]] = [Document.history.filter(id=document.pk)]
    if document.is_draft:
        histories += [model.history.filter(document_id=document.pk) for model in (Line, Allowance)]
    return timeline(document.uuid, histories)


def last_change(document: Document) -> Any:
    """The newest history row: who saved last, and when."""
    return Document.history.filter(id=document.pk).select_related("history_user").order_by("-history_id").first()
