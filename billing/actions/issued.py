"""The one writer of issued documents, for one document or five hundred: a fixed number of statements (DESIGN §2).

Rows travel as JSON, one text for each kind: binding sixty arrays took Python longer than the whole statement took PostgreSQL.
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.rules.posting import Line as BookingLine
from billing.rules.terms import Due
from billing.rules.totals import TaxTotal
from invoicing_site.context import request_id
from invoicing_site.events import FRESH, SWEPT, after_commit
from invoicing_site.models import User
from invoicing_site.prepared import prepared
from invoicing_site.rules.periods import Books
from invoicing_site.wiring import REACTIONS

EVENT = "document.issued"


def _plain(value: Any) -> str:
    """As PostgreSQL reads it: bytes in hex, decimals, dates and ids as they print."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


_json = json.JSONEncoder(default=_plain).encode
_decode = json.JSONDecoder(parse_float=Decimal).decode

# Period, documents, counter: each is only read once the one before is locked.
_LOCK = """
WITH period AS MATERIALIZED (
  SELECT p.closed_through, p.soft_through, EXISTS (SELECT 1 FROM invoicing_site_periodexception e WHERE e.company_id = p.company_id
    AND e.person_id = %(actor)s::bigint AND e.revoked_at IS NULL AND e.expires_at > %(at)s::timestamptz) AS excepted
  FROM invoicing_site_period p WHERE p.company_id = %(company)s::bigint FOR SHARE OF p
), documents AS MATERIALIZED (
  SELECT id, state, revision FROM billing_document
  WHERE company_id = %(company)s::bigint AND id = ANY(%(ids)s::bigint[]) AND (SELECT count(*) FROM period) = 1 ORDER BY id FOR NO KEY UPDATE
), counter AS MATERIALIZED (
  SELECT id, last, last_date, head FROM billing_counter
  WHERE id = %(counter)s::bigint AND (SELECT count(*) FROM documents) >= 0 FOR NO KEY UPDATE
)
SELECT (SELECT row_to_json(period) FROM period), (SELECT json_object_agg(id, json_build_array(state, revision)) FROM documents),
  counter.last, counter.last_date, counter.head FROM counter"""

# `ids` says the same as the join: the planner, who cannot look into JSON, would read the whole table.
_WRITE = """
WITH batch AS (
  SELECT * FROM json_to_record(%(batch)s::json) AS b(company bigint, series bigint, period_key text, counter bigint, schema int, actor bigint,
    request text, at timestamptz, type text, answer boolean, last int, last_date date, head bytea)
), input AS (
  SELECT * FROM batch, json_to_recordset(%(documents)s::json) AS d(id bigint, uuid uuid, event uuid, entry uuid, number text, seq int,
    reference text, issue_date date, booked_on date, due_on date, open numeric, base_total numeric, fx_rate numeric, fx_date date, fx_source text, facts bytea,
    parties bytea, salt bytea, digest bytea, previous bytea, hash bytea, data jsonb)
), counted AS (
  UPDATE billing_counter SET last = b.last, last_date = b.last_date, head = b.head FROM batch b WHERE id = b.counter
), issued AS (
  UPDATE billing_document d SET state = 'issued', series_id = i.series, period_key = i.period_key, number = i.number, seq = i.seq,
    payment_reference = i.reference, issue_date = i.issue_date, due_on = i.due_on, open_amount = i.open, base_total = i.base_total,
    fx_rate = i.fx_rate, fx_rate_date = i.fx_date, fx_source = i.fx_source, issued_at = i.at
  FROM input i WHERE d.id = i.id AND d.id = ANY(%(ids)s::bigint[]) RETURNING d.*
), kept AS (
  INSERT INTO billing_snapshot (company_id, document_id, schema, facts, parties, salt, parties_digest, previous, hash)
  SELECT company, id, schema, facts, parties, salt, digest, previous, hash FROM input
), due AS (
  INSERT INTO billing_dueitem (company_id, document_id, due_on, amount)
  SELECT company, d.* FROM batch, json_to_recordset(%(due)s::json) AS d(document bigint, due_on date, amount numeric)
), taxed AS (
  INSERT INTO billing_taxtotal (company_id, document_id, tax_code_id, category, rate, base, amount, base_currency_amount)
  SELECT company, t.* FROM batch, json_to_recordset(%(taxes)s::json)
    AS t(document bigint, code bigint, category text, rate numeric, base numeric, amount numeric, own numeric)
), entry AS (
  INSERT INTO billing_entry (company_id, uuid, source_kind, source, purpose, booked_on, value_on, rate)
  SELECT company, entry, 'document', uuid, 'issue', booked_on, issue_date, fx_rate FROM input WHERE entry IS NOT NULL RETURNING id, uuid
), posted AS (
  INSERT INTO billing_posting (company_id, entry_id, account_id, client_id, currency, amount, base_amount)
  SELECT company, e.id, p.account, p.client, p.currency, p.amount, p.base FROM batch, json_to_recordset(%(postings)s::json)
    AS p(entry uuid, account bigint, client bigint, currency text, amount numeric, base numeric) JOIN entry e ON e.uuid = p.entry
), told AS (
  INSERT INTO invoicing_site_event (uuid, company_id, type, version, subject_kind, subject, data, actor_id, request_id, occurred_at)
  SELECT event, company, type, 1, 'document', uuid, data, actor, request, at FROM input ORDER BY seq RETURNING id
), sent AS (
  INSERT INTO invoicing_site_delivery (event_id, reaction, queue, state, attempts, error)
  SELECT told.id, r.task, r.queue, 'waiting', 0, '' FROM told, json_to_recordset(%(reactions)s::json) AS r(task text, queue text)
  RETURNING id, queue
)
SELECT (SELECT count(*) FROM issued), (SELECT json_agg(json_build_array(id, queue)) FROM sent),
  (SELECT row_to_json(issued)::text FROM issued, batch WHERE answer)"""


