"""Issuing as it is usually written: the same rules, rows and guards, one object saved after the other."""

import time
import uuid
from uuid import UUID

from django.db import transaction

from benchmarks.world import AT, DAY, World, company_of
from billing.actions.issue import _issued
from billing.documents.snapshot import SCHEMA
from billing.documents.source import read
from billing.models import Counter, Document, DueItem, Entry, Posting, Snapshot, TaxTotal
from billing.rules import numbering
from invoicing_site.context import tell_database
from invoicing_site.events import publish
from invoicing_site.models import Company, User


def by_orm(world: World, uuids: list[UUID]) -> float:
    """Documents a second."""
    company = company_of(world)
    start = time.perf_counter()
    for each in uuids:
        with transaction.atomic():
            _issue(company, each, world.actor)
    return len(uuids) / (time.perf_counter() - start)


def _issue(company: Company, each: UUID, actor: User) -> None:
    tell_database(actor, "", AT)
    document = Document.objects.select_for_update(no_key=True).get(company=company, uuid=each)
    sources = read(company.pk, [each], DAY)
    source = sources.documents[document.pk]
    totals, series = source.totals(), sources.series[document.kind]
    key = numbering.period_key(series["reset"], DAY)
    counter = Counter.objects.select_for_update(no_key=True).get(series_id=series["id"], period_key=key)
    seq = counter.last + 1
    row = _issued(source, sources, totals, numbering.render(series["pattern"], seq, DAY), seq, DAY, bytes(counter.head))
    counter.last, counter.last_date, counter.head = seq, DAY, row.hash
    counter.save()
    document.state, document.series_id, document.period_key, document.number = "issued", series["id"], key, row.number
    document.seq, document.payment_reference, document.issue_date = seq, row.reference, DAY
    document.due_on, document.open_amount, document.base_total = row.due[-1].due_on, row.total, row.base_total
    document.fx_rate, document.issued_at = row.fx_rate, AT
    document.save()
    Snapshot.objects.create(
        company=company, document=document, schema=SCHEMA, facts=row.facts, parties=row.parties, salt=row.salt,
        parties_digest=row.digest, previous=row.previous, hash=row.hash,
    )  # fmt: skip
    for item in row.due:
        DueItem.objects.create(company=company, document=document, due_on=item.due_on, amount=item.amount)
    for code, part, own in row.taxes:
        TaxTotal.objects.create(
            company=company, document=document, tax_code_id=code, category=part.category, rate=part.rate,
            base=part.base, amount=part.amount, base_currency_amount=own,
        )  # fmt: skip
    entry = Entry.objects.create(
        company=company, uuid=uuid.uuid4(), source_kind="document", source=each, purpose="issue", booked_on=DAY,
        value_on=DAY, rate=row.fx_rate,
    )  # fmt: skip
    # Half an entry is refused, so its postings go together even here.
    Posting.objects.bulk_create(
        Posting(
            company=company, entry=entry, account_id=account, client_id=row.client_id if line.client else None,
            currency=line.currency, amount=line.amount, base_amount=line.base,
        )
        for account, line in row.bookings
    )  # fmt: skip
    publish("document.issued", company=company, subject=("document", each), data=row.data, actor=actor, at=AT)
