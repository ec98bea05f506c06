"""What providers tell us: stored before it is worked, each message once, in any order (SPEC P3, FAULTS I9)."""

import datetime as dt
import uuid
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import Q

from invoicing_site.action import action
from invoicing_site.errors import BusinessError, place_of
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from payments import wake
from payments.actions.learn import learn, note_decline
from payments.actions.orders import learn_refund
from payments.gateways import gateway
from payments.gateways.base import Outcome, RefundOutcome, Told
from payments.models import Attempt, GatewayAccount, InboxEvent, RefundOrder
from payments.states import InboxState, OrderState

LEASE = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 8


class Parked(Exception):
    """Nothing a machine should decide: somebody looks. Its text is a code of ours (`payments/reports/inbox.py` says it)."""


def backoff(attempts: int) -> dt.timedelta:
    """5 s, 20 s, 80 s … at most an hour."""
    return dt.timedelta(seconds=min(5 * 4 ** (attempts - 1), 3600))


@action
def take_in(
    *, account: GatewayAccount, told: Told, polled: bool = False, actor: User | None, at: dt.datetime
) -> InboxEvent | None:
    """Keep a verified message, once; None when it is here already. Handed to a worker after commit. Locks nothing."""
    if InboxEvent.objects.filter(account=account, event_id=told.event_id).exists():
        return None
    try:
        with transaction.atomic():
            row: InboxEvent = InboxEvent.objects.create(
                company_id=account.company_id, account=account, event_id=told.event_id, type=told.type,
                payload=told.body, told_at=told.told_at, polled=polled, due_at=at,
            )  # fmt: skip
    except IntegrityError:
        return None
    transaction.on_commit(lambda: wake.message(row.pk), robust=True)
    return row


@transaction.atomic
def claim(*, event_pk: int, at: dt.datetime) -> InboxEvent | None:
    """Take a waiting message for LEASE, or None: done, not due, another worker's. Skips locked rows."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    waiting = InboxEvent.objects.filter(free, pk=event_pk, state=InboxState.WAITING, due_at__lte=at)
    row = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("account", "company").first()
    if row is None:
        return None
    row.attempts, row.claimed_until = row.attempts + 1, at + LEASE
    if row.attempts > MAX_ATTEMPTS:  # it killed its worker every time
        row.state, row.error = InboxState.DEAD, row.error or "gave up: the worker never finished"
    row.save(update_fields=["attempts", "claimed_until", "state", "error"])
    return row if row.state == InboxState.WAITING else None


def work(*, event_pk: int, at: dt.datetime) -> str | None:
    """Claim, handle, finish: the state the message is in then, or None when there was nothing to do.

    What no handler can decide is parked with its reason; whatever else goes wrong is tried again with growing pauses, and is
    a dead letter after MAX_ATTEMPTS. Handlers are verbs of their own that do nothing twice.
    """
    row = claim(event_pk=event_pk, at=at)
    if row is None:
        return None
    state, error, due = InboxState.DONE, "", row.due_at
    try:
        told = gateway(row.account).stored_event(row.payload)
        handler = HANDLERS.get(row.type)
        if handler is None:
            raise Parked("inbox.unknown_type")
        handler(row, told, at)
    except Parked as reason:
        state, error = InboxState.PARKED, str(reason)
    except BusinessError as refusal:
        state, error = InboxState.PARKED, refusal.code
    except Exception as fault:
        state = InboxState.DEAD if row.attempts >= MAX_ATTEMPTS else InboxState.WAITING
        error, due = place_of(fault), at + backoff(row.attempts)
    # Guarded by the attempt: a worker that overran its lease must not finish another's claim.
    InboxEvent.objects.filter(pk=row.pk, attempts=row.attempts, state=InboxState.WAITING).update(
        state=state, error=error, due_at=due, claimed_until=None, done_at=at if state == InboxState.DONE else None
    )
    return state


@action
def replay(
    *, company: Company, event_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> InboxEvent:
    """Work a parked message or a dead letter again. Locks it. Raises inbox.not_stuck. Publishes inbox.replayed."""
    row: InboxEvent = lock_row(InboxEvent.objects.for_company(company).filter(uuid=event_uuid))
    if row.state not in (InboxState.PARKED, InboxState.DEAD):
        raise BusinessError("inbox.not_stuck")
    row.state, row.attempts, row.due_at, row.claimed_until = InboxState.WAITING, 0, at, None
    row.save(update_fields=["state", "attempts", "due_at", "claimed_until"])
    publish("inbox.replayed", company=company, subject=("inbox", row.uuid), data={}, actor=actor, at=at)
    transaction.on_commit(lambda: wake.message(row.pk), robust=True)
    return row


def waiting(*, at: dt.datetime, limit: int = 500) -> list[int]:
    """Messages due that no worker holds, oldest first."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    rows = InboxEvent.objects.filter(free, state=InboxState.WAITING, due_at__lte=at).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def _session(row: InboxEvent, told: Told, at: dt.datetime) -> None:
    """A payment page ended or was paid."""
    outcome = gateway(row.account).outcome_of(told)
    if outcome is None:
        raise Parked("inbox.unreadable")
    learn(attempt_pk=_attempt(row, told, outcome).pk, outcome=outcome, at=at)


