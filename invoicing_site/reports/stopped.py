"""Addresses a company no longer writes to."""

from collections.abc import Iterable

from django.db.models.functions import Lower

from invoicing_site.models import Company, StoppedAddress


def stopped_among(company: Company | None, addresses: Iterable[str]) -> dict[str, StoppedAddress]:
    """Those of `addresses` that are stopped now, by address in lower case; one query."""
    wanted = {address.lower() for address in addresses if address}
    rows = StoppedAddress.objects.for_company(company).filter(lifted_at=None).annotate(lower=Lower("email"))
    return {row.lower: row for row in rows.filter(lower__in=wanted).order_by("email")}
