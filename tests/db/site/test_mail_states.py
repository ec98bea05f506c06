"""One attempt at a mail: claimed once, put back uncounted, throttled, written by its letter, no secret left behind."""

import datetime as dt
import logging
from typing import Any

import pytest

from invoicing_site import mailer, wiring
from invoicing_site.actions import mail_states
from invoicing_site.letters import Attachment, Letter, NotReady, Refused
from invoicing_site.models import Event, Mail
from invoicing_site.rules.mail import MAX_ATTEMPTS, Verdict
from invoicing_site.states import MailState
from invoicing_site.wiring import MailKind
from tests.helpers.mailbox import deliver_due, plain_kind, queue_plain
from tests.world import AT

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    plain_kind(monkeypatch)


def says(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """The letter of kind "plain" gives `answer`, or raises it."""

    def letter(mail: Mail) -> Letter:
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Letter)
        return answer

    monkeypatch.setattr("tests.helpers.mailbox.letter", letter)


def events(mail: Mail) -> list[str]:
    return list(Event.objects.filter(subject=mail.subject).order_by("pk").values_list("type", flat=True))


def claim(mail: Mail, at: dt.datetime = AT) -> Mail:
    row = mail_states.claim(mail_id=mail.pk, actor=None, at=at)
    assert row is not None
    return row


def test_claim_takes_once_and_only_what_is_due(world: Any) -> None:
    mail = queue_plain(world, due_at=AT + MINUTE)
    assert mail_states.claim(mail_id=mail.pk, actor=None, at=AT) is None
    row = claim(mail, AT + MINUTE)
    assert (row.state, row.attempts, row.claimed_until) == (MailState.SENDING, 1, AT + MINUTE + mail_states.LEASE)
    assert mail_states.claim(mail_id=mail.pk, actor=None, at=AT + MINUTE) is None


def test_dead_worker_before_the_mark_means_another_try(world: Any) -> None:
    mail = queue_plain(world)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert claim(mail, AT + attempt * mail_states.LEASE).attempts == attempt
    assert mail_states.claim(mail_id=mail.pk, actor=None, at=AT + 9 * mail_states.LEASE) is None
    mail.refresh_from_db()
    assert (mail.state, mail.error, events(mail)[-1]) == (MailState.FAILED, "mail.gave_up", "mail.failed")


def test_dead_worker_after_the_mark_means_uncertain(world: Any) -> None:
    mail = queue_plain(world, secret="hush")
    row = claim(mail)
    assert mail_states.mark_ending(row)
    assert mail_states.claim(mail_id=mail.pk, actor=None, at=AT + mail_states.LEASE) is None
    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.secret) == (MailState.UNCERTAIN, "mail.lost", "")
    assert events(mail) == ["mail.queued", "mail.uncertain"]


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.ACCEPTED, MailState.ACCEPTED),
        (Verdict.FAILED, MailState.FAILED),
        (Verdict.AGAIN, MailState.FAILED),
        (Verdict.UNCERTAIN, MailState.UNCERTAIN),
    ],
)
def test_slow_worker_still_settles_what_became_uncertain(world: Any, verdict: Verdict, state: str) -> None:
    mail = queue_plain(world)
    row = claim(mail)
    mail_states.mark_ending(row)
    mail_states.claim(mail_id=mail.pk, actor=None, at=AT + mail_states.LEASE)
    done = mail_states.finish(mail=row, verdict=verdict, response="250 ok", actor=None, at=AT + 2 * mail_states.LEASE)
    assert done is not None
    mail.refresh_from_db()
    assert mail.state == state


def test_claim_that_was_lost_writes_nothing(world: Any) -> None:
    mail = queue_plain(world)
    first = claim(mail)
    second = claim(mail, AT + mail_states.LEASE)
    assert not mail_states.mark_ending(first)
    assert mail_states.finish(mail=first, verdict=Verdict.ACCEPTED, response="", actor=None, at=AT) is None
    assert mail_states.put_back(mail=first, until=AT, why="mail.not_ready", actor=None, at=AT) is None
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.claimed_until) == (MailState.SENDING, 2, second.claimed_until)
    mail_states.finish(mail=second, verdict=Verdict.ACCEPTED, response="250 ok", actor=None, at=AT)
    assert mail_states.finish(mail=second, verdict=Verdict.FAILED, response="", actor=None, at=AT) is None
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED


