"""The same mail asked for at the same moment, and undone while a worker takes it."""

from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db.models import QuerySet

from invoicing_site import mailer
from invoicing_site.actions import mail_states
from invoicing_site.actions.mail import cancel, send_again
from invoicing_site.actions.mail_bounces import mark_bounced
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Mail, StoppedAddress
from invoicing_site.states import MailState
from tests.helpers.mailbox import plain_kind, queue_plain
from tests.together import failures, size, together
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    plain_kind(monkeypatch)
    monkeypatch.setattr("invoicing_site.mail_queue.enqueue", lambda mails, **_: None)
    return make_world("acme")


def test_one_key_asked_for_by_many_is_one_mail(acme: Any) -> None:
    rows = together([partial(queue_plain, acme, dedupe_key="plain:1")] * size(8, 32))
    assert failures(rows) == []
    assert {row.pk for row in rows} == {Mail.objects.get().pk}
    assert Event.objects.filter(type="mail.queued").count() == 1


def test_undo_against_a_worker_has_one_winner(acme: Any) -> None:
    """Either it is cancelled and nobody gets it, or it is sent and the undo says that it is too late."""
    for _ in range(size(8, 200)):
        mail = queue_plain(acme)
        before = len(getattr(django_mail, "outbox", []))
        undo = partial(cancel, company=acme.company, mail=mail.uuid, actor=None, at=AT)
        undone, _sent = together([undo, partial(mailer.send, [mail.pk])])
        mail.refresh_from_db()
        came = len(django_mail.outbox) - before
        if isinstance(undone, BusinessError):
            assert (undone.code, mail.state, came) == ("mail.gone", MailState.ACCEPTED, 1)
        else:
            assert (undone.state, mail.state, came) == (MailState.CANCELLED, MailState.CANCELLED, 0)


def test_without_the_claims_lock_several_take_it_and_the_mark_still_lets_one_send(
    acme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with the lock off the race is real; the mark before a message's end is the second lock."""
    claimed: list[Any] = []
    real = mail_states.claim

    def claim(**given: Any) -> Any:
        row = real(**given)
        claimed.append(row)
        gate.wait(timeout=30)
        return row

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    monkeypatch.setattr(mail_states, "claim", claim)
    for _ in range(20):
        mail, gate = queue_plain(acme), Barrier(4)
        before = len(getattr(django_mail, "outbox", []))
        claimed.clear()
        together([partial(mailer.send, [mail.pk])] * 4)
        assert len(django_mail.outbox) - before <= 1
        if sum(row is not None for row in claimed) > 1:
            return
    raise AssertionError("the lock was off, and yet no two claimed the same mail")


def test_resends_at_one_moment_have_keys_of_their_own(acme: Any) -> None:
    mail = queue_plain(acme)
    mailer.send([mail.pk])
    again = together([partial(send_again, company=acme.company, mail=mail.uuid, actor=None, at=AT)] * size(6, 24))
    assert failures(again) == []
    assert len({row.dedupe_key for row in again}) == len(again)


def test_reports_at_one_moment_stop_the_address_once(acme: Any) -> None:
    mails = [queue_plain(acme) for _ in range(size(6, 24))]
    mailer.send([mail.pk for mail in mails])
    told = [partial(mark_bounced, mail=mail.uuid, hard=True, said="gone", actor=None, at=AT) for mail in mails]
    assert failures(together([*told, *told])) == []
    assert StoppedAddress.objects.count() == 1
    assert Event.objects.filter(type="mail.bounced").count() == len(mails)
