"""What can still happen to an issued document: delivered by hand, or void while nobody outside relies on it (SPEC B3)."""

import datetime as dt
import uuid

from django.db.models import Q
from django.utils.module_loading import import_string

from billing.actions.ledger import reverse
from billing.actions.notes import withdraw_note
from billing.actions.settle import settle
from billing.models import DepositUse, Document, Entry
from billing.states import OFFERS, DocumentState, Kind, SettlementKind
from invoicing_site.action import action
from invoicing_site.actions.periods import lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import Company, Mail, User
from invoicing_site.states import MailState
from invoicing_site.wiring import BEING_PAID


@action
def void(*, company: Company, document_uuid: uuid.UUID, reason: str, actor: User | None, at: dt.datetime) -> Document:
    """Declare an undelivered, unsettled document of an open period void; its number stays in the gap ledger.

    Books the inverse entry on the document's own date, so that its period shows nothing. A credit note first gives back what it took of the
    document it corrects. Locks period (shared) → documents by pk → its mails. Raises document.void_reason, document.not_issued,
    document.delivered, document.credited, document.settled, credit.used, credit.later_note, document.being_paid,
    document.period_closed, period.soft_locked. Publishes document.voided, credit.unapplied.
    """
    if not reason.strip():
        raise BusinessError("document.void_reason", "reason")
    books = lock_books(company, actor=actor, at=at)
    document = _locked(company, document_uuid)
    if document.state != DocumentState.ISSUED or document.issue_date is None:
        raise BusinessError("document.not_issued")
    if document.delivered_on is not None or _on_its_way(document):
        raise BusinessError("document.delivered")
    if document.credited:
        raise BusinessError("document.credited")
    if document.kind == Kind.CREDIT_NOTE:
        books.check(document.issue_date)
        withdraw_note(company, document, actor=actor, at=at, reason=reason)
    if document.kind not in OFFERS and document.open_amount != document.payable:
        raise BusinessError("credit.used" if document.kind == Kind.CREDIT_NOTE else "document.settled")
    if import_string(BEING_PAID)(document, at):
        raise BusinessError("document.being_paid")
    if DepositUse.objects.filter(deposit=document, is_live=True).exists():
        raise BusinessError("deposit.taken_off")
    day = _booked_on(document)
    books.check(day)
    if document.open_amount:
        settle(document, SettlementKind.VOID, document.open_amount, on=day, actor=actor, reason=reason)
    source = ("document", document.uuid)
    reverse(company, (*source, "issue"), source, "void", on=day)
    document.state, document.voided_on = DocumentState.VOID, local_date(at, company.time_zone)
    document.void_reason = reason.strip()
    document.save(update_fields=["state", "voided_on", "void_reason"])
    if document.prepaid:
        document.deposit_uses.filter(is_live=True).update(is_live=False)
    publish("document.voided", company=company, subject=source, data={"number": document.number}, actor=actor, at=at)
    return document


def _locked(company: Company, document_uuid: uuid.UUID) -> Document:
    """The document; where it is a credit note, what it corrects is locked with it, in the order of their keys."""
    own = Document.objects.for_company(company)
    billed = own.filter(uuid=document_uuid, kind=Kind.CREDIT_NOTE).values("corrects")
    found = [
        row for row in lock_rows(own.filter(Q(uuid=document_uuid) | Q(pk__in=billed))) if row.uuid == document_uuid
    ]
    if not found:
        raise BusinessError("not_found")
    document: Document = found[0]
    return document


def _booked_on(document: Document) -> dt.date:
    """The document's own date; of one dated elsewhere the day it was booked on, which is open books' first where its own is closed."""
    day = document.issue_date
    if document.external_number:
        day = (
            Entry.objects.filter(source=document.uuid, purpose="issue").values_list("booked_on", flat=True).first()
            or day
        )
    assert day is not None
    return day


def _on_its_way(document: Document) -> bool:
    """Whether a mail server has the document, or may have it: its delivery is noted a moment later.

    The mails stay locked: a worker, who skips locked ones, takes none that would still show him an issued document.
    """
    mails = Mail.objects.for_company(document.company_id).filter(subject=document.uuid, kind__in=("document", "offer"))
    return any(mail.state in (MailState.SENDING, MailState.UNCERTAIN, MailState.ACCEPTED) for mail in lock_rows(mails))


@action
def record_delivery(
    *, company: Company, document_uuid: uuid.UUID, on: dt.date, actor: User | None, at: dt.datetime, reason: str = ""
) -> Document:
    """Note that the document reached the client by hand or post on the day `on`. Locks the document.

    The first day counts; a repeat changes nothing. Raises document.not_issued, document.delivery_date. Publishes document.delivered.
    """
    document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid))
    if document.state != DocumentState.ISSUED or document.issue_date is None:
        raise BusinessError("document.not_issued")
    if not document.issue_date <= on <= local_date(at, company.time_zone):
        raise BusinessError("document.delivery_date", "on")
    if document.delivered_on is None:
        document.delivered_on = on
        document.save(update_fields=["delivered_on"])
        publish(
            "document.delivered",
            company=company,
            subject=("document", document.uuid),
            data={"on": on.isoformat(), "channel": "by hand"},
            actor=actor,
            at=at,
        )
    assert isinstance(document, Document)
    return document
