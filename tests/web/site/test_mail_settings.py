"""Settings of mail: the sender, words per kind and language, their preview, the test somebody sends to themselves."""

import html
import re
from typing import Any

import pytest
from django.test import Client as Browser

from invoicing_site import clock, mail_words
from invoicing_site.models import Event, Mail, MailTemplate, Sender
from tests.helpers.mailbox import deliver_due
from tests.helpers.people import office_client

pytestmark = pytest.mark.django_db
PAGE = "/acme/settings/mail/"
WORDS = f"{PAGE}document/en/"


@pytest.fixture
def owner(world: Any) -> Browser:
    return office_client(world.owner)


def text(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def words(**fields: Any) -> dict[str, Any]:
    return {"subject": "Invoice {number}", "body": "Hello {client}\r\n\r\n{button}\r\nBye", "revision": 0} | fields


def test_everybody_may_look_and_only_owners_change(world: Any, owner: Browser) -> None:
    auditor = office_client(world.people["auditor"])
    page = auditor.get(PAGE)
    assert "Acme" in text(page)
    assert WORDS not in page.content.decode()
    assert auditor.get(WORDS).status_code == auditor.post(f"{PAGE}sender/").status_code == 403
    assert WORDS in owner.get(PAGE).content.decode()


def test_the_sender_is_saved_once_and_told(world: Any, owner: Browser) -> None:
    body = {"name": "Acme Billing", "address": "billing@acme.example", "reply_to": "", "undo_seconds": "60"}
    assert owner.post(f"{PAGE}sender/", body).headers["Location"] == PAGE
    owner.post(f"{PAGE}sender/", body)
    row = Sender.objects.get(company=world.company)
    assert (row.name, row.address, row.attach_pdf, row.undo_seconds) == (
        "Acme Billing",
        "billing@acme.example",
        False,
        60,
    )
    (event,) = Event.objects.filter(type="mail.sender_changed")
    assert event.data == {"fields": ["name", "address", "attach_pdf", "undo_seconds"]}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"address": "nobody"}, "Enter a valid email address."),
        ({"undo_seconds": "3601"}, "Sending can be undone for at most 3600 seconds."),
        ({"undo_seconds": "-1"}, "greater than or equal to 0"),
        ({"name": "x" * 81}, "at most 80"),
        ({"name": "A\u2028B"}, "A\\u2028B"),
    ],
)
def test_a_sender_that_cannot_be_is_refused(world: Any, owner: Browser, fields: dict[str, str], says: str) -> None:
    body = {"name": "", "address": "", "reply_to": "", "undo_seconds": "20"} | fields
    answer = owner.post(f"{PAGE}sender/", body)
    assert (answer.status_code, Sender.objects.count()) == (422, 0)
    assert says in text(answer)


def test_own_words_are_said_until_they_are_reset(world: Any, owner: Browser) -> None:
    assert owner.post(WORDS, words()).headers["Location"] == PAGE
    row = MailTemplate.objects.get()
    assert (row.kind, row.language, row.subject, row.body, row.revision) == (
        "document", "en", "Invoice {number}", "Hello {client}\n\n{button}\nBye", 1
    )  # fmt: skip
    assert mail_words.words(world.company, "document", "en").subject == "Invoice {number}"
    assert "Your own" in text(owner.get(PAGE))
    assert owner.post(f"{WORDS}reset/").headers["Location"] == PAGE
    owner.post(f"{WORDS}reset/")
    assert MailTemplate.objects.count() == 0
    assert mail_words.words(world.company, "document", "en") == mail_words.house_words("document", "en")
    types = Event.objects.filter(type__startswith="mail.words").order_by("pk").values_list("type", flat=True)
    assert list(types) == ["mail.words_changed", "mail.words_reset"]


def test_two_people_at_the_same_words(world: Any, owner: Browser) -> None:
    owner.post(WORDS, words())
    answer = owner.post(WORDS, words(subject="Other"))
    assert (answer.status_code, MailTemplate.objects.get().subject) == (422, "Invoice {number}")
    assert "Somebody changed these words meanwhile." in text(answer)
    assert owner.post(WORDS, words(subject="Other", revision=1)).status_code == 302


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"subject": "Hi {nubmer}"}, "Nothing is known as {nubmer} here."),
        ({"body": "{secret} {client.password}"}, "Nothing is known as {secret}, {client.password} here."),
        ({"subject": "{button}"}, "Nothing is known as {button} here."),
        ({"subject": "a\u2028b"}, "Write a subject of one line."),
        ({"body": " \r\n "}, "This field is required."),
        ({"subject": "x" * 201}, "at most 200"),
        ({"body": "x" * 5001}, "at most 5000"),
    ],
)
def test_words_that_cannot_be_are_refused(world: Any, owner: Browser, fields: dict[str, str], says: str) -> None:
    before = Event.objects.count()
    for more in ({}, {"test": "1"}):
        answer = owner.post(WORDS, words(**fields, **more))
        assert answer.status_code == 422
        assert says in text(answer)
    assert (MailTemplate.objects.count(), Mail.objects.count(), Event.objects.count()) == (0, 0, before)


@pytest.mark.parametrize("place", ["document/fr/", "invitation/en/", "nothing/en/"])
def test_no_such_words(owner: Browser, place: str) -> None:
    for rest in ("", "preview/"):
        assert owner.get(f"{PAGE}{place}{rest}").status_code == 404
    assert owner.post(f"{PAGE}{place}reset/").status_code == 404


def test_the_preview_fills_examples_and_runs_nothing(owner: Browser) -> None:
    first = owner.get(f"{WORDS}preview/")
    assert "Invoice INV-2026-00042 from Acme" in text(first)
    typed = words(subject="<i>{number}", body="<script>alert(1)</script>{nothing}")
    answer = owner.post(f"{WORDS}preview/", typed)
    assert answer.status_code == 200
    assert "<i>INV-2026-00042" in text(answer)
    assert "<script" not in answer.content.decode()
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    assert MailTemplate.objects.count() == 0


def test_a_test_goes_to_whoever_asks(world: Any, owner: Browser) -> None:
    answer = owner.post(WORDS, words(test="1", subject="Own {number}"))
    assert answer.status_code == 200
    assert f"A test is on its way to {world.owner.email}." in text(answer)
    assert "Own {number}" in answer.content.decode()
    (message,) = deliver_due(clock.now())
    assert (message.to, message.subject) == ([world.owner.email], "Test: Own INV-2026-00042")
    assert message.body.startswith("Hello Example Ltd\n\nTo the document:\n")
    assert MailTemplate.objects.count() == 0
