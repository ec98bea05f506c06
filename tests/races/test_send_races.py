"""Several people send the same document at once: each recipient gets one mail and one link (SPEC D2)."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from billing.actions.send import send_document
from billing.actions.void import void
from billing.mails import document as letter
from billing.models import Document
from invoicing_site.actions import mail_states
from invoicing_site.actions.mail import cancel
from invoicing_site.errors import BusinessError
from invoicing_site.letters import Refused
from invoicing_site.models import Event, Link, Mail
from invoicing_site.states import MailState
from tests.helpers.money import invoice
from tests.together import size, together
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)
TO = ["anna@b.example", "bert@b.example"]


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


def values(world: Any) -> dict[str, Any]:
    return {"company": world.company, "actor": world.owner, "at": AT}


def test_one_mail_for_each_recipient_whoever_sends_at_once(acme: Any) -> None:
    document = invoice(acme)

    def send(place: int) -> list[int]:
        to = TO if place % 2 else TO[::-1]
        return sorted(row.pk for row in send_document(document_uuid=document.uuid, recipients=to, **values(acme)))

    answers = together([partial(send, place) for place in range(size(6, 32))])
    mails = list(Mail.objects.order_by("recipient").values_list("pk", "recipient"))
    assert [recipient for _pk, recipient in mails] == TO
    assert answers == [sorted(pk for pk, _recipient in mails)] * len(answers)
    assert (Link.objects.count(), Event.objects.filter(type="document.sent").count()) == (2, 1)


def test_undone_and_sent_anew_at_once_leaves_one_that_waits(acme: Any) -> None:
    document = invoice(acme)
    send = partial(send_document, document_uuid=document.uuid, recipients=TO[:1], **values(acme))
    (first,) = send()
    cancel(mail=first.uuid, **values(acme))
    together([send] * size(4, 16))
    assert sorted(Mail.objects.values_list("state", flat=True)) == [MailState.CANCELLED, MailState.QUEUED]


def test_a_void_document_is_not_sent_whoever_comes_first(acme: Any) -> None:
    for _round in range(size(3, 20)):
        document = invoice(acme)
        the = {"document_uuid": document.uuid, **values(acme)}
        voided, sent = together([partial(void, reason="x", **the), partial(send_document, recipients=TO, **the)])
        assert isinstance(voided, Document)
        queued = list(Mail.objects.filter(subject=document.uuid).values_list("state", flat=True))
        if isinstance(sent, BusinessError):
            assert (sent.code, queued) == ("document.not_issued", [])
        else:
            assert queued == [MailState.QUEUED] * 2  # before the void: the letter is refused when it is due


def test_no_worker_takes_the_mail_of_a_document_that_is_being_voided(acme: Any) -> None:
    """Between the look at the mails and the commit a worker would still find the document issued, and send it."""
    document = invoice(acme)
    (mail,) = send_document(document_uuid=document.uuid, recipients=TO[:1], **values(acme))
    due = {"mail_id": mail.pk, "actor": None, "at": AT + dt.timedelta(minutes=5)}
    with transaction.atomic():
        void(document_uuid=document.uuid, reason="x", **values(acme))
        assert together([partial(mail_states.claim, **due)]) == [None]
    claimed = mail_states.claim(**due)
    assert claimed is not None
    with pytest.raises(Refused, match="document_gone"):
        letter(claimed)
