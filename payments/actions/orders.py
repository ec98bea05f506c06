"""Refunds through the provider: ordered in a transaction, placed outside it, recorded when the provider says they went (SPEC P5)."""

import datetime as dt
import uuid
from decimal import Decimal

from django.db import transaction

from billing.models import Document
from invoicing_site.action import action
from invoicing_site.actions.periods import lock_books
from invoicing_site.clock import local_date
from invoicing_site.context import refuse_in_action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import Company, User
from invoicing_site.money import is_at_minor_unit
from payments import wake
from payments.actions.allocate import Share, apply_shares, undo_allocation
from payments.actions.refund import record_refund, take_leave, undo_refund
from payments.gateways import gateway
from payments.gateways.base import KEY, GatewayError, GatewayUnknown, RefundOutcome
from payments.models import Allocation, Attempt, Payment, RefundOrder
from payments.reports.held import held
from payments.rules.progress import order_moves
from payments.states import Method, OrderState, PaymentState

YOUNG = dt.timedelta(hours=1)


@action
def order_refund(
    *,
    company: Company,
    payment_uuid: uuid.UUID,
    amount: Decimal,
    reason: str,
    unapply: bool = False,
    actor: User | None,
    at: dt.datetime,
) -> RefundOrder:
    """Promise `amount` of an online payment to a refund by its provider, and hand it to `place_order` after commit.

    From now on the amount is held: it can be neither applied nor refunded otherwise. `unapply` first takes what is missing
    back from documents, newest first; they open again by that much and no more. Locks period (shared) → payment → documents
    by pk → leave: above the company's threshold it uses up a second person's. Raises payment.amount, payment.reason,
    payment.cancelled, refund.not_online, refund.too_much, attempt.not_carried, and what `demand` raises. Publishes
    refund.ordered, and payment.unallocated and .allocated for what is taken back.
    """
    if not reason.strip():
        raise BusinessError("payment.reason", "reason")
    books = lock_books(company, actor=actor, at=at)
    payment: Payment = lock_row(Payment.objects.for_company(company).filter(uuid=payment_uuid))
    attempt: Attempt | None = Attempt.objects.select_related("account").filter(payment=payment).first()
    if attempt is None or not attempt.intent_id:
        raise BusinessError("refund.not_online")
    if payment.state != PaymentState.RECEIVED:
        raise BusinessError("payment.cancelled")
    if amount <= 0 or not is_at_minor_unit(amount, payment.currency):
        raise BusinessError("payment.amount", "amount")
    if gateway(attempt.account).refusal(amount, payment.currency) == "attempt.not_carried":
        raise BusinessError("attempt.not_carried", "amount", currency=payment.currency)
    if unapply:
        missing = amount - (payment.unapplied - held(payment))
        _take_back(company, payment, missing, books.first_open(local_date(at, company.time_zone)), reason, actor, at)
        payment.refresh_from_db(fields=["unapplied"])
    left = payment.unapplied - held(payment)
    if amount > left:
        raise BusinessError("refund.too_much", "amount", left=left, currency=payment.currency)
    take_leave(company, payment, amount, actor=actor, at=at)
    order: RefundOrder = RefundOrder.objects.create(
        company=company, attempt=attempt, currency=payment.currency, amount=amount, reason=reason.strip(),
        created_at=at, created_by=actor,
    )  # fmt: skip
    _tell("refund.ordered", order, payment, actor, at)
    transaction.on_commit(lambda: wake.order(order.pk), robust=True)
    return order


def _take_back(
    company: Company, payment: Payment, missing: Decimal, day: dt.date, reason: str, actor: User | None, at: dt.datetime
) -> None:
    """Undo allocations, newest first, until `missing` is unapplied; of the last one what is too much is applied again."""
    live = payment.allocations.filter(reverses=None, reversed_by=None).select_related("settlement__document")
    rows: list[Allocation] = list(live.order_by("-id"))
    lock_rows(Document.objects.for_company(company).filter(pk__in=[row.settlement.document_id for row in rows]))
    for row in rows:
        if missing <= 0:
            return
        undo_allocation(company=company, allocation_uuid=row.uuid, reason=reason, actor=actor, at=at)
        spare, missing = row.amount - missing, missing - row.amount
        if spare > 0 and row.currency == row.settlement.currency:
            payment.refresh_from_db(fields=["unapplied"])
            share = Share(row.settlement.document.uuid, spare)
            apply_shares(company, payment, [share], on=day, actor=actor, at=at)


