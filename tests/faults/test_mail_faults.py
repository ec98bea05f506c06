"""The mail server is away, greylists, refuses, hangs up, stalls; workers race and are killed (FAULTS 40)."""

import datetime as dt
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from invoicing_site import mailer
from invoicing_site.actions import mail_states
from invoicing_site.actions.mail import send_again, settle_uncertain
from invoicing_site.models import Event, Mail, StoppedAddress
from invoicing_site.rules.mail import MAX_ATTEMPTS
from invoicing_site.states import MailState
from tests.helpers.mailbox import plain_kind, queue_plain
from tests.helpers.smtp import Behaviour, free_port, mail_server
from tests.helpers.workers import ROOT, environment
from tests.together import size, together
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


@pytest.fixture
def acme(transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    plain_kind(monkeypatch)
    settings.MAIL_PER_DOMAIN_PER_MINUTE = 0
    monkeypatch.setattr("invoicing_site.mail_queue.enqueue", lambda mails, **_: None)
    return make_world("acme")


def attempt(at: dt.datetime, *mails: Mail) -> None:
    with mailer.Post() as post:
        for mail in mails:
            mailer.send_one(mail.pk, post, at)
            mail.refresh_from_db()


def test_server_that_is_away_costs_an_attempt_and_loses_nothing(acme: Any, settings: Any) -> None:
    mail, port = queue_plain(acme), free_port()
    with mail_server(settings) as server:
        settings.EMAIL_PORT, good = port, settings.EMAIL_PORT
        attempt(AT, mail)
        assert (mail.state, mail.attempts, mail.due_at) == (MailState.QUEUED, 1, AT + dt.timedelta(minutes=1))
        assert mail.error.startswith("ConnectionRefusedError")
        settings.EMAIL_PORT = good
        attempt(AT, mail)
        assert mail.attempts == 1, "it is not due yet"
        attempt(mail.due_at, mail)
        assert (mail.state, mail.response, mail.error) == (MailState.ACCEPTED, "250 2.0.0 Queued as 4711", "")
        assert [received.recipients for received in server.received] == [["eva@kunde.example"]]


def test_server_that_stays_away_fails_the_mail_after_its_attempts(acme: Any, settings: Any) -> None:
    mail = queue_plain(acme, secret="hush")
    with mail_server(settings, "full") as server:
        while mail.state == MailState.QUEUED:
            assert mail.secret == "hush"
            attempt(mail.due_at, mail)
    assert (mail.state, mail.attempts, mail.error, mail.secret) == (
        MailState.FAILED, MAX_ATTEMPTS, "452 4.2.2 Mailbox full", "",
    )  # fmt: skip
    assert len(server.asked) == MAX_ATTEMPTS
    assert list(Event.objects.filter(subject=mail.subject).order_by("pk").values_list("type", flat=True)) == [
        "mail.queued",
        "mail.failed",
    ]


@pytest.mark.parametrize(
    ("mode", "state", "error", "received"),
    [
        ("accept", MailState.ACCEPTED, "", 1),
        ("greylist", MailState.QUEUED, "451 4.7.1 Greylisted, come back later", 0),
        ("unknown", MailState.FAILED, "550 5.1.1 No such user", 0),
        ("refuse content", MailState.FAILED, "554 5.7.1 Looks like spam", 0),
        ("hang up", MailState.QUEUED, "SMTPServerDisconnected: Connection unexpectedly closed", 0),
        ("slow before", MailState.QUEUED, "SMTPServerDisconnected: Connection unexpectedly closed: timed out", 0),
        ("drop", MailState.UNCERTAIN, "SMTPServerDisconnected: Connection unexpectedly closed", 1),
        ("slow after", MailState.UNCERTAIN, "SMTPServerDisconnected: Connection unexpectedly closed: timed out", 1),
    ],
)
def test_each_behaviour_has_its_end(acme: Any, settings: Any, mode: str, state: str, error: str, received: int) -> None:
    """The mail after it goes out all the same: one bad conversation does not spoil the connection for the next."""
    mail, healthy = queue_plain(acme), queue_plain(acme, "max@other.example")
    with mail_server(settings, lambda address: mode if "eva" in address else "accept") as server:
        attempt(AT, mail, healthy)
        assert (mail.state, mail.error) == (state, error)
        assert [got.recipients for got in server.received] == [["eva@kunde.example"]] * received + [
            ["max@other.example"]
        ]
    assert healthy.state == MailState.ACCEPTED
    stopped = list(StoppedAddress.objects.values_list("email", "mail"))
    assert stopped == ([("eva@kunde.example", mail.pk)] if mode == "unknown" else [])


def test_uncertain_mail_is_never_sent_again_by_itself(acme: Any, settings: Any) -> None:
    mail = queue_plain(acme)
    with mail_server(settings, "drop") as server:
        attempt(AT, mail)
        server.mode = "accept"
        attempt(AT + DAY, mail)
        mail_states.sweep(at=AT + DAY)
        assert len(server.received) == 1
        settle_uncertain(company=acme.company, mail=mail.uuid, arrived=False, actor=acme.owner, at=AT + DAY)
        again = send_again(company=acme.company, mail=mail.uuid, actor=acme.owner, at=AT + DAY)
        attempt(AT + DAY, again)
    assert again.state == MailState.ACCEPTED
    assert len({got.message["Message-ID"] for got in server.received}) == 2


def test_message_goes_over_the_wire_whole(acme: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of dots, bare line ends and letters of the world arrive as they were; the return path is this mail's own."""
    from invoicing_site import mail_words
    from invoicing_site.rules.mail_words import Words

    settings.MAIL_BOUNCE_DOMAIN = "bounces.example"
    body = "Grüße\n.\n..\n.QUIT\n\nEnde"
    monkeypatch.setattr(mail_words, "house_words", lambda kind, language: Words("Füße {number}", body))
    mail = queue_plain(acme)
    with mail_server(settings) as server:
        attempt(AT, mail)
    (got,) = server.received
    parts = {part.get_content_type(): part for part in got.message.walk()}
    text = parts["text/plain"].get_payload(decode=True)
    assert isinstance(text, bytes)
    assert text.decode().replace("\r\n", "\n") == body + "\n\nOpen:\nhttps://billing.example/l/x/\n"
    assert got.sender == f"bounce+{mail.uuid.hex}@bounces.example"
    assert str(mail.uuid) in got.message["Message-ID"]


@pytest.mark.parametrize("backend", ["smtp", "locmem"])
def test_message_that_cannot_be_written_holds_up_no_other(
    acme: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    """An answer address with a line end in it, which no form lets in: Django refuses to write it."""
    from invoicing_site import mail_words

    mail, healthy = queue_plain(acme), queue_plain(acme, company=None)
    monkeypatch.setattr(
        mail_words,
        "sender_of",
        lambda company: ("Acme", "office@acme.example", "a@b.example\nBcc: secret@x.example" if company else ""),
    )
    with mail_server(settings):
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
        attempt(AT, mail, healthy)
    assert (mail.state, mail.attempts, mail.error) == (MailState.QUEUED, 1, "BadHeaderError")
    assert healthy.state == MailState.ACCEPTED


def test_refusal_and_hang_up_in_one_is_a_refusal(acme: Any, settings: Any) -> None:
    mail, healthy = queue_plain(acme), queue_plain(acme, "max@other.example")
    with mail_server(settings, lambda address: "unknown and away" if "eva" in address else "accept"):
        attempt(AT, mail, healthy)
    assert (mail.state, mail.error) == (MailState.FAILED, "550 5.1.1 No such user")
    assert healthy.state == MailState.ACCEPTED


def test_workers_on_one_mail_send_it_once(acme: Any, settings: Any) -> None:
    with mail_server(settings) as server:
        for _ in range(size(3, 50)):
            mail = queue_plain(acme, at=AT)
            results = together([partial(mailer.send, [mail.pk])] * size(4, 16))
            assert results == [None] * len(results)
            mail.refresh_from_db()
            assert mail.state == MailState.ACCEPTED
            assert sum(str(mail.uuid) in got.message["Message-ID"] for got in server.received) == 1


def test_worker_that_outlived_its_lease_hangs_up(acme: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one took the mail over while it talked: the server gets no end of the first message and throws it away."""
    mail = queue_plain(acme)
    late, taken = AT + mail_states.LEASE, []
    real = mailer._dotted

    def slow(message: Any) -> bytes:
        if not taken:
            taken.append(mail_states.claim(mail_id=mail.pk, actor=None, at=late))
        return real(message)

    monkeypatch.setattr(mailer, "_dotted", slow)
    with mail_server(settings) as server:
        attempt(AT, mail)
        assert (mail.state, mail.attempts, server.received) == (MailState.SENDING, 2, [])
        assert taken[0] is not None
        attempt(late + mail_states.LEASE, mail)
        assert (mail.state, len(server.received)) == (MailState.ACCEPTED, 1)


KILLED = "import django; django.setup(); from invoicing_site import mailer; mailer.send([{pk}])"


def killed_while(server: Behaviour, mail: Mail, settings: Any, ready: Callable[[], bool]) -> None:
    """A process of its own sends `mail`; it is killed with -9 once `ready`."""
    env = environment(INVOICING_MODE="production", EMAIL_URL=f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")
    command = [sys.executable, "-W", "ignore", "-c", KILLED.format(pk=mail.pk)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise AssertionError(process.communicate()[1].decode())
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def account_mail(world: Any, number: int) -> Mail:
    """A kind another process knows too."""
    return queue_plain(
        world, f"eva{number}@kunde.example", kind="account", secret='{"subject": "Hello", "text": "Hello"}'
    )


def test_worker_killed_before_the_end_leaves_a_mail_that_is_sent_once(acme: Any, settings: Any) -> None:
    for number in range(size(1, 20)):
        mail = account_mail(acme, number)
        with mail_server(settings, "slow before", pause=30.0) as server:
            killed_while(server, mail, settings, lambda server=server: bool(server.asked))  # type: ignore[misc]
        mail.refresh_from_db()
        assert (mail.state, mail.response) == (MailState.SENDING, "")
        assert mail.claimed_until is not None
        with mail_server(settings) as server:
            attempt(mail.claimed_until - dt.timedelta(seconds=1), mail)
            assert server.asked == [], "the lease still runs"
            attempt(mail.claimed_until, mail)
            assert (mail.state, mail.secret, len(server.received)) == (MailState.ACCEPTED, "", 1)


def test_worker_killed_after_the_end_leaves_an_uncertain_mail(acme: Any, settings: Any) -> None:
    for number in range(size(1, 20)):
        mail = account_mail(acme, number)
        with mail_server(settings, "slow after", pause=30.0) as server:
            killed_while(server, mail, settings, lambda server=server: bool(server.received))  # type: ignore[misc]
            server.mode = "accept"
            mail.refresh_from_db()
            assert (mail.state, mail.response) == (MailState.SENDING, mail_states.ENDING)
            assert mail.claimed_until is not None
            attempt(mail.claimed_until, mail)
            attempt(mail.claimed_until, mail)
            assert (mail.state, mail.error, mail.secret) == (MailState.UNCERTAIN, "mail.lost", "")
            assert len(server.received) == 1


def test_in_any_weather_nothing_is_lost_and_only_uncertain_mail_comes_twice(acme: Any, settings: Any) -> None:
    """Each attempt meets another mood of the server; a person then sends again what they are told did not arrive."""
    dice = random.Random(40)
    moods = ["accept"] * 4 + ["greylist", "full", "hang up", "drop", "refuse content"]
    mails = [queue_plain(acme, f"eva{number}@kunde{number % 7}.example") for number in range(size(40, 1000))]
    with mail_server(settings, lambda address: dice.choice(moods)) as server:
        at = AT
        for _ in range(MAX_ATTEMPTS + 1):
            attempt(at, *[mail for mail in mails if mail.state == MailState.QUEUED])
            at += DAY
        assert {mail.state for mail in mails} <= {MailState.ACCEPTED, MailState.FAILED, MailState.UNCERTAIN}
        came = Counter(got.message["To"] for got in server.received)
        assert max(came.values()) == 1
        uncertain = [mail for mail in mails if mail.state == MailState.UNCERTAIN]
        arrived = {mail.recipient for mail in mails if mail.state == MailState.ACCEPTED}
        assert uncertain
        assert set(came) == arrived | {mail.recipient for mail in uncertain}
        server.mode = "accept"
        for mail in mails:
            if mail.state == MailState.UNCERTAIN:
                settle_uncertain(company=acme.company, mail=mail.uuid, arrived=False, actor=acme.owner, at=at)
            if mail.state != MailState.ACCEPTED:
                attempt(at, send_again(company=acme.company, mail=mail.uuid, actor=acme.owner, at=at))
        came = Counter(got.message["To"] for got in server.received)
        assert set(came) == {mail.recipient for mail in mails}
        assert sum(count - 1 for count in came.values()) == len(uncertain)
