"""What happens to a quote or pro forma invoice after it went out: an answer, its withdrawal, the invoice made of it (docs/adr/0019)."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from billing.actions.drafts import create_draft
from billing.documents.source import read
from billing.models import Document, OfferAnswer
from billing.models.offer_answer import Said, Via
from billing.rules.draft import Draft
from billing.rules.offers import is_over
from billing.states import OFFERS, DocumentState, Kind
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User

ANSWERS = (Said.ACCEPTED.value, Said.DECLINED.value)
LONGEST_NAME, LONGEST_NOTE = 120, 300


@action
def answer_offer(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    answer: str,
    said_by: str,
    via: str,
    note: str = "",
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> OfferAnswer:
    """Record that the client "accepted" or "declined" an issued offer; `said_by` is the name they gave, `via` where they said it.

    The same answer again gives the first one back. The client can accept up to the last day the offer holds (company's zone); the office
    may note an answer that came in time. Locks the document. Raises not_found, offer.not_open, offer.answered, offer.expired, and at
    their fields offer.answer, offer.said_by, offer.note. Publishes document.accepted, document.declined.
    """
    document = _lock(company, document_uuid)
    if answer not in ANSWERS or via not in Via.values:
        raise BusinessError("offer.answer", "answer")
    name, remark = said_by.strip(), note.strip()
    if not 0 < len(name) <= LONGEST_NAME or "\0" in name:
        raise BusinessError("offer.said_by", "said_by", limit=LONGEST_NAME)
    if len(remark) > LONGEST_NOTE or "\0" in remark:
        raise BusinessError("offer.note", "note", limit=LONGEST_NOTE)
    last = newest(document)
    if last is not None and last.said != Said.WITHDRAWN:
        if last.said == answer:
            return last
        raise BusinessError("offer.answered")
    today = local_date(at, company.time_zone)
    if answer == Said.ACCEPTED and via != Via.OFFICE and is_over(document.valid_until, today):
        raise BusinessError("offer.expired", day=document.valid_until)
    return _say(document, last, answer, name, remark, via, actor, at)


@action
def withdraw_answer(
    *, company: Company, document_uuid: uuid.UUID, reason: str, actor: User | None, at: dt.datetime
) -> OfferAnswer:
    """Take back the answer to an offer, noted by mistake or changed since; it waits for one again. Locks the document.

    Raises not_found, offer.not_open, offer.not_answered, offer.invoiced, reason.missing at "reason". Publishes
    document.answer_withdrawn.
    """
    document = _lock(company, document_uuid)
    last = newest(document)
    if last is None or last.said == Said.WITHDRAWN:
        raise BusinessError("offer.not_answered")
    if invoice_of(document) is not None:
        raise BusinessError("offer.invoiced")
    if not reason.strip():
        raise BusinessError("reason.missing", "reason")
    name = actor.name if actor else last.said_by
    return _say(document, last, Said.WITHDRAWN, name, reason.strip(), Via.OFFICE, actor, at)


@action
def invoice_from(
    *, company: Company, document_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Document:
    """A draft invoice with the lines of an accepted quote, or of a pro forma invoice nobody declined; asked twice, the same one.

    Deleting that draft, or voiding the invoice, makes room for another. Locks the offer. Raises not_found, offer.not_open,
    offer.not_accepted, and what `create_draft` raises. Publishes document.drafted.
    """
    offer = _lock(company, document_uuid)
    made = invoice_of(offer)
    if made is not None:
        return made
    last = newest(offer)
    said = last.said if last else Said.WITHDRAWN
    if said == Said.DECLINED or (said != Said.ACCEPTED and offer.kind == Kind.QUOTE):
        raise BusinessError("offer.not_accepted")
    draft = draft_of(company, offer, local_date(at, company.time_zone))
    return create_draft(company=company, draft=draft, actor=actor, at=at)


def draft_of(company: Company, offer: Document, today: dt.date) -> Draft:
    """The content of `offer` as a new invoice, dated on the day of its issue."""
    stored = read(company.pk, [offer.pk], today).documents[offer.pk].draft()
    return replace(
        stored,
        kind=Kind.INVOICE.value,
        follows_id=offer.pk,
        issue_date=None,
        valid_until=None,
        external_number="",
        lines=tuple(replace(line, id=None) for line in stored.lines),
    )


def newest(document: Document) -> OfferAnswer | None:
    """What was said last; a withdrawal too."""
    found: OfferAnswer | None = OfferAnswer.objects.filter(document=document).order_by("-place").first()
    return found


def invoice_of(offer: Document) -> Document | None:
    """The invoice, or its draft, that was made of `offer`."""
    rows = Document.objects.for_company(offer.company_id).filter(follows=offer, kind=Kind.INVOICE)
    found: Document | None = rows.exclude(state=DocumentState.VOID).first()
    return found


def _lock(company: Company, document_uuid: uuid.UUID) -> Document:
    document: Document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid, kind__in=OFFERS))
    if document.state != DocumentState.ISSUED:
        raise BusinessError("offer.not_open")
    document.company = company
    return document


def _say(
    document: Document, last: Any, said: str, name: str, note: str, via: str, actor: User | None, at: dt.datetime
) -> OfferAnswer:
    row: OfferAnswer = OfferAnswer.objects.create(
        company_id=document.company_id,
        document=document,
        place=last.place + 1 if last else 1,
        said=said,
        said_by=name,
        note=note,
        via=via,
        said_at=at,
        recorded_by=actor,
    )
    event = "answer_withdrawn" if said == Said.WITHDRAWN else said
    publish(
        f"document.{event}",
        company=document.company,
        subject=("document", document.uuid),
        data={"number": document.number, "via": str(via)},
        actor=actor,
        at=at,
    )
    return row
