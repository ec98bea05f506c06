"""Lowering and raising what a document has open. Each call is one settlement row; an inverse row undoes it.

Called inside a verb that holds the document's lock and books the ledger itself.
"""

import datetime as dt
from decimal import Decimal

from billing.models import Document, Settlement
from billing.states import DocumentState, SettlementKind
from invoicing_site.errors import BusinessError
from invoicing_site.models import User
from invoicing_site.money import release


def settle(
    document: Document,
    kind: SettlementKind,
    amount: Decimal,
    *,
    on: dt.date,
    actor: User | None,
    reason: str = "",
    counterpart: Settlement | None = None,
) -> Settlement:
    """Take `amount` (document currency, > 0) off what is open; `base_amount` is what leaves the receivable in base currency.

    `counterpart` is the row on the other document where the amount moved between two. Raises document.not_issued, allocation.more_than_open.
    """
    if document.state != DocumentState.ISSUED:
        raise BusinessError("document.not_issued")
    if amount > document.open_amount:
        raise BusinessError("allocation.more_than_open", "amount", open=document.open_amount, number=document.number)
    before = document.open_amount
    document.open_amount = before - amount
    row = Settlement.objects.create(
        company_id=document.company_id,
        document=document,
        kind=kind,
        currency=document.currency,
        amount=amount,
        base_amount=_base(document, before, document.open_amount),
        settled_on=on,
        reason=reason,
        counterpart=counterpart,
        recorded_by=actor,
    )
    document.save(update_fields=["open_amount"])
    return row


def unsettle(
    settlement: Settlement,
    document: Document,
    *,
    on: dt.date,
    actor: User | None,
    reason: str = "",
    counterpart: Settlement | None = None,
) -> Settlement:
    """Give back what `settlement` took; `counterpart` as for `settle`. Raises allocation.undone when it already was."""
    if settlement.reverses_id is not None or Settlement.objects.filter(reverses=settlement).exists():
        raise BusinessError("allocation.undone")
    document.open_amount += settlement.amount
    row = Settlement.objects.create(
        company_id=document.company_id,
        document=document,
        kind=settlement.kind,
        currency=settlement.currency,
        amount=settlement.amount,
        base_amount=settlement.base_amount,
        settled_on=on,
        reverses=settlement,
        reason=reason,
        counterpart=counterpart,
        recorded_by=actor,
    )
    document.save(update_fields=["open_amount"])
    return row


def _base(document: Document, before: Decimal, after: Decimal) -> Decimal:
    assert document.base_total is not None
    return release(document.base_total, document.total, before, after, document.base_currency)
