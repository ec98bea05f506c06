"""Verbs on transmissions: order one, claim it, write how it went. The network part is billing/actions/transmit.py."""

import datetime as dt
import logging
import uuid

from celery import current_app
from django.db import transaction
from django.db.models import Q

from billing.models import Document, Route, Transmission
from billing.reports.einvoices import stored
from billing.states import DocumentState, RouteKind, TransmissionState
from invoicing_site.action import action
from invoicing_site.actions.mail import queue
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Event, Mail, User
from invoicing_site.queues import DELIVERY
from invoicing_site.rules.mail import backoff

log = logging.getLogger(__name__)
KIND = "transmission"
TASK = "billing.tasks.transmit"
LEASE = dt.timedelta(minutes=5)
MOST = 7  # attempts; the pauses between them add up to a working day
ENDS = ["state", "attempts", "due_at", "claimed_until", "answer", "ended_at"]


@action
def order(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    route_uuid: uuid.UUID,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Transmission:
    """Have the e-invoice of an issued document sent by a route; twice is once. Locks the document.

    Raises not_found, document.not_issued, transmission.no_xml, route.archived. Publishes transmission.ordered; the task runs after commit.
    """
    document: Document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid))
    route: Route | None = Route.objects.for_company(company).filter(uuid=route_uuid).first()
    if route is None:
        raise BusinessError("not_found")
    if document.state != DocumentState.ISSUED:
        raise BusinessError("document.not_issued")
    if stored(document) is None:
        raise BusinessError("transmission.no_xml")
    if route.archived_at is not None:
        raise BusinessError("route.archived")
    row: Transmission
    row, made = Transmission.objects.get_or_create(
        company=company, document=document, route=route, defaults={"due_at": at, "created_by": actor}
    )
    if made:
        _tell("transmission.ordered", row, actor, at)
        _hand_over(row)
    return row


@action
def order_automatic(*, event: Event, actor: None, at: dt.datetime, reason: str = "") -> Transmission | None:
    """Order by the company's route that sends by itself, if there is one; `event` is a document.einvoice_written. See `order`."""
    company = event.company
    assert company is not None
    route: Route | None = Route.objects.for_company(company).filter(automatic=True, archived_at=None).first()
    document = Document.objects.for_company(company).filter(uuid=event.subject, state=DocumentState.ISSUED)
    if route is None or not document.exists():
        return None
    return order(company=company, document_uuid=event.subject, route_uuid=route.uuid, actor=actor, at=at)


