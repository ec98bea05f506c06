"""Celery's doors into payments, and its reactions to events: load, call the verb, done."""

from celery import shared_task

from invoicing_site import clock
from invoicing_site.models import Event
from payments.wake import hand_over

SWEPT, POLLED = 60, 300  # seconds after which a later sweep or poll has handed over the same


def receipt_for_online(event: Event) -> None:
    """Reaction to payment.received, on the render queue: who paid online gets a receipt without anybody's doing."""
    from billing.documents import pdf
    from payments.actions.receipts import serve_payer

    pdf.warm()
    serve_payer(payment_uuid=event.subject, at=clock.now())


@shared_task(name="payments.tasks.receipt")
def receipt(payment_id: int, language: str) -> None:
    from billing.documents import pdf
    from payments.actions.receipts import render_receipt

    pdf.warm()
    render_receipt(payment_id=payment_id, language=language, at=clock.now())


@shared_task(name="payments.tasks.ask")
def ask(attempt_pk: int) -> None:
    """A customer looks at a page that waits. A provider that says nothing is asked again by them or by the sweep."""
    from contextlib import suppress

    from payments.actions.attempts import ask as verb
    from payments.gateways.base import GatewayError, GatewayUnknown

    with suppress(GatewayError, GatewayUnknown):
        verb(attempt_pk=attempt_pk, at=clock.now())


@shared_task(name="payments.tasks.work_inbox")
def work_inbox(event_pk: int) -> None:
    from payments.actions.inbox import work

    work(event_pk=event_pk, at=clock.now())


@shared_task(name="payments.tasks.place")
def place(order_pk: int) -> None:
    from payments.actions.orders import place_order

    place_order(order_pk=order_pk, at=clock.now())


@shared_task(name="payments.tasks.sweep")
def sweep() -> None:
    from payments.actions.inbox import waiting
    from payments.actions.poll import unplaced

    at = clock.now()
    for event_pk in waiting(at=at):
        hand_over(work_inbox, event_pk, stale=SWEPT)
    for order_pk in unplaced(at=at):
        hand_over(place, order_pk, stale=SWEPT)


@shared_task(name="payments.tasks.poll")
def poll() -> None:
    from payments.actions.poll import polled

    for account_pk in polled():
        hand_over(poll_account, account_pk, stale=POLLED)


@shared_task(name="payments.tasks.poll_account")
def poll_account(account_pk: int) -> None:
    from payments.actions.poll import poll as ask_for_all

    ask_for_all(account_pk=account_pk, at=clock.now())
