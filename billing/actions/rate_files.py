"""Verbs on files of published exchange rates: keep one as it came, store what it says, note that none came."""

import datetime as dt
import hashlib
import uuid

from billing.models import ExchangeRate, RateFile
from billing.models.rate import RateOrigin
from billing.reports.rates import findings, quotes
from billing.rules.rates import Finding, Verdict, is_absurd
from invoicing_site import files
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User

SOURCE = "ECB"
BATCH = 1000


@action
def take_rates(
    *,
    company_id: int,
    content: bytes,
    name: str,
    origin: RateOrigin,
    since: dt.date | None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> RateFile:
    """Keep a file of the ECB's reference rates (XML, CSV, zip) as it came, to be looked at and stored; `since` leaves earlier days out.

    No rate changes yet. Writes the stored file before its row; locks nothing. Raises what `reports.rates.quotes` raises.
    """
    company = Company.objects.get(pk=company_id)
    found = quotes(company, content, since, local_date(at, company.time_zone))
    made: RateFile = RateFile.objects.create(
        company=company,
        origin=origin,
        name=name[:120],
        blob=files.keep(company, content, "application/octet-stream"),
        since=since,
        first_day=min(quote.day for quote in found),
        last_day=max(quote.day for quote in found),
        taken_at=at,
        taken_by=actor,
    )
    return made


@action
def store_rates(
    *,
    company_id: int,
    file_uuid: uuid.UUID,
    overwrite: bool = False,
    accept: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> RateFile:
    """Store what a kept file says. The same file twice changes nothing; issued documents keep the rates they were issued with.

    A rate out of band (docs/adr/0017-exchange-rates.md) is left aside, and so is one that people entered for that day; `accept` (with a
    `reason`, which history keeps) and `overwrite` take them. Locks the company. Raises not_found, rates.reason at ``reason``,
    rates.file_absurd when more than a fifth of the currencies are out of band: then nothing is stored. Publishes exchange_rates.imported.
    """
    if accept and not reason.strip():
        raise BusinessError("rates.reason", "reason")
    company = lock_row(Company.objects.filter(pk=company_id))
    rows = (
        RateFile.objects.for_company(company).filter(uuid=file_uuid, blob__isnull=False).select_related("blob__company")
    )
    file: RateFile = lock_row(rows)
    found = findings(company, file, local_date(at, company.time_zone), overwrite=overwrite, accept=accept)
    if is_absurd(found):
        raise BusinessError("rates.file_absurd")
    _write(company, found)
    counts = {verdict: sum(1 for finding in found if finding.verdict == verdict) for verdict in Verdict}
    file.new = counts[Verdict.NEW] + counts[Verdict.CHANGED]
    file.same, file.kept, file.doubtful = counts[Verdict.SAME], counts[Verdict.KEPT], counts[Verdict.DOUBTFUL]
    file.stored_at, file.problem = at, ""
    file.save()
    figures = {name: getattr(file, name) for name in ("new", "same", "kept", "doubtful")}
    if file.new or file.doubtful:
        subject = ("rate_file", file.uuid)
        publish("exchange_rates.imported", company=company, subject=subject, data=figures, actor=actor, at=at)
    return file


def _write(company: Company, found: list[Finding]) -> None:
    new = [finding.quote for finding in found if finding.verdict == Verdict.NEW]
    ExchangeRate.objects.bulk_create(
        (
            ExchangeRate(
                company=company,
                currency=quote.currency,
                rate_date=quote.day,
                rate=quote.rate,
                source=SOURCE,
                imported=True,
                derivation=quote.derivation,
            )
            for quote in new
        ),
        batch_size=BATCH,
    )
    changed = {(f.quote.currency, f.quote.day): f.quote for f in found if f.verdict == Verdict.CHANGED}
    if not changed:
        return
    rows = ExchangeRate.objects.for_company(company).filter(rate_date__in={day for _, day in changed})
    stale = [row for row in rows if (row.currency, row.rate_date) in changed]
    for row in stale:
        quote = changed[row.currency, row.rate_date]
        row.rate, row.source, row.imported, row.derivation = quote.rate, SOURCE, True, quote.derivation
    ExchangeRate.objects.bulk_update(stale, ["rate", "source", "imported", "derivation"], batch_size=BATCH)


@action
def receive_rates(
    *, company_id: int, content: bytes, name: str, actor: None, at: dt.datetime, reason: str = ""
) -> RateFile:
    """Take and store what the source sent. A file that is refused is kept with its problem, and the last good rates stay.

    The file that was stored last does nothing. Locks the company. Raises nothing that a file can cause. Publishes
    exchange_rates.imported, exchange_rates.refused.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    rows = RateFile.objects.for_company(company).filter(origin=RateOrigin.SOURCE)
    last: RateFile | None = rows.select_related("blob").first()
    if last is not None and last.blob is not None and last.blob.sha256 == hashlib.sha256(content).hexdigest():
        return last
    origin = RateOrigin.SOURCE
    try:
        file = take_rates(
            company_id=company_id, content=content, name=name, origin=origin, since=None, actor=actor, at=at
        )
    except BusinessError as error:
        return note_trouble(company_id=company_id, name=name, problem=error.code, actor=actor, at=at)
    try:
        return store_rates(company_id=company_id, file_uuid=file.uuid, actor=actor, at=at)
    except BusinessError as error:
        file.problem = error.code
        file.save(update_fields=["problem"])
        _refused(company, file, at)
        return file


@action
def note_trouble(
    *, company_id: int, name: str, problem: str, actor: None, at: dt.datetime, reason: str = ""
) -> RateFile:
    """Note that the source did not answer or sent what cannot be read (`problem`, a code); the same trouble again is noted once.

    Locks the company. Publishes exchange_rates.refused.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    last: RateFile | None = RateFile.objects.for_company(company).filter(origin=RateOrigin.SOURCE).first()
    if last is not None and last.problem == problem and last.blob_id is None:
        return last
    file: RateFile = RateFile.objects.create(
        company=company, origin=RateOrigin.SOURCE, name=name[:120], problem=problem, taken_at=at
    )
    _refused(company, file, at)
    return file


def _refused(company: Company, file: RateFile, at: dt.datetime) -> None:
    data = {"problem": file.problem}
    publish("exchange_rates.refused", company=company, subject=("rate_file", file.uuid), data=data, actor=None, at=at)
