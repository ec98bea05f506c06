"""The one writer of issued documents, for one document or five hundred: a fixed number of statements (DESIGN §2)."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.rules.posting import Line as BookingLine
from billing.rules.terms import Due
from billing.rules.totals import TaxTotal
from invoicing_site.context import request_id
from invoicing_site.events import after_commit
from invoicing_site.models import User
from invoicing_site.wiring import REACTIONS

EVENT = "document.issued"

# Period, documents, counter: each is only read once the one before is locked.
_LOCK = """
WITH period AS MATERIALIZED (
  SELECT closed_through FROM invoicing_site_period WHERE company_id = %(company)s FOR SHARE
), documents AS MATERIALIZED (
  SELECT id, state, revision FROM billing_document
  WHERE company_id = %(company)s AND id = ANY(%(ids)s) AND (SELECT count(*) FROM period) = 1 ORDER BY id FOR NO KEY UPDATE
), counter AS MATERIALIZED (
  SELECT id, last, last_date, head FROM billing_counter
  WHERE id = %(counter)s AND (SELECT count(*) FROM documents) >= 0 FOR NO KEY UPDATE
)
SELECT (SELECT closed_through FROM period), (SELECT json_object_agg(id, json_build_array(state, revision)) FROM documents),
  counter.last, counter.last_date, counter.head FROM counter"""

_WRITE = """
WITH input AS (
  SELECT * FROM unnest(%(id)s::bigint[], %(uuid)s::uuid[], %(event)s::uuid[], %(entry)s::uuid[], %(number)s::text[], %(seq)s::int[],
    %(reference)s::text[], %(issue_date)s::date[], %(due_on)s::date[], %(total)s::numeric[], %(base_total)s::numeric[], %(fx_rate)s::numeric[],
    %(fx_date)s::date[], %(fx_source)s::text[], %(facts)s::bytea[], %(parties)s::bytea[], %(salt)s::bytea[], %(digest)s::bytea[],
    %(previous)s::bytea[], %(hash)s::bytea[], %(data)s::jsonb[])
  AS t(id, uuid, event, entry, number, seq, reference, issue_date, due_on, total, base_total, fx_rate, fx_date, fx_source, facts, parties,
    salt, digest, previous, hash, data)
), counted AS (
  UPDATE billing_counter SET last = %(last)s, last_date = %(last_date)s, head = %(head)s WHERE id = %(counter)s
), issued AS (
  UPDATE billing_document d SET state = 'issued', series_id = %(series)s, period_key = %(period_key)s, number = i.number, seq = i.seq,
    payment_reference = i.reference, issue_date = i.issue_date, due_on = i.due_on, open_amount = i.total, base_total = i.base_total,
    fx_rate = i.fx_rate, fx_rate_date = i.fx_date, fx_source = i.fx_source, issued_at = %(at)s
  FROM input i WHERE d.id = i.id RETURNING d.id
), kept AS (
  INSERT INTO billing_snapshot (company_id, document_id, schema, facts, parties, salt, parties_digest, previous, hash)
  SELECT %(company)s, id, %(schema)s, facts, parties, salt, digest, previous, hash FROM input
), due AS (
  INSERT INTO billing_dueitem (company_id, document_id, due_on, amount)
  SELECT %(company)s, * FROM unnest(%(due_document)s::bigint[], %(due_day)s::date[], %(due_amount)s::numeric[])
), taxed AS (
  INSERT INTO billing_taxtotal (company_id, document_id, tax_code_id, category, rate, base, amount, base_currency_amount)
  SELECT %(company)s, * FROM unnest(%(tax_document)s::bigint[], %(tax_code)s::bigint[], %(tax_category)s::text[], %(tax_rate)s::numeric[],
    %(tax_base)s::numeric[], %(tax_amount)s::numeric[], %(tax_own)s::numeric[])
), entry AS (
  INSERT INTO billing_entry (company_id, uuid, source_kind, source, purpose, booked_on, value_on, rate)
  SELECT %(company)s, entry, 'document', uuid, 'issue', issue_date, issue_date, fx_rate FROM input WHERE uuid = ANY(%(post_source)s) RETURNING id, source
), posted AS (
  INSERT INTO billing_posting (company_id, entry_id, account_id, client_id, currency, amount, base_amount)
  SELECT %(company)s, entry.id, p.account, p.client, p.currency, p.amount, p.base
  FROM unnest(%(post_source)s::uuid[], %(post_account)s::bigint[], %(post_client)s::bigint[], %(post_currency)s::text[],
    %(post_amount)s::numeric[], %(post_base)s::numeric[]) AS p(source, account, client, currency, amount, base)
  JOIN entry ON entry.source = p.source
), told AS (
  INSERT INTO invoicing_site_event (uuid, company_id, type, version, subject_kind, subject, data, actor_id, request_id, occurred_at)
  SELECT event, %(company)s, %(type)s, 1, 'document', uuid, data, %(actor)s, %(request)s, %(at)s FROM input ORDER BY seq RETURNING id
), sent AS (
  INSERT INTO invoicing_site_delivery (event_id, reaction, queue, state, attempts, error)
  SELECT told.id, r.reaction, r.queue, 'waiting', 0, '' FROM told, unnest(%(reactions)s::text[], %(queues)s::text[]) AS r(reaction, queue)
  RETURNING id, queue
)
SELECT (SELECT count(*) FROM issued), (SELECT json_agg(json_build_array(id, queue)) FROM sent)"""


@dataclass(slots=True)
class Locked:
    """What the locks showed: state and revision by document id, and the counter."""

    closed_through: dt.date | None
    documents: dict[int, tuple[str, int]]
    last: int
    last_date: dt.date | None
    head: bytes


@dataclass(slots=True)
class Issued:
    """One document ready to be written; amounts in its currency, `base_total` and `bases` of taxes in the company's."""

    id: int
    uuid: uuid.UUID
    client_id: int
    number: str
    seq: int
    reference: str
    issue_date: dt.date
    due: list[Due]
    total: Decimal
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


