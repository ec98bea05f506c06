"""Celery's doors into the ground floor: ids only."""

from celery import shared_task

from invoicing_site import clock, mailer
from invoicing_site.actions import mail_states, outbox
from invoicing_site.actions.chains import take_checkpoints
from invoicing_site.context import request_id


@shared_task(name="invoicing_site.tasks.deliver")
def deliver(delivery_ids: list[int]) -> None:
    for delivery_id in delivery_ids:
        request_id.set(f"delivery-{delivery_id}")
        outbox.run(delivery_id=delivery_id, at=clock.now())


@shared_task(name="invoicing_site.tasks.sweep")
def sweep() -> None:
    outbox.sweep(at=clock.now())


@shared_task(name="invoicing_site.tasks.checkpoint")
def checkpoint() -> None:
    take_checkpoints(actor=None, at=clock.now())


@shared_task(name="invoicing_site.tasks.send_mail")
def send_mail(mail_ids: list[int]) -> None:
    request_id.set(f"mail-{mail_ids[0]}")
    mailer.send(mail_ids)


@shared_task(name="invoicing_site.tasks.sweep_mails")
def sweep_mails() -> None:
    mail_states.sweep(at=clock.now())
