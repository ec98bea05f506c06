"""What would lie in the recipients' mailboxes: works the due mails the way a worker does and returns what was sent."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives

from invoicing_site import clock, mail_words, mailer, wiring
from invoicing_site.actions.mail import queue
from invoicing_site.letters import Letter
from invoicing_site.models import Mail
from invoicing_site.rules.mail_words import Words
from invoicing_site.states import MailState
from tests.world import AT


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


def letter(mail: Mail) -> Letter:
    """What a mail of kind "plain" says."""
    return Letter(values={"company": "Acme", "number": "R-1"}, button=("Open", "https://billing.example/l/x/"))


def plain_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of mail that needs nothing else to exist: "plain", with words of its own."""
    monkeypatch.setitem(wiring.MAILS, "plain", wiring.MailKind("Plain", f"{__name__}.letter", ("company", "number")))
    monkeypatch.setattr(
        mail_words,
        "house_words",
        lambda kind, language: Words("{number} of {company}", "Hello,\n\n{button}\n\n{company}"),
    )


def queue_plain(world: Any, recipient: str = "eva@kunde.example", **fields: Any) -> Mail:
    values: dict[str, Any] = {
        "company": world.company, "kind": "plain", "subject": ("document", uuid.uuid4()), "recipient": recipient,
        "language": "de", "dedupe_key": f"plain:{uuid.uuid4()}", "actor": None, "at": AT,
    }  # fmt: skip
    return queue(**(values | fields))
