"""Verbs on mails, as people and reactions use them; what sending itself writes is in mail_states.py (SPEC D2, docs/adr/0009-mail.md)."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from invoicing_site.action import action
from invoicing_site.actions.people import require
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.mail_queue import hand_over
from invoicing_site.models import Company, Mail, StoppedAddress, User
from invoicing_site.states import MailState
from invoicing_site.wiring import MAILS

GOING = (MailState.QUEUED, MailState.SENDING)


@action
def queue(
    *,
    company: Company | None,
    kind: str,
    subject: tuple[str, uuid.UUID],
    recipient: str,
    language: str,
    dedupe_key: str,
    options: dict[str, Any] | None = None,
    secret: str = "",
    due_at: dt.datetime | None = None,
    resend_of: Mail | None = None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Mail:
    """Write one mail to one `recipient` and hand it over after commit, or leave it until `due_at`. Locks nothing.

    The same `dedupe_key` (at most 200 characters) always is the same row, whoever asks again and however often. A stopped
    address gives a row that failed already and says why. `options` holds ids and the sender's own words, no address; `secret` is kept encrypted
    until the mail has left. Raises mail.address. Publishes mail.queued, or mail.failed for a stopped address.
    """
    known = Mail.objects.filter(dedupe_key=dedupe_key).first()
    if known is not None:
        return _same(known, company)
    row = Mail(
        company=company, kind=kind, subject_kind=subject[0], subject=subject[1], recipient=_address(recipient),
        language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE, dedupe_key=dedupe_key,
        options=options or {}, secret=secret, due_at=due_at or at, resend_of=resend_of, created_by=actor,
    )  # fmt: skip
    MAILS[kind]  # an unknown kind is a programming error
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _same(Mail.objects.get(dedupe_key=dedupe_key), company)
    if is_stopped(company, row.recipient):
        row.state, row.error, row.secret = MailState.FAILED, "mail.stopped", ""
        row.save(update_fields=["state", "error", "secret"])
        tell("mail.failed", row, actor=actor, at=at)
        return row
    tell("mail.queued", row, actor=actor, at=at)
    if row.due_at <= at:
        hand_over([row.pk])
    return row


def _same(row: Mail, company: Company | None) -> Mail:
    if row.company_id != (company.pk if company else None):
        raise ValueError(f"dedupe_key {row.dedupe_key} is another company's: put a uuid into it")
    return row


def _address(text: str) -> str:
    text = text.strip()
    try:
        validate_email(text)
    except ValidationError:
        raise BusinessError("mail.address", "recipient") from None
    if len(text) > 254:
        raise BusinessError("mail.address", "recipient")
    return text


def is_stopped(company: Company | None, address: str) -> bool:
    stopped = StoppedAddress.objects.for_company(company).filter(lifted_at=None, email__iexact=address)
    return company is not None and stopped.exists()


def tell(type: str, row: Mail, *, actor: User | None, at: dt.datetime, **data: object) -> None:
    """Publish `type` about what the mail is about: a document's timeline shows its mails."""
    publish(
        type,
        company=row.company,
        subject=(row.subject_kind, row.subject),
        data={"mail": str(row.uuid), "kind": row.kind, **data},
        actor=actor,
        at=at,
    )


def of_company(company: Company, mail: uuid.UUID) -> Mail:
    """The company's mail, locked. Raises not_found."""
    row: Mail = lock_row(Mail.objects.for_company(company).filter(uuid=mail))
    return row


@action
def cancel(*, company: Company, mail: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = "") -> Mail:
    """Undo a mail that waits to be sent. Locks it. Raises role.not_allowed, not_found, mail.gone. Publishes mail.cancelled."""
    require(actor, company, "documents.send")
    row = of_company(company, mail)
    if row.state == MailState.CANCELLED:
        return row
    if row.state != MailState.QUEUED:
        raise BusinessError("mail.gone")
    row.state, row.secret = MailState.CANCELLED, ""
    row.save(update_fields=["state", "secret"])
    tell("mail.cancelled", row, actor=actor, at=at)
    return row


@action
def send_again(
    *,
    company: Company,
    mail: uuid.UUID,
    recipient: str = "",
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Mail:
    """Send what `mail` was about once more, as a new row, to the same address or to `recipient`. Locks the first mail.

    Raises role.not_allowed, not_found, mail.still_going (it is not at its end yet), mail.not_again (its content was
    secret and is gone). Publishes mail.queued or mail.failed.
    """
    require(actor, company, "documents.send")
    row = of_company(company, mail)
    first: Mail = row if row.resend_of_id is None else lock_row(Mail.objects.filter(pk=row.resend_of_id))
    if row.state in GOING:
        raise BusinessError("mail.still_going")
    if not MAILS[row.kind].again:
        raise BusinessError("mail.not_again")
    number = first.resends.count() + 1
    return queue(
        company=company,
        kind=row.kind,
        subject=(row.subject_kind, row.subject),
        recipient=recipient or row.recipient,
        language=row.language,
        dedupe_key=f"{first.dedupe_key}:resend:{number}",
        options=row.options,
        resend_of=first,
        actor=actor,
        at=at,
    )


@action
def settle_uncertain(
    *, company: Company, mail: uuid.UUID, arrived: bool, actor: User | None, at: dt.datetime, reason: str = ""
) -> Mail:
    """A person says whether a mail whose connection broke at the end `arrived`. Locks it.

    Nothing is sent by this: one that did not arrive counts as failed and may be sent again. Raises role.not_allowed,
    not_found, mail.not_uncertain. Publishes mail.accepted or mail.failed.
    """
    require(actor, company, "documents.send")
    row = of_company(company, mail)
    if row.state != MailState.UNCERTAIN:
        raise BusinessError("mail.not_uncertain")
    row.claimed_until = None
    if arrived:
        row.state, row.accepted_at, row.error = MailState.ACCEPTED, at, ""
    else:
        row.state, row.error = MailState.FAILED, "mail.did_not_arrive"
    row.save(update_fields=["state", "accepted_at", "error", "claimed_until"])
    tell("mail.accepted" if arrived else "mail.failed", row, actor=actor, at=at)
    return row
