"""Numbers given elsewhere: imported and backfilled documents, opening balances (SPEC B4)."""

from typing import Any

from billing.models import Counter, Document, Series
from billing.rules.numbers import given_by
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company


def free_number(company: Company, document: dict[str, Any]) -> str:
    """The number typed on `document` (its row), if nobody has it or will be given it. The caller holds the series' counter.

    Raises at "external_number" document.external_taken, and document.external_to_come for a number that a counting series
    of the same kind has still before it: skipping numbers there, with a reason, makes room.
    """
    kind, number = document["kind"], str(document["external_number"])
    if Document.objects.for_company(company).filter(kind=kind, number=number).exists():
        raise BusinessError("document.external_taken", "external_number", number=number)
    for series in Series.objects.for_company(company).filter(kind=kind, is_external=False):
        found = given_by(series.pattern, series.reset, number)
        if found is None:
            continue
        key, seq = found
        counter = Counter.objects.filter(series=series, period_key=key).first()
        if counter is None or seq > counter.last:
            raise BusinessError("document.external_to_come", "external_number", number=number, series=series.name)
    return number
