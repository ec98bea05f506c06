"""Whether customers can pay online, and whether one is doing so (wiring.PAYABLE, wiring.BEING_PAID)."""

import datetime as dt

from django.db.models import Q

from billing.models import Document
from invoicing_site.models import Company
from payments.models import AttemptShare, GatewayAccount
from payments.states import AttemptState

# After a page is over its end may still be on its way to us; the poll fetches it sooner than this.
LATE = dt.timedelta(hours=1)


def payable(company: Company) -> bool:
    """One statement: is there a payment provider in use?"""
    return bool(GatewayAccount.objects.for_company(company).filter(archived_at=None).exists())


def being_paid(document: Document, at: dt.datetime) -> bool:
    """Whether a page to pay the document may be open or its money on its way. One statement.

    Whoever holds the document's lock knows that no other attempt begins: `start` takes it too.
    """
    shown = Q(attempt__state__in=(AttemptState.CREATED, AttemptState.OPEN, AttemptState.UNKNOWN))
    busy = shown & Q(attempt__expires_at__gt=at - LATE) | Q(attempt__state=AttemptState.PROCESSING)
    return bool(AttemptShare.objects.filter(busy, document=document).exists())
