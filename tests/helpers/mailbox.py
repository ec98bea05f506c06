"""What would lie in the recipients' mailboxes: works the due mails the way a worker does and returns what was sent."""

import datetime as dt
from typing import Any

from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives

from invoicing_site import clock, mailer
from invoicing_site.models import Mail
from invoicing_site.states import MailState


def deliver_due(at: dt.datetime | None = None) -> list[EmailMultiAlternatives]:
    """Send every mail due `at` (now, unless told) into Django's test mailbox; the messages this call sent, oldest first."""
    at = at or clock.now()
    outbox: Any = getattr(django_mail, "outbox", [])
    before = len(outbox)
    due = Mail.objects.filter(state=MailState.QUEUED, due_at__lte=at).order_by("pk")
    with mailer.Post() as post:
        for pk in due.values_list("pk", flat=True):
            mailer.send_one(pk, post, at)
    return list(django_mail.outbox[before:])


def only(at: dt.datetime | None = None) -> EmailMultiAlternatives:
    (message,) = deliver_due(at)
    return message