@dataclass(slots=True)
class Locked:
    """What the locks showed: the books as whoever issues finds them, state and revision by document id, and the counter."""

    books: Books
    documents: dict[int, tuple[str, int]]
    last: int
    last_date: dt.date | None
    head: bytes


@dataclass(slots=True)
class Issued:
    """One document ready to be written; amounts in its currency, `base_total` and the last figure of `taxes` in the company's."""

    id: int
    uuid: uuid.UUID
    client_id: int
    number: str
    seq: int | None  # None for a number given elsewhere: its series does not count
    reference: str
    issue_date: dt.date
    booked_on: dt.date
    due: list[Due]
    open: Decimal
    base_total: Decimal
    fx_rate: Decimal
    fx_date: dt.date | None
    fx_source: str
    facts: bytes
    parties: bytes
    salt: bytes
    digest: bytes
    previous: bytes
    hash: bytes
    taxes: list[tuple[int | None, TaxTotal, Decimal]]
    bookings: list[tuple[int, BookingLine]]
    data: dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Documents of one series and period, in the order of their numbers."""

    company_id: int
    series_id: int
    period_key: str
    counter_id: int
    schema: int


def lock(batch: Batch, ids: list[int], *, actor: User | None, at: dt.datetime) -> Locked:
    """Lock the company's period (shared), the documents, and the counter, in this order, in one statement."""
    values: dict[str, Any] = {
        "company": batch.company_id,
        "ids": sorted(ids),
        "counter": batch.counter_id,
        "actor": actor.pk if actor else None,
        "at": at,
    }
    with prepared() as cursor:
        cursor.execute(_LOCK, values)
        period, documents, last, last_date, head = cursor.fetchone()
    states = {int(key): (state, revision) for key, (state, revision) in (documents or {}).items()}
    books = Books(_day(period["closed_through"]), _day(period["soft_through"]), period["excepted"])
    return Locked(books, states, last, last_date, bytes(head))


def write_issued(batch: Batch, rows: list[Issued], *, actor: User | None, at: dt.datetime) -> dict[str, Any] | None:
    """Write `rows` in one statement: documents, snapshots, due items, taxes, ledger, counter, events and deliveries.

    The caller holds the locks of `lock`. Gives the stored row of a single document. Publishes document.issued for each.
    """
    head = {
        "company": batch.company_id, "series": batch.series_id, "period_key": batch.period_key, "counter": batch.counter_id,
        "schema": batch.schema, "actor": actor.pk if actor else None, "request": request_id.get(), "at": at, "type": EVENT,
        "answer": len(rows) == 1, "last": rows[-1].seq or 0, "last_date": rows[-1].issue_date if rows[-1].seq else None,
        "head": rows[-1].hash,
    }  # fmt: skip
    reactions = [reaction._asdict() for reaction in REACTIONS.get(EVENT, ())]
    values: dict[str, Any] = {
        "ids": [row.id for row in rows],
        "batch": _json(head),
        "reactions": _json(reactions),
        **_input(rows),
    }
    with prepared() as cursor:
        cursor.execute(_WRITE, values)
        count, sent, answer = cursor.fetchone()
    if count != len(rows):
        raise RuntimeError(f"{len(rows) - count} documents vanished while they were issued")
    # A batch goes behind whoever waits for one document.
    after_commit(((pk, queue) for pk, queue in sent or ()), priority=FRESH if len(rows) == 1 else SWEPT)
    return dict(_decode(answer)) if answer else None


def _input(rows: list[Issued]) -> dict[str, str]:
    documents, due, taxes, postings = [], [], [], []
    for row in rows:
        entry = uuid.uuid4() if row.bookings else None  # what adds up to nothing is not booked
        documents.append(
            {
                "id": row.id, "uuid": row.uuid, "event": uuid.uuid4(), "entry": entry, "number": row.number, "seq": row.seq,
                "reference": row.reference, "issue_date": row.issue_date, "booked_on": row.booked_on,
                "due_on": max([row.issue_date, *(item.due_on for item in row.due)]),
                "open": row.open, "base_total": row.base_total, "fx_rate": row.fx_rate, "fx_date": row.fx_date,
                "fx_source": row.fx_source, "facts": row.facts, "parties": row.parties, "salt": row.salt, "digest": row.digest,
                "previous": row.previous, "hash": row.hash, "data": row.data,
            }
        )  # fmt: skip
        due += [{"document": row.id, "due_on": item.due_on, "amount": item.amount} for item in row.due]
        taxes += [
            {
                "document": row.id, "code": code, "category": part.category, "rate": part.rate, "base": part.base,
                "amount": part.amount, "own": own,
            }
            for code, part, own in row.taxes
        ]  # fmt: skip
        postings += [
            {
                "entry": entry, "account": account, "client": row.client_id if line.client else None,
                "currency": line.currency, "amount": line.amount, "base": line.base,
            }
            for account, line in row.bookings
        ]  # fmt: skip
    return {"documents": _json(documents), "due": _json(due), "taxes": _json(taxes), "postings": _json(postings)}
