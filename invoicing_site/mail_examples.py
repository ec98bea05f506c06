"""A kind of mail with made-up values: for the preview beside the words and for the test somebody sends to themselves."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext, gettext_noop, override

from invoicing_site.letters import Letter
from invoicing_site.mail_words import compose
from invoicing_site.models import Company, Mail, User
from invoicing_site.rules import mail_words
from invoicing_site.rules.mail_words import Words

# placeholder → what stands there in an example, in the language of the words
EXAMPLES = {
    "greeting": gettext_noop("Hello Alex Example,"),
    "recipient": "alex@example.org",
    "client": gettext_noop("Example Ltd"),
    "name": gettext_noop("Alex Example"),
    "kind": gettext_noop("Invoice"),
    "what": gettext_noop("invoice"),
    "valid_until": gettext_noop("2 Dec 2026"),
    "number": "INV-2026-00042",
    "date": gettext_noop("2 Nov 2026"),
    "day": gettext_noop("2 Nov 2026"),
    "due": gettext_noop("16 Nov 2026"),
    "amount": gettext_noop("€1,190.00"),
    "open": gettext_noop("€1,190.00"),
    "reference": "RF69 INV2 0260 0042",
    "use": gettext_noop("It was used for INV-2026-00042."),
    "file": gettext_noop("The PDF is attached."),
    "note": gettext_noop("Here stands the note of whoever sends it, if they write one."),
}


def values(placeholders: tuple[str, ...], company: Company, language: str) -> dict[str, str]:
    """Every placeholder with an example; one the house has none for shows its name."""
    with override(language):
        found = {name: gettext(EXAMPLES[name]) if name in EXAMPLES else f"‹{name}›" for name in placeholders}
    return found | ({"company": company.name} if "company" in placeholders else {})


def button(language: str) -> tuple[str, str]:
    with override(language):
        return gettext("To the document"), f"{settings.BASE_URL}/l/…/"


def example(
    company: Company, kind: str, language: str, said: Words, placeholders: tuple[str, ...], to: User
) -> EmailMultiAlternatives:
    """The message of an example, to `to`; nothing is stored."""
    mail = Mail(
        company=company,
        kind=kind,
        subject_kind="company",
        subject=company.uuid,
        recipient=to.email,
        language=language,
    )
    return compose(mail, Letter(values(placeholders, company, language), button(language)), said)


def specimen(mail: Mail) -> Letter:
    """The letter of a test somebody sends to themselves: the words in its options, filled with examples (wiring.MAILS)."""
    from invoicing_site.wiring import MAILS

    assert mail.company is not None
    filled = values(MAILS[mail.options["kind"]].placeholders, mail.company, mail.language)
    before, after = (mail_words.fill(part, filled) for part in mail_words.around_button(mail.options["body"]))
    subject = mail_words.fill(mail.options["subject"], filled)
    return Letter({"subject": subject, "before": before, "after": after}, button(mail.language))
