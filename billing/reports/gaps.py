"""The gap ledger as pages: every number of a series and period with its fate (SPEC B4). Four statements whatever the page shows."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from billing.models import Counter, Document, Jump
from billing.reports.labels import badge_of
from billing.reports.offers import with_fate
from billing.rules.gaps import Fate, Given, Skipped, fates
from billing.rules.numbering import render
from billing.states import DocumentState
from invoicing_site.models import Company

PAGE, MOST, PIECE = 100, 500, 1000


@dataclass(frozen=True, slots=True)
class Ledger:
    """One period of a series: `rows` from `first` on; `older` and `newer` are where the pages beside it start, None where there is none."""

    counter: Counter
    rows: list[Any]
    newer: int | None
    older: int | None
    documents: int
    skipped: int
    void: int

    @property
    def missing(self) -> int:
        return self.counter.last - self.documents - self.skipped


def periods(company: Company) -> list[Counter]:
    """What was counted at all, the newest period of each series first."""
    rows = Counter.objects.for_company(company).filter(series__is_external=False).select_related("series")
    return list(rows.order_by("series__name", "series_id", "-period_key"))


def ledger(counter: Counter, today: dt.date, *, first: int = 1, only_gaps: bool = False) -> Ledger:
    """A page of `counter` from number `first` on; with `only_gaps` what is void, skipped or missing of the whole period."""
    own = _own(counter)
    total, void = own.count(), own.filter(state=DocumentState.VOID).count()
    jumps = _jumps(counter)
    skipped = sum(row.upto - row.after for row in jumps)
    last = min(first + PAGE - 1, counter.last)
    missing = counter.last - total - skipped > 0
    rows = (
        _gaps(counter, own, jumps, today, missing=missing)
        if only_gaps
        else _rows(counter, own, jumps, first, last, today)
    )
    return Ledger(
        counter,
        rows,
        newer=max(first - PAGE, 1) if first > 1 and not only_gaps else None,
        older=last + 1 if last < counter.last and not only_gaps else None,
        documents=total,
        skipped=skipped,
        void=void,
    )


def _own(counter: Counter) -> Any:
    return Document.objects.filter(series=counter.series_id, period_key=counter.period_key)


def _jumps(counter: Counter) -> list[Jump]:
    return list(Jump.objects.filter(counter=counter).select_related("jumped_by").order_by("after"))


def _rows(counter: Counter, own: Any, jumps: list[Jump], first: int, last: int, today: dt.date) -> list[Any]:
    found = with_fate(own.filter(seq__range=(first, last)).select_related("client")).order_by("seq")
    given = [Given(row.seq, row) for row in found]
    spans = [Skipped(row.after, row.upto, row) for row in jumps]
    return [_row(counter, fate, today) for fate in fates(first, last, given, spans)]


def _gaps(counter: Counter, own: Any, jumps: list[Jump], today: dt.date, *, missing: bool) -> list[Any]:
    """Void documents and jumps; every number is read only where some are missing, which the database refuses to let happen."""
    void = own.filter(state=DocumentState.VOID).select_related("client").order_by("seq")[:MOST]
    found = [Fate(row.seq, row.seq, document=row) for row in void]
    found += [Fate(row.after + 1, row.upto, jump=row) for row in jumps]
    if missing:
        given = [Given(seq, seq) for seq in own.values_list("seq", flat=True)]
        spans = [Skipped(row.after, row.upto, row) for row in jumps]
        found += [fate for fate in fates(1, counter.last, given, spans) if fate.missing]
    return [_row(counter, fate, today) for fate in sorted(found, key=lambda fate: fate.first)]


def _row(counter: Counter, fate: Fate, today: dt.date) -> dict[str, Any]:
    document: Any = fate.document
    day = document.issue_date if document else counter.last_date or today
    pattern = counter.series.pattern
    numbers = [document.number] if document else [render(pattern, seq, day) for seq in sorted({fate.first, fate.last})]
    return {
        "numbers": " – ".join(numbers),
        "count": fate.last - fate.first + 1,
        "document": document,
        "badge": badge_of(document, today) if document else None,
        "jump": fate.jump,
        "missing": fate.missing,
    }


def table(counter: Counter, today: dt.date) -> Iterator[list[str]]:
    """Every number with its fate, a row each, for spreadsheets; read in pieces."""
    own, jumps = _own(counter), _jumps(counter)
    for first in range(1, counter.last + 1, PIECE):
        for row in _rows(counter, own, jumps, first, min(first + PIECE - 1, counter.last), today):
            yield _cells(row)


def head() -> list[str]:
    return [gettext("Number"), gettext("State"), gettext("Date"), gettext("Client"), gettext("Reason"), gettext("By")]


def _cells(row: dict[str, Any]) -> list[str]:
    document, jump = row["document"], row["jump"]
    if document is not None:
        day = document.issue_date.isoformat()
        return [row["numbers"], row["badge"].text, day, document.client.name, document.void_reason, ""]
    if jump is not None:
        by = str(jump.jumped_by or "")
        return [row["numbers"], gettext("Skipped"), jump.jumped_at.date().isoformat(), "", jump.reason, by]
    return [row["numbers"], gettext("Missing"), "", "", "", ""]


def of_series(company: Company, series: Any, key: str) -> Counter | None:
    """The counter of the series with that uuid and period key."""
    rows = Counter.objects.for_company(company).filter(series__uuid=series, period_key=key)
    found: Counter | None = rows.filter(series__is_external=False).select_related("series").first()
    return found