def place_order(*, order_pk: int, at: dt.datetime) -> RefundOrder:
    """Ask the provider for the refund, and learn what it answers; however often, it is one refund there.

    One we heard no answer for is looked up first, and so is one that waited for longer than YOUNG: a worker that was
    killed may have asked already, and providers forget idempotency keys (Stripe after a day). Talks to the provider, so
    never inside a verb.
    """
    refuse_in_action("Asking for a refund")
    order: RefundOrder = RefundOrder.objects.select_related("attempt__account", "company").get(pk=order_pk)
    if order.state in (OrderState.SUCCEEDED, OrderState.FAILED):
        return order
    provider = gateway(order.attempt.account)
    try:
        young = order.state == OrderState.CREATED and at < order.created_at + YOUNG
        outcome = None if young else provider.find_refund(order)
    except (GatewayUnknown, GatewayError):
        return order
    try:
        outcome = outcome or provider.refund(order)
    except GatewayUnknown:
        return _unknown(order_pk=order.pk, actor=None, at=at)
    except GatewayError as error:
        if error.code == KEY:  # it says nothing of the refund: an earlier request may have arrived
            return order
        outcome = RefundOutcome(OrderState.FAILED, order.amount, order.currency, "", failure=error.code)
        return _take(company=order.company, order=order, outcome=outcome, only_from=order.state, actor=None, at=at)
    return learn_refund(order_pk=order.pk, outcome=outcome, at=at)


@action
def _unknown(*, order_pk: int, actor: User | None, at: dt.datetime) -> RefundOrder:
    order: RefundOrder = lock_row(RefundOrder.objects.filter(pk=order_pk))
    if order.state == OrderState.CREATED:
        order.state, order.checked_at = OrderState.UNKNOWN, at
        order.save(update_fields=["state", "checked_at"])
    return order


def learn_refund(*, order_pk: int, outcome: RefundOutcome, at: dt.datetime) -> RefundOrder:
    """Take in what the provider says of a refund; twice, late or in another order it ends alike.

    Gone: recorded as a refund by the method online. Failed, also after it had gone: the money is back and unapplied.
    Locks period (shared) → payment → order. Raises refund.mismatch when amount, currency, payment or id differ from ours.
    Publishes refund.succeeded, refund.failed, refund.recorded, refund.undone.
    """
    order = RefundOrder.objects.select_related("attempt", "company").get(pk=order_pk)
    known = order.refund_id_at_provider and outcome.refund_id
    intent = outcome.intent_id or order.attempt.intent_id
    if (outcome.amount, outcome.currency) != (order.amount, order.currency) or intent != order.attempt.intent_id:
        raise BusinessError("refund.mismatch", amount=outcome.amount, currency=outcome.currency)
    if known and order.refund_id_at_provider != outcome.refund_id:
        raise BusinessError("refund.mismatch", amount=outcome.amount, currency=outcome.currency)
    return _take(company=order.company, order=order, outcome=outcome, only_from="", actor=None, at=at)


@action
def _take(
    *,
    company: Company,
    order: RefundOrder,
    outcome: RefundOutcome,
    only_from: str,
    actor: User | None,
    at: dt.datetime,
) -> RefundOrder:
    """`only_from`: what we conclude ourselves moves an order from that state alone; somebody may have got further."""
    lock_books(company, actor=actor, at=at)
    payment: Payment = lock_row(Payment.objects.filter(attempt=order.attempt))
    order = lock_row(RefundOrder.objects.select_related("attempt", "refund", "company").filter(pk=order.pk))
    moved = order_moves(order.state, outcome.state) and only_from in ("", order.state)
    if not moved and (order.refund_id_at_provider or not outcome.refund_id):
        return order
    order.refund_id_at_provider = order.refund_id_at_provider or outcome.refund_id
    if moved:
        order.state, order.checked_at = outcome.state, at
        order.ended_at = None if order.state == OrderState.PENDING else at
        order.failure = outcome.failure if order.state == OrderState.FAILED else ""
    order.save()  # first, so that what it held is free for the refund it becomes
    if moved and order.state == OrderState.SUCCEEDED:
        order.refund = record_refund(
            company=company, payment_uuid=payment.uuid, amount=order.amount, method=Method.ONLINE, reason=order.reason,
            refunded_on=max(local_date(at, company.time_zone), payment.received_on), reference=order.refund_id_at_provider,
            order=order, actor=actor or order.created_by, at=at,
        )  # fmt: skip
        order.save(update_fields=["refund"])
        _tell("refund.succeeded", order, payment, actor, at)
    elif moved and order.state == OrderState.FAILED:
        if order.refund is not None:
            why = order.failure or "failed"
            undo_refund(company=company, refund_uuid=order.refund.uuid, reason=why, actor=actor, at=at)
        _tell("refund.failed", order, payment, actor, at)
    return order


def _tell(type: str, order: RefundOrder, payment: Payment, actor: User | None, at: dt.datetime) -> None:
    publish(
        type,
        company=order.company,
        subject=("payment", payment.uuid),
        data={"order": str(order.uuid), "amount": str(order.amount), "currency": order.currency},
        actor=actor,
        at=at,
    )
