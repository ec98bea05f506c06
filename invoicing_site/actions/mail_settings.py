"""Verbs on how a company's mail looks: who sends it, in which words (SPEC D2)."""

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.conf import settings

from invoicing_site.action import action
from invoicing_site.actions.mail import queue
from invoicing_site.actions.people import require
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Mail, MailTemplate, Sender, User
from invoicing_site.rules.mail_words import unknown
from invoicing_site.validation import check_fields
from invoicing_site.wiring import MAILS

SENDER = ("name", "address", "reply_to", "attach_pdf", "undo_seconds")
MOST_UNDO = 3600
SPECIMEN = "specimen"


@action
def change_sender(*, company_id: int, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any) -> Sender:
    """Change who a company's mail comes from, from model `fields`; mail that waits goes out as changed. The same is not written.

    Locks the company. Raises role.not_allowed, and at the field field.invalid, sender.undo. Publishes mail.sender_changed with the
    names of the fields.
    """
    company: Company = lock_row(Company.objects.filter(pk=company_id))
    require(actor, company, "settings.edit")
    row: Sender = Sender.objects.for_company(company).first() or Sender(company=company)
    before = {name: getattr(row, name) for name in SENDER}
    for name, value in fields.items():
        if name not in SENDER:
            raise TypeError(f"no field of a sender: {name}")
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    check_fields(row)
    if any(not letter.isprintable() for letter in row.name):
        raise BusinessError("field.invalid", "name", problem=repr(row.name))
    if row.undo_seconds > MOST_UNDO:
        raise BusinessError("sender.undo", "undo_seconds", most=MOST_UNDO)
    changed = [name for name, value in before.items() if getattr(row, name) != value]
    if changed or row.pk is None:
        row.save()
        subject = ("company", company.uuid)
        publish("mail.sender_changed", company=company, subject=subject, data={"fields": changed}, actor=actor, at=at)
    return row


@action
def change_words(
    *,
    company_id: int,
    kind: str,
    language: str,
    subject: str,
    body: str,
    revision: int,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> MailTemplate:
    """Say a kind of mail in a language in the company's own words. `revision` is the one that was on the page, 0 for the house's.

    Locks the company. Raises role.not_allowed, not_found (no such kind or language, or its words are not the company's to change),
    words.changed, and at the field field.invalid, words.subject, words.unknown. Publishes mail.words_changed.
    """
    company: Company = lock_row(Company.objects.filter(pk=company_id))
    require(actor, company, "settings.edit")
    check_kind(kind, language)
    rows = MailTemplate.objects.for_company(company).filter(kind=kind, language=language)
    row: MailTemplate = rows.first() or MailTemplate(company=company, kind=kind, language=language, revision=0)
    if row.revision != revision:
        raise BusinessError("words.changed")
    before = (row.subject, row.body)
    row.subject, row.body = subject.strip(), _lines(body)
    row.revision += 1
    check_fields(row)
    check_words(kind, row.subject, row.body)
    if before != (row.subject, row.body):
        row.save()
        _tell("mail.words_changed", company, kind, language, actor, at)
    return row


@action
def reset_words(
    *, company_id: int, kind: str, language: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Say it in the house's words again. Twice is once. Locks the company. Raises role.not_allowed, not_found. Publishes
    mail.words_reset."""
    company: Company = lock_row(Company.objects.filter(pk=company_id))
    require(actor, company, "settings.edit")
    check_kind(kind, language)
    gone, _rows = MailTemplate.objects.for_company(company).filter(kind=kind, language=language).delete()
    if gone:
        _tell("mail.words_reset", company, kind, language, actor, at)


@action
def send_specimen(
    *,
    company: Company,
    kind: str,
    language: str,
    subject: str,
    body: str,
    actor: User,
    at: dt.datetime,
    reason: str = "",
) -> Mail:
    """Mail the words, filled with examples, to the person who asks and to nobody else. Nothing is saved of them but this mail.

    Locks nothing. Raises role.not_allowed, not_found, words.subject, words.unknown. Publishes mail.queued.
    """
    require(actor, company, "settings.edit")
    check_kind(kind, language)
    check_words(kind, subject, body)
    digest = hashlib.sha256(f"{subject}\0{body}".encode()).hexdigest()[:24]
    return queue(
        company=company,
        kind=SPECIMEN,
        subject=("company", company.uuid),
        recipient=actor.email,
        language=language,
        dedupe_key=f"specimen:{company.uuid}:{actor.pk}:{digest}:{uuid.uuid4().hex[:12]}",
        options={"kind": kind, "subject": subject.strip(), "body": _lines(body)},
        actor=actor,
        at=at,
    )


def check_kind(kind: str, language: str) -> None:
    """Refuse what has no words of the company's own."""
    if kind not in MAILS or not MAILS[kind].placeholders or language not in dict(settings.LANGUAGES):
        raise BusinessError("not_found")


def check_words(kind: str, subject: str, body: str) -> None:
    """Refuse a subject of more than a line, nothing at all, and placeholders the kind does not have."""
    if not subject.strip() or any(not letter.isprintable() for letter in subject.strip()):
        raise BusinessError("words.subject", "subject")
    if not body.strip():
        raise BusinessError("words.empty", "body")
    for field, text in (("subject", subject), ("body", body)):
        if wrong := unknown(text, MAILS[kind].placeholders):
            raise BusinessError("words.unknown", field, names=", ".join(f"{{{name}}}" for name in wrong))
    if "{button}" in subject:
        raise BusinessError("words.unknown", "subject", names="{button}")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _tell(type: str, company: Company, kind: str, language: str, actor: User | None, at: dt.datetime) -> None:
    data = {"kind": kind, "language": language}
    publish(type, company=company, subject=("company", company.uuid), data=data, actor=actor, at=at)
