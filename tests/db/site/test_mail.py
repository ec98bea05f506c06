"""Queueing, cancelling, sending again and settling mails: the verbs people and reactions use (SPEC D2)."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from invoicing_site.actions import mail as mails
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Mail, StoppedAddress
from invoicing_site.states import MailState
from tests.helpers.mailbox import deliver_due
from tests.world import AT

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def plain_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of mail that needs nothing else to exist."""
    from invoicing_site import wiring
    from invoicing_site.wiring import MailKind

    monkeypatch.setitem(wiring.MAILS, "document", MailKind("Document", f"{__name__}.letter", ("company", "number")))
    monkeypatch.setitem(wiring.MAILS, "secret", MailKind("Secret", f"{__name__}.letter", again=False))


def letter(mail: Mail) -> Any:
    from invoicing_site.letters import Letter

    return Letter(values={"company": "Acme", "number": "R-1"})


def queued(world: Any, **fields: Any) -> Mail:
    values: dict[str, Any] = {
        "company": world.company, "kind": "document", "subject": ("document", uuid.uuid4()), "recipient": "eva@kunde.example",
        "language": "de", "dedupe_key": f"document:{uuid.uuid4()}", "actor": world.owner, "at": AT,
    }  # fmt: skip
    return mails.queue(**(values | fields))


def events(mail: Mail) -> list[str]:
    return list(Event.objects.filter(subject=mail.subject).order_by("pk").values_list("type", flat=True))


def test_queue_writes_a_row_and_tells_without_an_address(world: Any) -> None:
    mail = queued(world)
    assert (mail.state, mail.due_at, mail.attempts, mail.created_by) == (MailState.QUEUED, AT, 0, world.owner)
    event = Event.objects.get(subject=mail.subject)
    assert (event.type, event.data) == ("mail.queued", {"mail": str(mail.uuid), "kind": "document"})


def test_same_key_is_the_same_mail(world: Any) -> None:
    first = queued(world, dedupe_key="document:1")
    again = queued(world, dedupe_key="document:1", recipient="other@kunde.example")
    assert (again.pk, again.recipient) == (first.pk, "eva@kunde.example")
    assert Mail.objects.count() == 1


def test_a_key_of_another_company_is_a_fault_of_the_caller(world: Any, stranger: Any) -> None:
    queued(world, dedupe_key="document:1")
    with pytest.raises(ValueError, match="another company"):
        queued(stranger, dedupe_key="document:1")


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b", "a b@c.example", "a@b.example\nBcc: x@y.example", "a" * 250 + "@b.example"]
)
def test_what_is_no_address_is_refused(world: Any, address: str) -> None:
    with pytest.raises(BusinessError) as refused:
        queued(world, recipient=address)
    assert (refused.value.code, refused.value.field) == ("mail.address", "recipient")
    assert Mail.objects.count() == 0


def test_unknown_language_reads_english(world: Any) -> None:
    assert queued(world, language="xx").language == "en"


def test_stopped_address_gives_a_mail_that_failed_visibly(world: Any, stranger: Any) -> None:
    StoppedAddress.objects.create(company=world.company, email="eva@kunde.example", reason="gone", stopped_at=AT)
    mail = queued(world, recipient="Eva@Kunde.example", secret="hush")
    assert (mail.state, mail.error, mail.secret) == (MailState.FAILED, "mail.stopped", "")
    assert events(mail) == ["mail.failed"]
    assert queued(stranger).state == MailState.QUEUED, "another company writes on"


def test_scheduled_mail_waits_and_can_be_undone(world: Any) -> None:
    mail = queued(world, due_at=LATER, secret="hush")
    assert deliver_due(AT) == []
    cancelled = mails.cancel(company=world.company, mail=mail.uuid, actor=world.owner, at=AT)
    again = mails.cancel(company=world.company, mail=mail.uuid, actor=world.owner, at=AT)
    assert (cancelled.state, again.state, cancelled.secret) == (MailState.CANCELLED, MailState.CANCELLED, "")
    assert deliver_due(LATER) == []
    assert events(mail) == ["mail.queued", "mail.cancelled"]


