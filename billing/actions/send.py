"""Sending an issued document by e-mail: one mail per recipient, each with a link of its own (SPEC D2)."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from billing.actions.issue import issue
from billing.models import Document
from billing.states import OFFERS, DocumentState
from invoicing_site.action import action
from invoicing_site.actions.links import make_link
from invoicing_site.actions.mail import GOING, queue
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Event, Mail, Sender, User
from invoicing_site.reports.stopped import stopped_among
from invoicing_site.states import MailState
from invoicing_site.wiring import PAYABLE

KIND, OFFER = "document", "offer"
KINDS = (KIND, OFFER)
MOST = 20
NOTE = 2000
AHEAD = dt.timedelta(days=366)
# A customer may look for the link as long as a slow payer takes; after that the office sends a new one.
LINK_DAYS = 180
# A recipient with a mail in one of these has the document, or is about to.
LIVE = (MailState.QUEUED, MailState.SENDING, MailState.ACCEPTED, MailState.UNCERTAIN)


def kind_of(document: Document) -> str:
    """Which words go with it: offers ask for an answer, all others for money or none."""
    return OFFER if document.kind in OFFERS else KIND


@action
def send_document(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    recipients: Sequence[str],
    note: str = "",
    attach: bool | None = None,
    on: dt.datetime | None = None,
    again: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> list[Mail]:
    """Queue an issued document for each of `recipients`, in their order; gives one mail per recipient.

    `note` is a paragraph of the sender's own; `attach` whether the PDF goes along (None: as the company's sender says); `on` the
    instant to send at (None: `at` plus the sender's undo seconds). Who already has the document, or is about to, keeps that mail,
    unless a person asks for it `again`. After a mail was cancelled, failed or came back, a new one is made.

    Locks the document. Raises not_found, document.not_issued, mail.no_recipient and mail.too_many at "recipients", mail.address,
    mail.twice, mail.stopped and, asked for again, mail.still_going at "recipients.<i>", mail.note at "note", mail.past and
    mail.too_far at "on". Publishes document.sent with the ids of the new mails, and mail.queued for each of them.
    """
    document: Document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid))
    if document.state != DocumentState.ISSUED:
        raise BusinessError("document.not_issued")
    document.company = company
    addresses = _checked(company, recipients)
    _check_rest(note, on, at)
    sender = Sender.objects.for_company(company).first() or Sender(company=company)
    options = {"note": note.strip(), "attach": sender.attach_pdf if attach is None else attach}
    due = on or at + dt.timedelta(seconds=sender.undo_seconds)
    earlier = _earlier(company, document)
    found: list[Mail] = []
    made: list[Mail] = []
    for place, address in enumerate(addresses):
        told = earlier.get(address.lower(), [])
        live = next((mail for mail in told if mail.state in LIVE), None)
        if again and live is not None and live.state in GOING:
            raise BusinessError("mail.still_going", f"recipients.{place}")
        if live is not None and not again:
            found.append(live)
            continue
        mail = _queue(document, address, told, options, due, actor, at)
        made.append(mail)
        found.append(mail)
    _tell(document, made, actor, at)
    return found


@action
def issue_and_send(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    recipients: Sequence[str],
    revision: int | None = None,
    actor: User | None,
    at: dt.datetime,
    unless_twin: bool = False,
    reason: str = "",
) -> Document:
    """Issue a draft and queue it for `recipients` in one transaction: both or neither. See `issue` and `send_document`."""
    document = issue(
        company=company,
        document_uuid=document_uuid,
        revision=revision,
        unless_twin=unless_twin,
        actor=actor,
        at=at,
    )
    send_document(company=company, document_uuid=document_uuid, recipients=recipients, actor=actor, at=at)
    return document


@action
def record_acceptance(*, event: Event, actor: None, at: dt.datetime) -> None:
    """The first mail a server accepted is the document's delivery, on that day in the company's zone; later ones change nothing.

    `event` is a mail.accepted. Locks the document. Publishes document.delivered. A document void meanwhile stays as it is.
    """
    assert event.company is not None
    rows = Document.objects.for_company(event.company).filter(uuid=event.subject)
    document: Document | None = rows.select_for_update(no_key=True).first()
    if document is None or document.state != DocumentState.ISSUED or document.delivered_on is not None:
        return
    document.delivered_on = local_date(event.occurred_at, event.company.time_zone)
    document.save(update_fields=["delivered_on"])
    publish(
        "document.delivered",
        company=event.company,
        subject=("document", document.uuid),
        data={"on": document.delivered_on.isoformat(), "channel": "mail", "mail": event.data["mail"]},
        actor=actor,
        at=at,
    )


def _queue(
    document: Document,
    address: str,
    told: list[Mail],
    options: dict[str, Any],
    due: dt.datetime,
    actor: User | None,
    at: dt.datetime,
) -> Mail:
    """The next mail of the document to `address`, after those in `told`; again where one of them is live."""
    live = next((mail for mail in told if mail.state in LIVE), None)
    return queue(
        company=document.company,
        kind=kind_of(document),
        subject=("document", document.uuid),
        recipient=address,
        language=document.language,
        dedupe_key=_key(document, address, len(told)),
        options=options | {"link": _link(document, address, actor, at)},
        due_at=due,
        resend_of=None if live is None else live.resend_of or live,
        actor=actor,
        at=at,
    )


def _checked(company: Company, recipients: Sequence[str]) -> list[str]:
    addresses = [address.strip() for address in recipients]
    if not addresses:
        raise BusinessError("mail.no_recipient", "recipients")
    if len(addresses) > MOST:
        raise BusinessError("mail.too_many", "recipients", limit=MOST)
    lower = [address.lower() for address in addresses]
    stopped = stopped_among(company, lower)
    for place, address in enumerate(addresses):
        try:
            validate_email(address)
        except ValidationError:
            raise BusinessError("mail.address", f"recipients.{place}") from None
        if len(address) > 254:
            raise BusinessError("mail.address", f"recipients.{place}")
        if lower.index(lower[place]) < place:
            raise BusinessError("mail.twice", f"recipients.{place}")
        if lower[place] in stopped:
            raise BusinessError("mail.stopped", f"recipients.{place}")
    return addresses


def _check_rest(note: str, on: dt.datetime | None, at: dt.datetime) -> None:
    if len(note) > NOTE or "\0" in note:
        raise BusinessError("mail.note", "note", limit=NOTE)
    if on is not None and on < at:
        raise BusinessError("mail.past", "on")
    if on is not None and on > at + AHEAD:
        raise BusinessError("mail.too_far", "on")


def _earlier(company: Company, document: Document) -> dict[str, list[Mail]]:
    """Mails of the document by address in lower case, newest first."""
    found: dict[str, list[Mail]] = {}
    rows = Mail.objects.for_company(company).filter(subject=document.uuid, kind__in=KINDS)
    for mail in rows.order_by("-id"):
        found.setdefault(mail.recipient.lower(), []).append(mail)
    return found


def _key(document: Document, address: str, earlier: int) -> str:
    """What is mailed once: an issued document has one content for good, so its id names the rendition too."""
    digest = hashlib.sha256(address.lower().encode()).hexdigest()[:40]
    return f"document:{document.uuid}:{digest}:{earlier}"


def _link(document: Document, address: str, actor: User | None, at: dt.datetime) -> str:
    """A new link that pays where that is possible and something is open, else one that shows."""
    pays = document.is_owed and import_string(PAYABLE)(document.company)
    link = make_link(
        company=document.company,
        purpose="pay" if pays else "view",
        subject=("document", document.uuid),
        recipient=address,
        days=LINK_DAYS,
        actor=actor,
        at=at,
    )
    return str(link.uuid)


def _tell(document: Document, made: list[Mail], actor: User | None, at: dt.datetime) -> None:
    if made:
        publish(
            "document.sent",
            company=document.company,
            subject=("document", document.uuid),
            data={"mails": [str(mail.uuid) for mail in made]},
            actor=actor,
            at=at,
        )
