"""What a mail looks like: whose words, whose name, one text twice, headers nobody can add to."""

import uuid
from typing import Any

import pytest

from invoicing_site.letters import Letter
from invoicing_site.mail_words import compose, house_words, sender_of, words
from invoicing_site.models import Mail, MailTemplate, Sender
from invoicing_site.rules.mail_words import Words
from tests.helpers.mailbox import plain_kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(world: Any, monkeypatch: pytest.MonkeyPatch) -> Mail:
    """Not saved: previews compose before anything is queued."""
    plain_kind(monkeypatch)
    return Mail(company=world.company, kind="plain", recipient="eva@kunde.example", language="de", subject=uuid.uuid4())


def html_of(message: Any) -> str:
    return str(message.alternatives[0][0])


def test_text_and_html_say_the_same(mail: Mail) -> None:
    message = compose(mail)
    assert message.subject == "R-1 of Acme"
    assert "<title>R-1 of Acme</title>" in html_of(message)
    assert message.body == "Hello,\n\nOpen:\nhttps://billing.example/l/x/\n\nAcme\n"
    for piece in ("<p>Hello,</p>", 'href="https://billing.example/l/x/"', "<p>Acme</p>", '<html lang="de">'):
        assert piece in html_of(message)


def test_values_are_text_everywhere(mail: Mail) -> None:
    evil = "<script>alert(1)</script>\r\nBcc: x@y.example {number}"
    message = compose(mail, Letter(values={"company": evil, "number": "7"}, button=("<i>", 'https://a.example/?"><i>')))
    raw = message.message()
    assert message.subject == "7 of <script>alert(1)</script> Bcc: x@y.example {number}"
    assert raw["Bcc"] is None
    assert raw.get_all("To") == ["eva@kunde.example"]
    assert "<script" not in html_of(message)
    assert "<i>" not in html_of(message)


def test_headers_let_robots_stay_silent_and_repeat_exactly(mail: Mail) -> None:
    one, two = compose(mail).message(), compose(mail).message()
    assert one["Message-ID"] == two["Message-ID"]
    assert str(mail.uuid) in one["Message-ID"]
    assert (one["Auto-Submitted"], one["Content-Language"]) == ("auto-generated", "de")


def test_company_speaks_under_its_name_and_gets_the_answers(mail: Mail, world: Any, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Invoicing <no-reply@billing.example>"
    message = compose(mail)
    assert (message.from_email, message.reply_to) == ("Acme <no-reply@billing.example>", ["office@acme.example"])
    Sender.objects.create(company=world.company, name='Acme "Billing"\n, Inc', address="billing@acme.example")
    message = compose(mail)
    assert message.message()["From"] == '"Acme \\"Billing\\" , Inc" <billing@acme.example>'
    assert message.reply_to == []
    assert sender_of(None) == ("Invoicing", "no-reply@billing.example", "")


def test_own_words_stand_before_the_house_s_for_one_language_and_company(mail: Mail, world: Any, stranger: Any) -> None:
    MailTemplate.objects.create(
        company=world.company, kind="plain", language="de", subject="Nr. {number}", body="Hallo\n\n{nothing}{button}"
    )
    message = compose(mail)
    assert (message.subject, message.body) == ("Nr. R-1", "Hallo\n\nOpen:\nhttps://billing.example/l/x/\n")
    assert words(stranger.company, "plain", "de").subject == "{number} of {company}"
    assert words(world.company, "plain", "en").subject == "{number} of {company}"
    assert compose(mail, said=Words("Entwurf", "Text")).subject == "Entwurf"


def test_kinds_without_placeholders_keep_the_house_s_words(world: Any) -> None:
    MailTemplate.objects.create(company=world.company, kind="account", language="en", subject="Free", body="Money")
    assert words(world.company, "account", "en") == Words("{subject}", "{text}")


def test_unknown_language_reads_english() -> None:
    assert house_words("invitation", "fr") == house_words("invitation", "en")
    assert house_words("invitation", "de").subject == "Einladung zu {company}"
