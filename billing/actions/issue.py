"""Issuing: from a checked draft to a numbered, frozen, booked document. A batch of one is the ordinary case."""

import datetime as dt
import os
import uuid
from decimal import Decimal
from typing import Any

from billing.actions.drafts import recount_draft
from billing.actions.external import free_number
from billing.actions.issued import Batch, Issued, lock, write_issued
from billing.actions.leave import take_leave
from billing.actions.notes import hold_originals, settle_note
from billing.actions.preflight import problems
from billing.actions.radar import refuse_twins
from billing.documents import snapshot
from billing.documents.deducted import bookings
from billing.documents.source import Source, Sources, read
from billing.models import Counter, Document
from billing.rules import numbering, posting
from billing.rules.totals import Totals
from billing.states import OFFERS, DocumentState, Kind
from invoicing_site.action import action
from invoicing_site.actions.periods import OpenBooks
from invoicing_site.clock import local_date
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.models import Company, User
from invoicing_site.money import convert


@action
def issue(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    actor: User | None,
    at: dt.datetime,
    revision: int | None = None,
    unless_twin: bool = False,
    agreed: bool = False,
    reason: str = "",
) -> Document:
    """Give a draft its number, freeze its content, book it, and tell the house. Issuing again returns the same document.

    `at` is the business time; the document's date, where the draft leaves it open, is that day in the company's zone. `revision`, if
    given, must be the one the person looked at; `unless_twin` refuses what looks like an issued document (document.twin). Above the company's
    threshold a second person's leave is used up, unless the verb that drafted it has done so (`agreed`). Locks the leave → period (shared) →
    document → counter. Raises the problems of `preflight`, document.changed, document.date_backwards,
    period.soft_locked, and what `demand` raises. Publishes document.issued.
    """
    today = local_date(at, company.time_zone)
    sources = read(company.pk, [document_uuid], today)
    if not sources.documents:
        raise BusinessError("not_found")
    if hold_originals(company, sources):
        sources = read(company.pk, [document_uuid], today)
    if agreed:
        sources.thresholds = {}
    ((document_id, source),) = sources.documents.items()
    if unless_twin and source.document["state"] == DocumentState.DRAFT:
        refuse_twins(source.document, today)
    row = _issue(company, sources, {document_id: revision}, today, actor, at)
    if row is not None and source.original is not None:
        return settle_note(company, document_id, actor=actor, at=at)
    if row is None and source.document["state"] == DocumentState.DRAFT:  # another request issued it while we waited
        return Document.objects.get(pk=document_id)
    return _answer(row or source.document)


@action
def issue_many(
    *,
    company: Company,
    document_ids: list[int],
    actor: User | None,
    at: dt.datetime,
    revisions: dict[int, int | None] | None = None,
    reason: str = "",
) -> None:
    """Issue drafts of one kind and period together, in the order of their dates; all or none. See `issue`."""
    today = local_date(at, company.time_zone)
    sources = read(company.pk, document_ids, today)
    if len(sources.documents) < len(set(document_ids)):
        raise BusinessError("not_found")
    if any(source.original for source in sources.documents.values()):
        raise BusinessError("credit.one_by_one")
    _issue(company, sources, revisions or {}, today, actor, at)


def _answer(row: dict[str, Any]) -> Document:
    """A document from its row as JSON, without asking for it again."""
    fields = Document._meta.concrete_fields
    return Document.from_db(
        "default", [field.attname for field in fields], [field.to_python(row[str(field.column)]) for field in fields]
    )


