"""Exchange rates as people look at them: the newest per currency with its age, and what a file would change."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery

from billing.models import ExchangeRate, RateFile
from billing.rules import ecb
from billing.rules.rates import Finding, Known, Quote, Verdict, assess, in_base
from invoicing_site import files
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company

TREND_DAYS = 30
MOST_RATES = 60_000  # more than five years of every currency; a file of all days is taken in parts
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest rate of a currency: `age` in days, `stale` beyond the limit, `change` in per cent over about a month."""

    rate: Any
    age: int
    stale: bool
    change: Decimal | None


def newest(company: Company, today: dt.date) -> list[Newest]:
    """One row per currency that has rates, by code; two statements."""
    rows = ExchangeRate.objects.for_company(company).order_by("currency", "-rate_date").distinct("currency")
    before = dict(rows.filter(rate_date__lte=today - dt.timedelta(days=TREND_DAYS)).values_list("currency", "rate"))
    return [_newest(row, before.get(row.currency), today) for row in rows]


def _newest(row: Any, before: Decimal | None, today: dt.date) -> Newest:
    age = (today - row.rate_date).days
    return Newest(row, age, is_stale(row.rate_date, today), _change(row.rate, before))


def is_stale(rate_date: dt.date, day: dt.date) -> bool:
    """Whether a rate of `rate_date` is older on `day` than the installation's limit."""
    limit: int = settings.RATES_MAX_AGE_DAYS
    return (day - rate_date).days > limit


def _change(rate: Decimal, before: Decimal | None) -> Decimal | None:
    return ((rate / before - 1) * 100).quantize(Decimal("0.01")) if before else None


def days(company: Company, currency: str) -> "QuerySet[Any]":
    """All rates of a currency, each with the one `before` it."""
    rows = ExchangeRate.objects.for_company(company).filter(currency=currency)
    earlier = rows.filter(rate_date__lt=OuterRef("rate_date")).order_by("-rate_date").values("rate")[:1]
    found: QuerySet[Any] = rows.annotate(before=Subquery(earlier))
    return found


def with_change(rows: Iterable[Any]) -> None:
    """Give each row its `change` in per cent since the day before it."""
    for row in rows:
        row.change = _change(row.rate, row.before)


def nearest(company: Company, currency: str, day: dt.date) -> Known | None:
    """The last rate before `day`, or else the first after it."""
    rows = ExchangeRate.objects.for_company(company).filter(currency=currency)
    found = (
        rows.filter(rate_date__lt=day).order_by("-rate_date").first()
        or rows.filter(rate_date__gt=day).order_by("rate_date").first()
    )
    return Known(found.rate_date, found.rate, found.imported) if found else None


def around(company: Company, first: dt.date, last: dt.date) -> dict[str, list[Known]]:
    """The rates on file from `first` to `last`, and the nearest ones on either side, by currency; three statements."""
    rows = ExchangeRate.objects.for_company(company)
    parts = (
        rows.filter(rate_date__range=(first, last)),
        rows.filter(rate_date__lt=first).order_by("currency", "-rate_date").distinct("currency"),
        rows.filter(rate_date__gt=last).order_by("currency", "rate_date").distinct("currency"),
    )
    found: dict[str, list[Known]] = {}
    for part in parts:
        for currency, *known in part.values_list("currency", "rate_date", "rate", "imported"):
            found.setdefault(currency, []).append(Known(*known))
    return found


def quotes(company: Company, content: bytes, since: dt.date | None, today: dt.date) -> list[Quote]:
    """What a published file says in the company's currency, from the day `since` on.

    Raises at ``file`` what `ecb.read` raises, rates.file_impossible for days to come, rates.no_base, rates.too_many, rates.none_since.
    """
    published = ecb.read(content)
    if max(published) > today:
        raise BusinessError("rates.file_impossible", "file", what=max(published).isoformat())
    found = [
        quote
        for day, rates in published.items()
        if since is None or day >= since
        for quote in in_base(day, rates, company.currency)
    ]
    if not found:
        if since is not None and max(published) < since:
            raise BusinessError("rates.none_since", "since", day=since)
        raise BusinessError("rates.no_base", "file", currency=company.currency)
    if len(found) > MOST_RATES:
        raise BusinessError("rates.too_many", "since", most=MOST_RATES)
    return found


def findings(
    company: Company, file: RateFile, today: dt.date, *, overwrite: bool = False, accept: bool = False
) -> list[Finding]:
    """What storing `file` would do now. Raises as `quotes`."""
    assert file.blob is not None
    found = quotes(company, files.fetch(file.blob), file.since, today)
    known = around(company, min(quote.day for quote in found), max(quote.day for quote in found))
    return assess(found, known, Decimal(settings.RATES_BAND_PERCENT), overwrite=overwrite, accept=accept)


@dataclass(frozen=True, slots=True)
class Preview:
    """Counts per verdict, and the first of those that need a look."""

    counts: dict[str, int]
    doubtful: list[Finding]
    kept: list[Finding]


def preview(found: list[Finding]) -> Preview:
    counts = Counter(finding.verdict for finding in found)
    return Preview(
        {verdict.value: counts[verdict] for verdict in Verdict},
        [finding for finding in found if finding.verdict == Verdict.DOUBTFUL][:SHOWN],
        [finding for finding in found if finding.verdict == Verdict.KEPT][:SHOWN],
    )


def latest_files(company: Company, count: int) -> list[Any]:
    """The newest files, those that were left at the preview among them."""
    return list(RateFile.objects.for_company(company).select_related("taken_by")[:count])


def source_trouble(company: Company) -> Any | None:
    """The newest file of the source, when it was refused, did not come, or left rates aside; the last good rates stay in use."""
    rows = RateFile.objects.for_company(company).filter(origin="source")
    return rows.filter(pk__in=rows.values("pk")[:1]).filter(~Q(problem="") | Q(doubtful__gt=0)).first()