def lock(batch: Batch, ids: list[int]) -> Locked:
    """Lock the company's period (shared), the documents, and the counter, in this order, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"company": batch.company_id, "ids": sorted(ids), "counter": batch.counter_id})
        closed, documents, last, last_date, head = cursor.fetchone()
    states = {int(key): (state, revision) for key, (state, revision) in (documents or {}).items()}
    return Locked(closed, states, last, last_date, bytes(head))


def write_issued(batch: Batch, rows: list[Issued], *, actor: User | None, at: dt.datetime) -> None:
    """Write `rows` in one statement: documents, snapshots, due items, taxes, ledger, counter, events and deliveries.

    The caller holds the locks of `lock`. Publishes document.issued for each.
    """
    reactions = REACTIONS.get(EVENT, ())
    values: dict[str, Any] = {
        "company": batch.company_id,
        "series": batch.series_id,
        "period_key": batch.period_key,
        "counter": batch.counter_id,
        "schema": batch.schema,
        "at": at,
        "actor": actor.pk if actor else None,
        "request": request_id.get(),
        "type": EVENT,
        "last": rows[-1].seq,
        "last_date": rows[-1].issue_date,
        "head": rows[-1].hash,
        "reactions": [reaction.task for reaction in reactions],
        "queues": [reaction.queue for reaction in reactions],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values | _columns(rows) | _children(rows))
        count, sent = cursor.fetchone()
    if count != len(rows):
        raise RuntimeError(f"{len(rows) - count} documents vanished while they were issued")
    after_commit((pk, queue) for pk, queue in sent or ())


def _columns(rows: list[Issued]) -> dict[str, list[Any]]:
    names = ("id", "uuid", "number", "seq", "reference", "issue_date", "total", "base_total", "fx_rate", "fx_date", "fx_source")
    blobs = ("facts", "parties", "salt", "digest", "previous", "hash")
    found: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in (*names, *blobs)}
    found["due_on"] = [max(item.due_on for item in row.due) for row in rows]
    found["event"] = [uuid.uuid4() for _ in rows]
    found["entry"] = [uuid.uuid4() for _ in rows]
    found["data"] = [json.dumps(row.data) for row in rows]
    return found


def _children(rows: list[Issued]) -> dict[str, list[Any]]:
    due = [(row.id, item.due_on, item.amount) for row in rows for item in row.due]
    taxes = [
        (row.id, code, part.category, part.rate, part.base, part.amount, own)
        for row in rows
        for code, part, own in row.taxes
    ]
    posts = [
        (row.uuid, account, row.client_id if line.client else None, line.currency, line.amount, line.base)
        for row in rows
        for account, line in row.bookings
    ]
    return {
        **_transpose(("due_document", "due_day", "due_amount"), due),
        **_transpose(("tax_document", "tax_code", "tax_category", "tax_rate", "tax_base", "tax_amount", "tax_own"), taxes),
        **_transpose(("post_source", "post_account", "post_client", "post_currency", "post_amount", "post_base"), posts),
    }


def _transpose(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[index] for row in rows] for index, name in enumerate(names)}
