"""What allauth has to say about an account leaves the request as a row; its links are nobody's to read."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from invoicing_site.models import Mail, User
from invoicing_site.states import MailState
from tests.helpers.mailbox import deliver_due
from tests.helpers.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> User:
    user = User.objects.create_user("eva@acme.example", PASSWORD, name="Eva")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def reset(email: str, **headers: str) -> int:
    return Client().post("/accounts/password/reset/", {"email": email}, headers=headers).status_code


def test_reset_link_waits_encrypted_and_is_gone_once_sent(
    person: User, mailoutbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert reset(person.email) == 302
        assert mailoutbox == []
        mail = Mail.objects.get()
        assert (mail.kind, mail.company, mail.recipient, mail.subject) == ("account", None, person.email, person.uuid)
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(m)::text FROM invoicing_site_mail m")
            assert "/password/reset/key/" not in cursor.fetchone()[0]
        (message,) = deliver_due()
    assert "/password/reset/key/" in str(message.alternatives[0][0])
    link = next(word for word in message.body.split() if "/password/reset/key/" in word)
    assert link.rsplit("/key/")[1].strip("/") not in caplog.text
    mail.refresh_from_db()
    assert (mail.state, mail.secret) == (MailState.ACCEPTED, "")


def test_unknown_address_is_answered_alike_and_told_so(person: User) -> None:
    assert reset("nobody@acme.example") == 302
    mail = Mail.objects.get()
    assert (mail.recipient, mail.kind) == ("nobody@acme.example", "account")
    assert mail.subject != person.uuid
    (message,) = deliver_due()
    assert "/password/reset/key/" not in message.body


def test_it_speaks_the_language_of_the_page(person: User) -> None:
    reset(person.email, **{"Accept-Language": "de"})
    assert Mail.objects.get().language == "de"


def test_it_comes_from_the_installation(person: User, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Invoicing <no-reply@billing.example>"
    reset(person.email)
    (message,) = deliver_due()
    assert (message.from_email, message.reply_to) == ("Invoicing <no-reply@billing.example>", [])
    assert message.alternatives
