"""Whether a draft can be due as its terms say: what refuses to be counted is said by others."""

import datetime as dt

from billing.documents.source import Source, Sources
from billing.rules.draft import Draft
from billing.rules.terms import due_items, early
from billing.rules.totals import Totals
from billing.states import DEMANDS
from invoicing_site.errors import BusinessError


def terms(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """Of a document dated as the draft says, else `today`."""
    try:
        totals = source.totals()
    except BusinessError:
        return []
    try:
        check_terms(source.draft(), totals, source.date("issue_date") or today)
    except BusinessError as problem:
        return [problem]
    return []


def check_terms(draft: Draft, totals: Totals, issue_date: dt.date) -> None:
    """Raises those of `due_items` and `early`, each at its field. Offers and credit notes ask for nothing."""
    if draft.kind not in DEMANDS:
        return
    due = due_items(
        totals.payable,
        draft.currency,
        issue_date,
        draft.net_days,
        kind=draft.term,
        day=draft.term_day,
        instalments=draft.instalments,
    )
    early(
        totals.total - totals.prepaid,  # how it is split between net and taxes changes no refusal
        (),
        totals.payable,
        draft.currency,
        issue_date,
        draft.discount_percent,
        draft.discount_days,
        due[-1].due_on,
    )