def test_what_has_left_cannot_be_cancelled(world: Any) -> None:
    mail = queued(world)
    (message,) = deliver_due(AT)
    assert message.to == ["eva@kunde.example"]
    with pytest.raises(BusinessError, match=r"mail\.gone"):
        mails.cancel(company=world.company, mail=mail.uuid, actor=world.owner, at=AT)
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == (MailState.ACCEPTED, AT)


def test_sending_again_is_a_new_mail_with_a_name_of_its_own(world: Any) -> None:
    mail = queued(world, dedupe_key="document:1", options={"note": "hello"})
    (first,) = deliver_due(AT)
    one = mails.send_again(company=world.company, mail=mail.uuid, actor=world.owner, at=LATER)
    (second,) = deliver_due(LATER)
    two = mails.send_again(
        company=world.company, mail=one.uuid, recipient="max@kunde.example", actor=world.owner, at=LATER
    )
    assert [one.dedupe_key, two.dedupe_key] == ["document:1:resend:1", "document:1:resend:2"]
    assert (one.resend_of, two.resend_of, two.recipient, one.options) == (
        mail, mail, "max@kunde.example", {"note": "hello"},
    )  # fmt: skip
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


def test_sending_again_needs_an_end_and_content_that_was_not_secret(world: Any) -> None:
    mail = queued(world)
    with pytest.raises(BusinessError, match=r"mail\.still_going"):
        mails.send_again(company=world.company, mail=mail.uuid, actor=world.owner, at=AT)
    deliver_due(AT)
    once = queued(world, kind="secret")
    mails.cancel(company=world.company, mail=once.uuid, actor=world.owner, at=AT)
    with pytest.raises(BusinessError, match=r"mail\.not_again"):
        mails.send_again(company=world.company, mail=once.uuid, actor=world.owner, at=AT)
    assert Mail.objects.count() == 2


@pytest.mark.parametrize(
    ("arrived", "state", "error"),
    [(True, MailState.ACCEPTED, ""), (False, MailState.FAILED, "mail.did_not_arrive")],
)
def test_person_settles_what_perhaps_was_sent(world: Any, arrived: bool, state: str, error: str) -> None:
    mail = queued(world)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.SENDING)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.UNCERTAIN)
    done = mails.settle_uncertain(company=world.company, mail=mail.uuid, arrived=arrived, actor=world.owner, at=LATER)
    assert (done.state, done.error, done.accepted_at) == (state, error, LATER if arrived else None)
    assert events(mail)[-1] == ("mail.accepted" if arrived else "mail.failed")
    with pytest.raises(BusinessError, match=r"mail\.not_uncertain"):
        mails.settle_uncertain(company=world.company, mail=mail.uuid, arrived=True, actor=world.owner, at=LATER)


@pytest.mark.parametrize("verb", ["cancel", "send_again", "settle_uncertain"])
def test_mails_of_others_do_not_exist_and_auditors_only_look(world: Any, stranger: Any, verb: str) -> None:
    mail = queued(world)
    rest: dict[str, Any] = {"arrived": True} if verb == "settle_uncertain" else {}
    with pytest.raises(BusinessError, match="not_found"):
        getattr(mails, verb)(company=stranger.company, mail=mail.uuid, actor=stranger.owner, at=AT, **rest)
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        getattr(mails, verb)(company=world.company, mail=mail.uuid, actor=world.people["auditor"], at=AT, **rest)
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED


def test_database_refuses_to_change_what_a_mail_is(world: Any) -> None:
    mail = queued(world)
    for change in ("recipient = 'x@y.example'", "state = 'accepted'", "dedupe_key = 'x'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE invoicing_site_mail SET {change} WHERE id = %s", [mail.pk])


def test_secret_is_not_readable_in_the_table(world: Any) -> None:
    mail = queued(world, secret="code 123456")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM invoicing_site_mail WHERE id = %s", [mail.pk])
        stored = bytes(cursor.fetchone()[0])
    assert b"123456" not in stored
    mail.refresh_from_db()
    assert mail.secret == "code 123456"
    deliver_due(AT)
    mail.refresh_from_db()
    assert mail.secret == ""
