"""What of a document is let go when a payment settles it for less: the early-payment discount, or a small difference (SPEC B12)."""

import datetime as dt
from decimal import Decimal

from billing.actions.ledger import book, reverse
from billing.actions.settle import settle, unsettle
from billing.models import Document, Settlement, TaxTotal
from billing.rules import posting
from billing.rules.taxes import TaxTotal as Part
from billing.rules.terms import Early, early
from billing.states import SettlementKind
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, User
from invoicing_site.money import quantum

DISCOUNT, SMALL = SettlementKind.DISCOUNT.value, SettlementKind.SMALL_DIFFERENCE.value
# How much may be let go as a small difference, in the smallest units of a currency: 0.50 €, 50 ¥.
MOST = 50


def let_go(
    company: Company,
    document: Document,
    paid: Settlement,
    how: str,
    received_on: dt.date,
    *,
    on: dt.date,
    actor: User | None,
) -> None:
    """Settle what `document` still has open after `paid` as `how` says: "discount" or "small_difference".

    The discount lowers the tax with the net (Art. 90 of Directive 2006/112/EC) and holds for money received until its day; a small
    difference goes to the rounding account. The caller holds the document's lock. Raises allocation.no_rest, allocation.no_discount,
    allocation.discount_late, allocation.discount_too_much, allocation.not_small.
    """
    rest = document.open_amount
    if not rest:
        raise BusinessError("allocation.no_rest", number=document.number)
    if how == DISCOUNT:
        taxes = _discount(document, rest, received_on)
        target = posting.DISCOUNT
    elif rest <= MOST * quantum(document.currency):
        taxes, target = {}, posting.ROUNDING
    else:
        most = MOST * quantum(document.currency)
        raise BusinessError("allocation.not_small", rest=rest, most=most, currency=document.currency)
    row = settle(document, SettlementKind(how), rest, on=on, actor=actor, counterpart=paid)
    book(
        company,
        ("settlement", row.uuid),
        how,
        posting.forgone(target, document.currency, rest, row.base_amount, taxes, company.currency),
        client_id=document.client_id,
        booked_on=on,
        value_on=on,
        rate=document.fx_rate or Decimal(1),
    )


def take_back(
    company: Company, paid: Settlement, document: Document, *, on: dt.date, actor: User | None, reason: str
) -> None:
    """Undo what was let go with `paid`, which is undone itself."""
    row = Settlement.objects.filter(
        counterpart=paid, reverses=None, reversed_by=None, kind__in=(DISCOUNT, SMALL)
    ).first()
    if row is not None:
        back = unsettle(row, document, on=on, actor=actor, reason=reason)
        reverse(company, ("settlement", row.uuid, row.kind), ("settlement", back.uuid), "undo", on=on)


def offer_of(document: Document) -> Early | None:
    """What paying an issued document early saves, as it was promised; None where nothing does. One query."""
    if not document.discount_percent or document.issue_date is None or document.due_on is None:
        return None
    return early(
        document.net,
        _parts(document),
        document.payable,
        document.currency,
        document.issue_date,
        document.discount_percent,
        document.discount_days,
        document.due_on,
    )


def _discount(document: Document, rest: Decimal, received_on: dt.date) -> dict[str, Decimal]:
    """The tax in a discount of `rest`, by code; raises what refuses it."""
    offer = offer_of(document)
    if offer is None:
        raise BusinessError("allocation.no_discount", number=document.number)
    if received_on > offer.until:
        raise BusinessError("allocation.discount_late", day=offer.until, number=document.number)
    if rest > offer.discount:
        raise BusinessError("allocation.discount_too_much", most=offer.discount, rest=rest, currency=document.currency)
    return posting.tax_within(rest, document.total, _parts(document), document.currency)


def _parts(document: Document) -> list[Part]:
    rows = TaxTotal.objects.filter(document=document).select_related("tax_code").order_by("pk")
    return [
        Part(row.tax_code.code if row.tax_code else "", row.category, row.rate, "", row.base, row.amount)
        for row in rows
    ]
