"""Celery's doors into the ground floor: ids only."""

import datetime as dt

from celery import shared_task

from invoicing_site import clock, mailer
from invoicing_site.actions import mail_states, outbox
from invoicing_site.actions.chains import take_checkpoints
from invoicing_site.actions.heartbeats import beat
from invoicing_site.celery import Told
from invoicing_site.context import request_id
from invoicing_site.queues import QUEUES


@shared_task(name="invoicing_site.tasks.deliver", base=Told)
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


@shared_task(name="invoicing_site.tasks.canaries")
def canaries() -> None:
    """One for each queue; those a stalled worker left behind expire, so that they do not pile up."""
    for queue in QUEUES:
        canary.apply_async((queue, clock.now().isoformat()), queue=queue, expires=60)


@shared_task(name="invoicing_site.tasks.canary")
def canary(queue: str, asked_at: str) -> None:
    beat(queue=queue, asked_at=dt.datetime.fromisoformat(asked_at), at=clock.now())


@shared_task(name="invoicing_site.tasks.send_mail")
def send_mail(mail_ids: list[int]) -> None:
    request_id.set(f"mail-{mail_ids[0]}")
    mailer.send(mail_ids)


@shared_task(name="invoicing_site.tasks.sweep_mails")
def sweep_mails() -> None:
    mail_states.sweep(at=clock.now())
