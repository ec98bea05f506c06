"""Finding what never came: messages that were lost, attempts and refunds nobody told us the end of (SPEC P3, FAULTS 37)."""

import datetime as dt
import functools
import logging
from collections.abc import Callable

from django.db.models import F, Q

from invoicing_site.context import refuse_in_action
from invoicing_site.errors import BusinessError
from payments.actions.attempts import GRACE, ask
from payments.actions.inbox import take_in
from payments.actions.orders import place_order
from payments.gateways import gateway
from payments.gateways.base import GatewayError, GatewayUnknown
from payments.models import Attempt, GatewayAccount, InboxEvent, RefundOrder
from payments.states import AttemptState, OrderState

log = logging.getLogger(__name__)
# Messages older than the newest may still be missing: lost one by one, they lie within this span before it.
OVERLAP = dt.timedelta(hours=1)
# Unless nothing could be listed for long while webhooks went on; so once an hour it reaches as far back as Stripe repeats them.
DEEP, OFTEN = dt.timedelta(days=3), 5  # minutes between polls
FAR = dt.timedelta(days=29)  # Stripe keeps events for thirty days
PAUSE = dt.timedelta(minutes=10)
MOST = 200
UNFINISHED = (AttemptState.CREATED, AttemptState.OPEN, AttemptState.UNKNOWN, AttemptState.PROCESSING)
UNSETTLED = (OrderState.UNKNOWN, OrderState.PENDING)
UNREFUNDED = (OrderState.CREATED, *UNSETTLED)


def poll(*, account_pk: int, at: dt.datetime) -> int:
    """Ask the provider of one account for everything we may have missed. Returns how many messages were new.

    What it does not answer now is asked at the next poll. Talks to the provider, so never inside a verb.
    """
    refuse_in_action("Polling a payment provider")
    account: GatewayAccount = GatewayAccount.objects.get(pk=account_pk)
    found = 0
    try:
        for told in gateway(account).list_events(_since(account, at)):
            found += take_in(account=account, told=told, polled=True, actor=None, at=at) is not None
    except (GatewayError, GatewayUnknown) as error:
        log.warning("payment provider %s does not list its messages: %s", account.uuid, error)
    for pk in _attempts(account, at):
        if not _try("attempt", pk, functools.partial(ask, attempt_pk=pk, at=at)):
            # To the end of the queue. Of an unknown one it says when it was called, and is no concern of ours.
            Attempt.objects.filter(pk=pk).exclude(state=AttemptState.UNKNOWN).update(checked_at=at)
    for pk in _orders(account, at):
        _try("refund", pk, functools.partial(place_order, order_pk=pk, at=at))
        # Answered or not, it has had its turn: more than MOST that wait for ever keep no other from being asked.
        RefundOrder.objects.filter(pk=pk, state__in=UNREFUNDED).update(checked_at=at)
    return found


def _since(account: GatewayAccount, at: dt.datetime) -> dt.datetime:
    seen = InboxEvent.objects.filter(account=account).order_by("-told_at").values_list("told_at", flat=True).first()
    since = (seen or account.created_at) - OVERLAP
    if at.minute < OFTEN:
        since = min(since, max(at - DEEP, account.created_at - OVERLAP))
    return max(since, at - FAR)


def _attempts(account: GatewayAccount, at: dt.datetime) -> list[int]:
    asked = Q(checked_at=None, created_at__lte=at - GRACE) | Q(checked_at__lte=at - PAUSE)
    doubtful = Q(state=AttemptState.UNKNOWN) | asked
    rows = Attempt.objects.filter(doubtful, account=account, state__in=UNFINISHED)
    longest = (F("checked_at").asc(nulls_first=True), "created_at")
    return list(rows.order_by(*longest).values_list("pk", flat=True)[:MOST])


def _orders(account: GatewayAccount, at: dt.datetime) -> list[int]:
    rows = RefundOrder.objects.filter(
        Q(state__in=UNSETTLED) | Q(state=OrderState.CREATED, created_at__lte=at - GRACE), attempt__account=account
    )
    longest = (F("checked_at").asc(nulls_first=True), "created_at")
    return list(rows.order_by(*longest).values_list("pk", flat=True)[:MOST])


def _try(what: str, pk: int, call: Callable[[], object]) -> bool:
    """Whether it could be asked; one that cannot keeps nobody else from being asked."""
    try:
        call()
    except (GatewayError, GatewayUnknown, BusinessError) as error:
        log.warning("%s %s cannot be asked for: %s", what, pk, error)
        return False
    return True


def polled() -> list[int]:
    """Accounts to poll: those in use, and those with something unfinished."""
    busy = Q(attempts__state__in=UNFINISHED) | Q(attempts__refund_orders__state__in=UNREFUNDED)
    return list(
        GatewayAccount.objects.filter(Q(archived_at=None) | busy).distinct().order_by("pk").values_list("pk", flat=True)
    )


def unplaced(*, at: dt.datetime) -> list[int]:
    """Refunds ordered a moment ago that no worker took; older ones are left to the poll."""
    span = (at - PAUSE, at - dt.timedelta(seconds=20))
    rows = RefundOrder.objects.filter(state=OrderState.CREATED, created_at__range=span)
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:MOST])