@action
def try_again(
    *, company: Company, transmission_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Transmission:
    """Send once more what failed or is uncertain: a person decides. Locks it. Raises not_found, transmission.going.

    Publishes transmission.ordered.
    """
    row = _locked(company, transmission_uuid)
    if row.state not in (TransmissionState.FAILED, TransmissionState.UNCERTAIN):
        raise BusinessError("transmission.going")
    row.state, row.due_at, row.answer, row.ended_at = TransmissionState.QUEUED, at, "", None
    row.attempts, row.claimed_until = 0, None
    row.save(update_fields=ENDS)
    _tell("transmission.ordered", row, actor, at)
    _hand_over(row)
    return row


@action
def settle(
    *,
    company: Company,
    transmission_uuid: uuid.UUID,
    arrived: bool,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Transmission:
    """A person says whether an uncertain one arrived. Locks it, and the document. Raises not_found, transmission.not_uncertain.

    Publishes transmission.accepted (and document.delivered) or transmission.failed.
    """
    row = _locked(company, transmission_uuid)
    if row.state != TransmissionState.UNCERTAIN:
        raise BusinessError("transmission.not_uncertain")
    state = TransmissionState.ACCEPTED if arrived else TransmissionState.FAILED
    return _end(row, state, "transmission.said_so", actor, at)


@action
def claim(*, transmission_id: int, actor: None, at: dt.datetime, reason: str = "") -> Transmission | None:
    """Take one that is due for LEASE, or None. Locks it, skipping locked ones. An SFTP transfer whose worker died is tried again: the
    carrier sees whether the file is there. One on its way by mail is the mail's to end."""
    free = Q(state=TransmissionState.QUEUED, due_at__lte=at) | Q(
        state=TransmissionState.SENDING, claimed_until__lte=at, route__kind=RouteKind.SFTP
    )
    rows = Transmission.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    row: Transmission | None = (
        rows.select_related("company", "route", "document").filter(free, pk=transmission_id).first()
    )
    if row is None:
        return None
    row.state, row.attempts, row.claimed_until = TransmissionState.SENDING, row.attempts + 1, at + LEASE
    row.save(update_fields=["state", "attempts", "claimed_until"])
    return row


@action
def finish(
    *, claimed: Transmission, answer: str, accepted: bool, final: bool, actor: None, at: dt.datetime, reason: str = ""
) -> Transmission | None:
    """Write how the attempt under the claim `claimed` ended; None when the claim is somebody else's by now.

    Not accepted and not `final`: another attempt after a pause, up to MOST. Locks it, and the document of an accepted one. Publishes
    transmission.accepted and document.delivered, or transmission.failed.
    """
    held = Transmission.objects.filter(
        pk=claimed.pk,
        attempts=claimed.attempts,
        claimed_until=claimed.claimed_until,
        state=TransmissionState.SENDING,
    )
    row: Transmission | None = (
        held.select_for_update(no_key=True, of=("self",)).select_related("company", "route", "document").first()
    )
    if row is None:
        return None
    if accepted:
        return _end(row, TransmissionState.ACCEPTED, answer, actor, at)
    if final or row.attempts >= MOST:
        return _end(row, TransmissionState.FAILED, answer, actor, at)
    row.state, row.due_at, row.claimed_until = TransmissionState.QUEUED, at + backoff(row.attempts), None
    row.answer = answer[:300]
    row.save(update_fields=ENDS)
    return row


@action
def mail_it(*, claimed: Transmission, actor: None, at: dt.datetime, reason: str = "") -> None:
    """Put the XML into the mail queue, once for each attempt. How the mail ends is how the transmission ends (`mail_ended`)."""
    queue(
        company=claimed.company,
        kind=KIND,
        subject=("document", claimed.document.uuid),
        recipient=claimed.route.address,
        language=claimed.document.language,
        dedupe_key=f"transmission:{claimed.uuid}:{claimed.attempts}:{claimed.due_at.isoformat()}",
        options={"transmission": str(claimed.uuid)},
        actor=actor,
        at=at,
    )


@action
def by_mail(*, event: Event, actor: None, at: dt.datetime, reason: str = "") -> Transmission | None:
    """As its mail ended, so did the transmission: `event` is mail.accepted, .failed, .uncertain or .bounced. Locks it; None for one that
    has ended so already. The mail server's answer is the acknowledgement.

    Publishes transmission.accepted and document.delivered, transmission.failed or transmission.uncertain.
    """
    assert event.company is not None
    mail = Mail.objects.for_company(event.company).get(uuid=event.data["mail"])
    row = _locked(event.company, uuid.UUID(mail.options["transmission"]))
    ended = event.type.removeprefix("mail.")
    wanted = TransmissionState({"bounced": "failed"}.get(ended, ended))
    if wanted.value not in TRANSMITTED.get(row.state, ()):
        return None
    return _end(row, wanted, mail.response or "transmission.mail", actor, at)


# From which state a mail's end may move it.
TRANSMITTED = {
    "sending": ("accepted", "failed", "uncertain"),
    "uncertain": ("accepted", "failed"),
    "accepted": ("failed",),
}


def due(at: dt.datetime) -> list[int]:
    """Transmissions nobody works on though they are due; for the sweep."""
    lost = Q(state=TransmissionState.SENDING, claimed_until__lte=at, route__kind=RouteKind.SFTP)
    rows = Transmission.objects.filter(Q(state=TransmissionState.QUEUED, due_at__lte=at) | lost)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:500])


def _locked(company: Company, key: uuid.UUID) -> Transmission:
    rows = Transmission.objects.for_company(company).filter(uuid=key).select_related("company", "route", "document")
    row: Transmission = lock_row(rows)
    return row


def _end(row: Transmission, state: TransmissionState, answer: str, actor: User | None, at: dt.datetime) -> Transmission:
    row.state, row.answer, row.claimed_until = state, answer[:300], None
    row.ended_at = at
    row.save(update_fields=ENDS)
    if state == TransmissionState.ACCEPTED:
        _delivered(row, actor, at)
    _tell(f"transmission.{state.value}", row, actor, at)
    return row


def _delivered(row: Transmission, actor: User | None, at: dt.datetime) -> None:
    """The first way a document arrives is its delivery."""
    document: Document = Document.objects.select_for_update(no_key=True).get(pk=row.document_id)
    if document.state != DocumentState.ISSUED or document.delivered_on is not None:
        return
    document.delivered_on = local_date(at, row.company.time_zone)
    document.save(update_fields=["delivered_on"])
    data = {"on": document.delivered_on.isoformat(), "channel": row.route.kind}
    subject = ("document", document.uuid)
    publish("document.delivered", company=row.company, subject=subject, data=data, actor=actor, at=at)


def _tell(type: str, row: Transmission, actor: User | None, at: dt.datetime) -> None:
    data = {"transmission": str(row.uuid), "route": str(row.route.uuid), "attempts": row.attempts}
    subject = ("document", row.document.uuid)
    publish(type, company=row.company, subject=subject, data=data, actor=actor, at=at)


def _hand_over(row: Transmission) -> None:
    transaction.on_commit(lambda: enqueue([row.pk]), robust=True)


def enqueue(ids: list[int]) -> None:
    """Give transmissions (primary keys) to a worker now. A broker that is down costs the sweep's half minute."""
    try:
        current_app.send_task(TASK, (ids,), queue=DELIVERY, retry=False)
    except Exception:
        log.warning("broker unreachable, transmissions %s wait for the sweep", ids)