def test_sweep_finds_what_waits_and_what_lost_its_worker(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[int] = []
    monkeypatch.setattr(mail_states, "enqueue", lambda mails, **_: handed.extend(mails))
    waiting, fresh, claimed = queue_plain(world), queue_plain(world, due_at=AT + MINUTE), queue_plain(world)
    claim(claimed)
    assert mail_states.sweep(at=AT) == 0, "what was just written is handed over already"
    assert mail_states.sweep(at=AT + mail_states.GRACE) == 1
    assert handed == [waiting.pk]
    handed.clear()
    assert mail_states.sweep(at=AT + mail_states.LEASE) == 3
    assert sorted(handed) == sorted([waiting.pk, fresh.pk, claimed.pk])


def test_broker_that_is_down_leaves_it_to_the_sweep(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from invoicing_site.mail_queue import enqueue
    from invoicing_site.tasks import send_mail

    def unreachable(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(send_mail, "apply_async", unreachable)
    mail = queue_plain(world)
    enqueue([mail.pk])
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED


def test_letter_that_is_not_ready_waits_without_an_attempt(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = queue_plain(world)
    says(monkeypatch, NotReady("the PDF"))
    assert deliver_due(AT) == []
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error, mail.due_at) == (
        MailState.QUEUED, 0, "mail.not_ready", AT + mailer.SOON,
    )  # fmt: skip
    late = mail.created_at + mailer.PATIENT
    assert deliver_due(late) == []
    mail.refresh_from_db()
    assert (mail.attempts, mail.due_at) == (0, late + mailer.LATER)
    says(monkeypatch, Letter(values={}))
    assert len(deliver_due(mail.due_at)) == 1


def test_refused_letter_fails_with_its_reason(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = queue_plain(world)
    says(monkeypatch, Refused("invitation.closed"))
    assert deliver_due(AT) == []
    mail.refresh_from_db()
    assert (mail.state, mail.error, events(mail)[-1]) == (MailState.FAILED, "invitation.closed", "mail.failed")


def test_broken_letter_is_tried_again_and_its_words_reach_no_log(
    world: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mail = queue_plain(world)
    says(monkeypatch, ValueError("token s3cr3t of eva@kunde.example"))
    with caplog.at_level(logging.DEBUG):
        assert deliver_due(AT) == []
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (MailState.QUEUED, 1, "mail.broken_letter")
    assert "ValueError" in caplog.text
    assert "s3cr3t" not in caplog.text
    assert "eva@" not in caplog.text


def test_copy_and_attachment_go_along(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    queue_plain(world)
    file = Attachment("../R\r\n1.pdf", "application/pdf", b"%PDF")
    says(monkeypatch, Letter(values={}, copy="archive@acme.example", attachments=(file,)))
    (message,) = deliver_due(AT)
    assert message.bcc == ["archive@acme.example"]
    assert [tuple(part) for part in message.attachments] == [("..-R 1.pdf", b"%PDF", "application/pdf")]
    assert "archive@" not in str(message.message())


def test_one_provider_s_share_of_a_minute(world: Any, settings: Any) -> None:
    settings.MAIL_PER_DOMAIN_PER_MINUTE = 2
    mails = [queue_plain(world, f"eva{n}@Kunde.example") for n in range(5)]
    other = queue_plain(world, "max@other.example")
    assert len(deliver_due(AT)) == 3
    other.refresh_from_db()
    assert other.state == MailState.ACCEPTED
    for mail in mails:
        mail.refresh_from_db()
    assert [(mail.state, mail.attempts, mail.due_at) for mail in mails[2:]] == [
        (MailState.QUEUED, 0, AT + MINUTE),
        (MailState.QUEUED, 0, AT + MINUTE),
        (MailState.QUEUED, 0, AT + 2 * MINUTE),
    ]
    assert mails[2].error == "mail.throttled"
    assert len(deliver_due(AT + MINUTE)) == 2
    assert len(deliver_due(AT + 2 * MINUTE)) == 1


def test_dead_cache_holds_up_no_mail(world: Any, settings: Any) -> None:
    settings.MAIL_PER_DOMAIN_PER_MINUTE = 1
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    for _ in range(3):
        queue_plain(world)
    assert len(deliver_due(AT)) == 3


def test_mails_are_not_sent_inside_a_verb(world: Any) -> None:
    from invoicing_site.action import action

    mail = queue_plain(world)

    @action
    def verb(*, actor: Any, at: dt.datetime) -> None:
        mailer.send([mail.pk])

    with pytest.raises(RuntimeError, match="inside a transaction"):
        verb(actor=None, at=AT)
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED


def test_own_kinds_are_known_to_the_wiring() -> None:
    assert {kind for kind, entry in wiring.MAILS.items() if isinstance(entry, MailKind)} >= {"account", "invitation"}


def test_what_a_mail_waited_for_sends_it_at_once(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[list[int]] = []
    monkeypatch.setattr(mail_states, "enqueue", handed.append)
    waits, other = queue_plain(world), queue_plain(world)
    throttled = queue_plain(world, subject=("document", waits.subject))
    for mail, why in ((waits, "mail.not_ready"), (throttled, "mail.throttled"), (other, "mail.not_ready")):
        mail_states.put_back(mail=claim(mail), until=AT + MINUTE, why=why, actor=None, at=AT)
    assert mail_states.ready(subject=("document", waits.subject), at=AT) == 1
    assert handed == [[waits.pk]]
    assert {mail.pk: mail.due_at for mail in Mail.objects.all()} == {
        waits.pk: AT,
        throttled.pk: AT + MINUTE,
        other.pk: AT + MINUTE,
    }
