"""From a Mail row to the message on the wire: whose words, what they say, who sends. Sending, preview and test send all come here."""

from email.utils import formataddr, parseaddr
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe

from invoicing_site.letters import Letter
from invoicing_site.models import Company, Mail, MailTemplate, Sender
from invoicing_site.rules import mail as rules
from invoicing_site.rules import mail_words
from invoicing_site.rules.mail_words import Words
from invoicing_site.wiring import MAILS

FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
SUBJECT = 200


@lru_cache(maxsize=64)
def house_words(kind: str, language: str) -> Words:
    """The words the house gives for `kind`, in English where there are none in `language`."""
    file = FOLDER / f"{kind}.{language}.txt"
    return mail_words.parse((file if file.exists() else FOLDER / f"{kind}.en.txt").read_text("utf-8"))


def words(company: Company | None, kind: str, language: str) -> Words:
    """The company's own words, or the house's. One query for a kind that may have own words."""
    if company is not None and MAILS[kind].placeholders:
        own = MailTemplate.objects.for_company(company).filter(kind=kind, language=language).first()
        if own is not None:
            return Words(own.subject, own.body)
    return house_words(kind, language)


def letter_of(mail: Mail) -> Letter:
    """What the kind's letter function says about `mail`. Raises NotReady, Refused."""
    letter: Letter = import_string(MAILS[mail.kind].letter)(mail)
    return letter


def sender_of(company: Company | None) -> tuple[str, str, str]:
    """(name, address, address for answers) a company's mail shows; the installation's own where it says nothing."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if company is None:
        return name, address, ""
    own = Sender.objects.for_company(company).first() or Sender()
    answers = own.reply_to or ("" if own.address else company.email)
    return rules.one_line(own.name or company.name), own.address or address, answers


def compose(mail: Mail, letter: Letter | None = None, said: Words | None = None) -> EmailMultiAlternatives:
    """The message of `mail`, which need not be saved; `letter` and `said` stand in for the kind's own (preview).

    The same row always gives the same Message-ID. Raises NotReady, Refused.
    """
    letter = letter or letter_of(mail)
    said = said or words(mail.company, mail.kind, mail.language)
    name, address, answers = sender_of(mail.company)
    before, after = (mail_words.fill(part, letter.values) for part in mail_words.around_button(said.body))
    message = EmailMultiAlternatives(
        subject=rules.one_line(mail_words.fill(said.subject, letter.values))[:SUBJECT],
        body=plain(before, letter.button, after),
        from_email=formataddr((name, address)),
        to=[mail.recipient],
        bcc=[letter.copy] if letter.copy else [],
        reply_to=[answers] if answers else [],
        headers={
            "Message-ID": rules.message_id(mail.uuid, settings.BASE_URL, address),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": mail.language,
        },
    )
    message.attach_alternative(html(mail, str(message.subject), before, letter.button, after), "text/html")
    for file in letter.attachments:
        message.attach(rules.one_line(file.name).replace("/", "-"), file.content, file.media_type)
    return message


def plain(before: str, button: tuple[str, str] | None, after: str) -> str:
    link = f"{button[0]}:\n{button[1]}" if button else ""
    return mail_words.airy("\n\n".join(part for part in (before, link, after) if part)) + "\n"


def html(mail: Mail, subject: str, before: str, button: tuple[str, str] | None, after: str) -> str:
    """The frame around paragraphs that rules/mail_words.py escaped."""
    context = {
        "language": mail.language,
        "subject": subject,
        "company": mail.company.name if mail.company else "",
        "before": mark_safe(mail_words.paragraphs(before, settings.BASE_URL)),  # noqa: S308
        "after": mark_safe(mail_words.paragraphs(after, settings.BASE_URL)),  # noqa: S308
        "button": button,
    }
    return render_to_string("mail/frame.html", context)
