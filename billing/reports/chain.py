"""The chain of documents, and their stored files: what verify_chain and the proof recompute from bytes alone."""

import datetime as dt
from collections.abc import Iterator

from billing.documents import snapshot
from billing.models import Counter, Rendition, Snapshot
from invoicing_site import crypto, files
from invoicing_site.models import Company
from invoicing_site.proof import Difference
from invoicing_site.verify import Chain, Link

# Numbers given elsewhere are not counted: their documents are chained as they came in.
ORDER = ("document__seq", "pk")


def chains(company: Company) -> Iterator[Chain]:
    """One chain per series and period, in the order of numbers, with the head its counter row holds."""
    for counter in Counter.objects.for_company(company).select_related("series").order_by("pk"):
        yield Chain(
            name=f"documents:{counter.series.uuid}:{counter.period_key}",
            head=bytes(counter.head),
            length=Snapshot.objects.filter(**_of(counter)).count(),
            links=_links(counter),
        )


def _of(counter: Counter) -> dict[str, object]:
    return {"document__series_id": counter.series_id, "document__period_key": counter.period_key}


def _links(counter: Counter) -> Iterator[Link]:
    rows = Snapshot.objects.filter(**_of(counter)).select_related("document").order_by(*ORDER)
    for row in rows.iterator(chunk_size=500):
        try:
            facts = crypto.decrypt(row.facts, snapshot.FACTS_LABEL)
            parties = crypto.decrypt(row.parties, snapshot.PARTIES_LABEL)
            digest = snapshot.parties_digest(bytes(row.salt), parties)
        except Exception:  # any failure to open means altered bytes
            yield Link(
                row.document.number or "",
                "document",
                str(row.document.uuid),
                None,
                bytes(row.previous),
                bytes(row.hash),
            )
            continue
        expected = snapshot.link(bytes(row.previous), facts, digest) if digest == bytes(row.parties_digest) else None
        yield Link(
            row.document.number or "",
            "document",
            str(row.document.uuid),
            expected,
            bytes(row.previous),
            bytes(row.hash),
        )


def stored_files(company: Company, as_of: dt.date) -> Iterator[Difference]:
    """Every rendition's bytes are there and hash to their name (FAULTS 14)."""
    rows = Rendition.objects.for_company(company).select_related("blob__company", "document")
    for row in rows.iterator(chunk_size=200):
        try:
            files.fetch(row.blob)
        except files.Damaged as error:
            yield Difference("stored-file", "document", str(row.document.uuid), str(error))


def chain_holds(company: Company, as_of: dt.date) -> Iterator[Difference]:
    """The chain of documents verifies, as part of the proof."""
    from invoicing_site.verify import problems_of

    for chain in chains(company):
        for problem in problems_of(chain):
            yield Difference("document-chain", problem.kind, problem.subject, problem.text)


CHECKS = (stored_files, chain_holds)


def record(chain: str, seq: int) -> bytes | None:
    """The stored hash of the `seq`-th document of the chain named `chain`, for checkpoints."""
    _, series, period_key = chain.split(":", 2)
    rows = Snapshot.objects.filter(document__series__uuid=series, document__period_key=period_key)
    row = rows.order_by(*ORDER)[seq - 1 : seq].first()
    return bytes(row.hash) if row else None