def _attempt(row: InboxEvent, told: Told, outcome: Outcome) -> Attempt:
    mine = Attempt.objects.filter(account=row.account)
    found = mine.filter(session_id=outcome.session_id).first() if outcome.session_id else None
    found = found or mine.filter(uuid=_mark(told, "attempt")).first()
    if found is None:
        raise Parked("inbox.not_ours")
    attempt: Attempt = found
    return attempt


def _mark(told: Told, name: str) -> uuid.UUID:
    """The id of ours that the provider carries in its metadata; one that is nobody's when there is none."""
    try:
        return uuid.UUID(str((told.thing.get("metadata") or {}).get(name, "")))
    except (ValueError, AttributeError):
        return uuid.UUID(int=0)


def _declined(row: InboxEvent, told: Told, at: dt.datetime) -> None:
    """A card was declined: the page stays open for another try, so nothing ends; why is kept for the office."""
    found = Attempt.objects.filter(account=row.account, uuid=_mark(told, "attempt")).first()
    if found is None:
        raise Parked("inbox.not_ours")
    code = gateway(row.account).decline_of(told)
    note_decline(company=row.company, attempt_pk=found.pk, code=code, actor=None, at=at)


def _refund(row: InboxEvent, told: Told, at: dt.datetime) -> None:
    """A refund moved. One that was not ordered here is somebody's work at the provider: it is parked."""
    outcome = gateway(row.account).refund_outcome_of(told)
    if outcome is None:
        raise Parked("inbox.unreadable")
    order = _order(row, told, outcome)
    if order is None:
        raise Parked("inbox.foreign_refund")
    if order.state == OrderState.FAILED and not order.refund_id_at_provider and outcome.state != OrderState.FAILED:
        raise Parked("inbox.foreign_refund")  # we were told that it was refused, and it went all the same
    learn_refund(order_pk=order.pk, outcome=outcome, at=at)


def _order(row: InboxEvent, told: Told, outcome: RefundOutcome) -> RefundOrder | None:
    mine = RefundOrder.objects.filter(attempt__account=row.account)
    found: RefundOrder | None = mine.filter(refund_id_at_provider=outcome.refund_id).first()
    return found or mine.filter(uuid=_mark(told, "refund")).first()


def _charge_refunded(row: InboxEvent, told: Told, at: dt.datetime) -> None:
    """The sum of a charge's refunds; each of them is told by itself, so there is nothing to do for a charge of ours."""
    ours = Q(uuid=_mark(told, "attempt")) | Q(intent_id=str(told.thing.get("payment_intent") or "-"))
    if not Attempt.objects.filter(ours, account=row.account).exists():
        raise Parked("inbox.not_ours")


def _dispute(row: InboxEvent, told: Told, at: dt.datetime) -> None:
    """A customer wants the money back through their bank: only a person can answer that."""
    raise Parked("inbox.dispute")


def _known(row: InboxEvent, told: Told, at: dt.datetime) -> None:
    """A step on the way whose end the payment page's own message tells."""


HANDLERS: dict[str, Callable[[InboxEvent, Told, dt.datetime], None]] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _session,
    "checkout.session.expired": _session,
    "payment_intent.payment_failed": _declined,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refunded": _charge_refunded,
    "charge.refund.updated": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "payment_intent.created": _known,
    "payment_intent.processing": _known,
    "payment_intent.requires_action": _known,
    "payment_intent.succeeded": _known,
    "payment_intent.canceled": _known,
    "charge.succeeded": _known,
    "charge.pending": _known,
    "charge.failed": _known,
    "charge.updated": _known,
}