def _issue(
    company: Company,
    sources: Sources,
    revisions: dict[int, int | None],
    today: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> dict[str, Any] | None:
    """Issue those of `sources` that are drafts; gives the stored row where it was one."""
    waiting = [source for source in sources.documents.values() if source.document["state"] == DocumentState.DRAFT]
    for source in sources.documents.values():
        if source.document["state"] == DocumentState.VOID:
            raise BusinessError("document.not_draft")
    if not waiting:
        return None
    counted = {}
    for source in waiting:
        for problem in problems(source, sources, today):
            raise problem
        counted[source.document["id"]] = _count(source, actor, at)
    waiting.sort(key=lambda source: (source.date("issue_date") or today, source.document["id"]))
    batch = _batch(company, waiting, sources, today)
    for source in waiting:
        try:
            take_leave(company, source, sources, counted[source.document["id"]], actor=actor, at=at)
        except ApprovalNeeded:
            if len(waiting) == 1 and _is_issued(source):
                return None
            raise
    return _write(company, batch, waiting, sources, counted, revisions, today, actor, at)


def _is_issued(source: Source) -> bool:
    """Whether another request issued it, and used up the leave, while we waited for its lock."""
    rows = Document.objects.filter(pk=source.document["id"], state=DocumentState.ISSUED)
    return bool(rows.exists())


def _count(source: Source, actor: User | None, at: dt.datetime) -> Totals:
    """Figures of the tax point; where the stored ones are older, they are stored anew first."""
    totals = source.totals()
    stored = [(row["gross"], row["discount"], row["amount"], row["net"]) for row in source.lines]
    fresh = [(line.gross, line.discount, line.amount, line.net) for line in totals.lines]
    same = all(Decimal(source.document[name]) == getattr(totals, name) for name in FIGURES)
    if not same or stored != fresh:
        recount_draft(document_id=source.document["id"], draft=source.draft(), actor=actor, at=at)
    return totals


# What a draft stores of its totals, beside its lines, and a new tax rate or coin could move.
FIGURES = ("net", "tax", "total", "rounding", "withheld")


def _batch(company: Company, waiting: list[Source], sources: Sources, today: dt.date) -> Batch:
    found = [sources.series_of(source) for source in waiting]
    series = found[0]
    assert series is not None
    keys = {numbering.period_key(series["reset"], source.date("issue_date") or today) for source in waiting}
    if len(keys) > 1 or any(row != series for row in found):
        raise BusinessError("document.batch_periods")
    (key,) = keys
    counter = sources.counters.get((series["id"], key))
    if counter is None:  # the first document of a period
        counter = Counter.objects.get_or_create(company=company, series_id=series["id"], period_key=key)[0].pk
    return Batch(company.pk, series["id"], key, counter, snapshot.SCHEMA)


def _write(
    company: Company,
    batch: Batch,
    waiting: list[Source],
    sources: Sources,
    counted: dict[int, Totals],
    revisions: dict[int, int | None],
    today: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> dict[str, Any] | None:
    locked = lock(batch, [source.document["id"] for source in waiting], actor=actor, at=at)
    books = OpenBooks(company, locked.books, actor, at)
    series = sources.series_of(waiting[0])
    assert series is not None
    external = series["is_external"]
    seq, head, last_date = locked.last, locked.head, locked.last_date
    rows = []
    for source in waiting:
        document_id = source.document["id"]
        if document_id not in locked.documents:
            raise BusinessError("not_found")  # deleted while we waited
        state, revision = locked.documents[document_id]
        if state == DocumentState.ISSUED and len(waiting) == 1:
            return None  # another request issued it while we waited: its answer is ours
        if state != DocumentState.DRAFT:
            raise BusinessError("document.not_draft")
        expected = revisions.get(document_id)
        if revision != source.document["revision"] or expected not in (None, revision):
            raise BusinessError("document.changed")
        issue_date = source.date("issue_date") or today
        booked_on = books.first_open(issue_date) if external else issue_date
        books.check(booked_on, "issue_date")
        if external:
            number = free_number(company, source.document)
            row = _issued(source, sources, counted[document_id], number, None, issue_date, booked_on, head)
            head = row.hash
            rows.append(row)
            continue
        if last_date is not None and issue_date < last_date:
            raise BusinessError("document.date_backwards", "issue_date", last=last_date)
        seq, last_date = seq + 1, issue_date
        number = numbering.render(series["pattern"], seq, issue_date)
        row = _issued(source, sources, counted[document_id], number, seq, issue_date, booked_on, head)
        head = row.hash
        rows.append(row)
    return write_issued(batch, rows, actor=actor, at=at)


def _issued(
    source: Source,
    sources: Sources,
    totals: Totals,
    number: str,
    seq: int | None,
    issue_date: dt.date,
    booked_on: dt.date,
    previous: bytes,
) -> Issued:
    document, base_currency = source.document, sources.company["currency"]
    rate = sources.rate(source)
    assert rate is not None
    due = source.due(totals, issue_date)
    said = snapshot.facts(
        source, sources, totals, number=number, issue_date=issue_date, due=due, rate=rate,
        early=source.early(totals, issue_date, due),
    )  # fmt: skip
    facts = snapshot.canonical(said)
    parties = snapshot.canonical(snapshot.parties(source, sources))
    salt = os.urandom(16)
    digest = snapshot.parties_digest(salt, parties)
    sealed_facts, sealed_parties = snapshot.seal_parts(facts, parties)
    codes = {row["code"]: key for key, row in source.codes.items()}
    offer = document["kind"] in OFFERS
    bookings = [] if offer else _bookings(source, sources, totals, rate)
    return Issued(
        id=document["id"],
        uuid=uuid.UUID(document["uuid"]),
        client_id=document["client_id"],
        number=number,
        seq=seq,
        reference=said["payment_reference"],
        issue_date=issue_date,
        booked_on=booked_on,
        due=due,
        open=totals.payable * 0 if offer else totals.payable,
        base_total=convert(totals.total, rate, base_currency),
        fx_rate=rate,
        fx_date=dt.date.fromisoformat(source.fx["rate_date"]) if source.fx and rate != 1 else None,
        fx_source=source.fx["source"] if source.fx and rate != 1 else "",
        facts=sealed_facts,
        parties=sealed_parties,
        salt=salt,
        digest=digest,
        previous=previous,
        hash=snapshot.link(previous, facts, digest),
        taxes=[(codes.get(part.code), part, convert(part.amount, rate, base_currency)) for part in totals.tax_totals],
        bookings=[(_account(line, sources), line) for line in bookings],
        data={
            "number": number,
            "currency": document["currency"],
            "net": str(totals.net),
            "tax": str(totals.tax),
            "total": str(totals.total),
        },
    )


def _bookings(source: Source, sources: Sources, totals: Totals, rate: Decimal) -> list[posting.Line]:
    return posting.issued(
        source.document["kind"],
        source.document["currency"],
        totals.total,
        totals.tax_totals,
        _revenue(source, sources, totals),
        sources.company["currency"],
        rate,
        withheld=totals.withheld,
        rounding=totals.rounding,
        corrects=source.original.document["kind"] if source.original else "",
        deposits=bookings(source.deposits),
    )


def _revenue(source: Source, sources: Sources, totals: Totals) -> dict[str, Decimal]:
    """Net per revenue account: the line's own, else the account with the purpose; what corrects a deposit takes it from the deposits."""
    by_id = {row["id"]: row["code"] for row in sources.accounts}
    corrected = source.related.get(source.document["corrects_id"] or 0)
    purpose = "deposits" if corrected and corrected["kind"] == Kind.DEPOSIT else "revenue"
    usual = next(row["code"] for row in sources.accounts if row["purpose"] == purpose)
    nets: dict[str, Decimal] = {}
    for row, figures in zip(source.lines, totals.lines, strict=True):
        code = by_id[row["account_id"]] if row["account_id"] else usual
        nets[code] = nets.get(code, Decimal(0)) + figures.net
    return nets


def _account(line: posting.Line, sources: Sources) -> int:
    kind, key = line.target
    wanted = "tax" if kind == "tax" else key
    column = "code" if kind == "code" else "purpose"
    found: int = next(row["id"] for row in sources.accounts if row[column] == wanted)
    return found
