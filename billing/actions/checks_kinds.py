"""What a kind of document asks for beside the law: offers still hold, deposits still stand, numbers given elsewhere are typed."""

import datetime as dt

from billing.documents.source import Source, Sources
from billing.models import DepositUse
from billing.states import OFFERS, Kind
from invoicing_site.errors import BusinessError


def offer(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """An offer that has expired before it goes out helps nobody."""
    until = source.date("valid_until")
    if source.document["kind"] in OFFERS and until is not None and until < (source.date("issue_date") or today):
        return [BusinessError("offer.valid_until", "valid_until")]
    return []


def deposits(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """Every deposit taken off is issued, paid and this client's; together they are what the draft says is prepaid.

    Only what was received may be taken off (§ 14 Abs. 5 Satz 2 UStG).
    """
    document, found = source.document, []
    for row in source.deposits:
        number = row["number"]
        if (row["client_id"], row["currency"]) != (document["client_id"], document["currency"]):
            found.append(BusinessError("deposit.of_another", "deposits", number=number))
        elif row["state"] != "issued" or row["credited"]:
            found.append(BusinessError("deposit.gone", "deposits", number=number))
        elif row["open_amount"]:
            found.append(BusinessError("deposit.unpaid", "deposits", number=number))
    if not found and document["prepaid"] != sum(row["total"] for row in source.deposits):
        found.append(BusinessError("deposit.differs", "deposits"))
    return found


def corrected(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """A deposit that an invoice takes off stands as long as that one. One query for a credit note on a deposit, none else."""
    key = source.document["corrects_id"]
    related = source.related.get(key) if source.document["kind"] == Kind.CREDIT_NOTE else None
    if related is None or related["kind"] != Kind.DEPOSIT:
        return []
    taken = DepositUse.objects.filter(deposit=key, is_live=True).exists()
    return [BusinessError("deposit.taken_off")] if taken else []


def external(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """A series of numbers given elsewhere wants one typed; what is typed needs such a series."""
    document = source.document
    series = sources.series_of(source)
    if series is None:
        return []  # preflight says that there is none
    if series["is_external"] and not document["external_number"]:
        return [BusinessError("document.external_missing", "external_number")]
    if document["kind"] == Kind.OPENING and document["tax"]:
        return [BusinessError("opening.tax", "lines")]
    return []
