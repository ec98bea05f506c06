"""What refuses the issue of a credit or debit note beside what refuses every document (SPEC B10)."""

import datetime as dt

from billing.documents.source import Source, Sources
from billing.states import NOTES, DocumentState, Kind
from invoicing_site.errors import BusinessError
from invoicing_site.money import ZERO


def problems(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """Problems of a note whatever was true when its draft was saved; nothing for other kinds."""
    row = source.document
    if row["kind"] not in NOTES:
        return []
    found = []
    billed = source.related[row["corrects_id"]]
    first = dt.date.fromisoformat(billed["issue_date"])
    if (source.date("issue_date") or today) < first:
        found.append(BusinessError("credit.before_original", "issue_date", day=first))
    original = source.original
    if row["kind"] != Kind.CREDIT_NOTE or original is None:
        return found
    if original.document["state"] != DocumentState.ISSUED:
        return [*found, BusinessError("credit.not_issued")]
    try:
        totals = source.totals()
    except BusinessError as error:
        return [*found, error]
    # What was written off or let go was never paid, so it cannot come back as credit.
    asks = original.document["total"] - original.document["withheld"] + original.document["rounding"]
    left = asks - original.asked - original.given_up
    if original.given_up and totals.payable > left:
        found.append(
            BusinessError("credit.given_up", given=original.given_up, left=max(left, ZERO), currency=row["currency"])
        )
    return found
