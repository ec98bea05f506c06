"""Where the counting of each series stands."""

import datetime as dt
from typing import NamedTuple

from billing.models import Counter, Series
from billing.rules.numbering import period_key, render
from invoicing_site.models import Company


class Standing(NamedTuple):
    """`last` is the last running number of the period of the day asked for, `next` the number a document would get, empty where
    numbers are given elsewhere."""

    series: Series
    last: int
    next: str


def standings(company: Company, today: dt.date) -> list[Standing]:
    """Each series on `today` (company's zone), the default first. Two queries."""
    rows = list(Series.objects.for_company(company).order_by("is_external", "-is_default", "kind", "name", "id"))
    counters = Counter.objects.for_company(company).values_list("series_id", "period_key", "last")
    lasts = {(series, key): last for series, key, last in counters}
    found = []
    for row in rows:
        last = lasts.get((row.pk, period_key(row.reset, today)), 0)
        found.append(Standing(row, last, "" if row.is_external else render(row.pattern, last + 1, today)))
    return found
