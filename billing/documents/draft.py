"""A draft as it would be issued: the same two parts a snapshot has, without a number and without being kept."""

import datetime as dt
from decimal import Decimal
from typing import Any

from billing.documents import snapshot
from billing.documents.source import Source, Sources


def draft_parts(source: Source, sources: Sources, today: dt.date) -> tuple[dict[str, Any], dict[str, Any]]:
    """Facts and parties of the draft `source` for `document_view(…, draft=True)`, dated `today` where it has no date.

    A foreign currency without a rate is shown as if it were the company's: nothing is booked by it. Raises the errors
    of `compute`.
    """
    totals = source.totals()
    issue_date = source.date("issue_date") or today
    due = source.due(totals, issue_date)
    facts = snapshot.facts(
        source,
        sources,
        totals,
        number=None,
        issue_date=issue_date,
        due=due,
        rate=sources.rate(source) or Decimal(1),
        early=source.early(totals, issue_date, due),
    )
    return facts, snapshot.parties(source, sources)
