"""What stands between a draft and its number: looked at before any lock, all problems at once."""

import datetime as dt
from collections.abc import Callable

from billing.actions import checks_credit, checks_einvoice, checks_kinds, checks_legal, checks_rates, checks_terms
from billing.documents.source import Source, Sources
from billing.models.ledger import Purpose
from billing.states import OFFERS
from invoicing_site.errors import BusinessError
from invoicing_site.rules.periods import Books

MAX_DAYS_AHEAD = 31


def problems(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """Everything that refuses the issue on `today` (company's zone), in the order of the form; empty means ready."""
    issue_date = source.date("issue_date") or today
    found = [BusinessError("document.client_archived", "client")] if source.client["archived_at"] else []
    found += [*_of_dates(source, sources, issue_date, today), *_of_taxes(source)]
    if not source.lines:
        found.append(BusinessError("document.no_lines", "lines"))
    if sources.rate(source) is None:
        found.append(
            BusinessError("document.no_rate", "currency", currency=source.document["currency"], day=issue_date)
        )
    waived = OF_THE_ORIGINAL if source.document["external_number"] else ()
    found += [error for check in CHECKS if check not in waived for error in check(source, sources, today)]
    if sources.series_of(source) is None:
        found.append(BusinessError("document.no_series"))
    return found


def _of_dates(source: Source, sources: Sources, issue_date: dt.date, today: dt.date) -> list[BusinessError]:
    found = []
    closed = Books(sources.books.closed_through, None)  # the soft lock depends on who issues
    if not closed.is_open(issue_date) and not source.document["external_number"]:
        found.append(BusinessError("document.period_closed", "issue_date", day=closed.through))
    if issue_date > today + dt.timedelta(days=MAX_DAYS_AHEAD):
        found.append(BusinessError("document.date_future", "issue_date", days=MAX_DAYS_AHEAD))
    return found


def _of_taxes(source: Source) -> list[BusinessError]:
    found = []
    known = source.taxes()
    for key, row in source.codes.items():
        if key not in known:
            point = source.draft().tax_point(source.date("issue_date") or dt.date.min)
            found.append(BusinessError("document.tax_rate_missing", tax=row["code"], day=point))
    return found


def _of_accounts(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """Every account the issue would book to (SPEC L5)."""
    document, needed = source.document, ["receivable", "revenue", "tax"]
    if document["kind"] in OFFERS:
        return []
    uses = {
        "withholding": document["withholding_percent"],
        "rounding": document["cash_unit"],
        "deposits": document["prepaid"] or document["kind"] == "deposit_invoice",
        "opening": document["kind"] == "opening_balance",
    }
    needed += [purpose for purpose, used in uses.items() if used]
    known = {row["purpose"] for row in sources.accounts}
    return [
        BusinessError("document.no_account", purpose=Purpose(purpose).label)
        for purpose in needed
        if purpose not in known
    ]


Check = Callable[[Source, Sources, dt.date], list[BusinessError]]
# In the order of the form; none asks the network or takes a lock.
CHECKS: tuple[Check, ...] = (
    checks_legal.legal,
    checks_legal.order,
    _of_accounts,
    checks_credit.problems,
    checks_einvoice.problems,
    checks_rates.problems,
    checks_terms.terms,
    checks_kinds.offer,
    checks_kinds.deposits,
    checks_kinds.corrected,
    checks_kinds.external,
)
# What a document with a number given elsewhere had to satisfy there, and cannot change any more.
OF_THE_ORIGINAL = frozenset({checks_legal.legal, checks_legal.order, checks_einvoice.problems})
