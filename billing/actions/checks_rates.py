"""What preflight says about exchange rates: one that is missing refuses, one that is old only warns (FAULTS 42)."""

import datetime as dt

from billing.documents.source import Source, Sources
from billing.reports.rates import is_stale
from billing.states import OFFERS, Kind
from invoicing_site.errors import BusinessError


def problems(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """Tax must be stated in the seller's tax currency (Art. 230 of Directive 2006/112/EC), so its rate is needed wherever
    tax is charged; an offer charges none."""
    currency = sources.tax_currency(source)
    taxed = source.document["kind"] not in OFFERS and any(tax.rate for tax in source.taxes().values())
    if not currency or not taxed or source.tax_fx is not None:
        return []
    day = source.date("issue_date") or today
    return [BusinessError("document.no_tax_rate", "currency", currency=currency, day=day)]


def cautions(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """Rates the document would use although they are older than the limit: it is issued with the last good one.

    A credit note keeps the rates of what it corrects, however old.
    """
    if source.document["kind"] == Kind.CREDIT_NOTE:
        return []
    day = source.date("issue_date") or today
    found = []
    for row in sources.rates_used(source):
        rate_date = dt.date.fromisoformat(row["rate_date"])
        if is_stale(rate_date, day):
            words = {"currency": row["currency"], "day": rate_date, "age": (day - rate_date).days}
            found.append(BusinessError("document.old_rate", "currency", **words))
    return found
