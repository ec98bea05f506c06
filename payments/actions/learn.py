"""Learning how an attempt stands: the only way one ends, and the only way money online becomes a payment (SPEC P2, P3)."""

import datetime as dt
import uuid

from billing.models import Document
from billing.states import DocumentState
from clients.models import Client
from invoicing_site.action import action
from invoicing_site.actions.periods import OpenBooks, lock_books
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import Company, Event, User
from payments.actions.allocate import Share, apply_shares
from payments.actions.receive import Receipt, receive
from payments.gateways.base import Outcome
from payments.models import Attempt, Payment
from payments.rules.progress import attempt_moves, still_open
from payments.states import AttemptState, Method

ENDS = {AttemptState.SUCCEEDED, AttemptState.FAILED, AttemptState.EXPIRED}


def learn(*, attempt_pk: int, outcome: Outcome, at: dt.datetime, only_from: str = "") -> Attempt:
    """Take in what the provider says of an attempt; saying it twice, late or in another order changes nothing.

    A success is recorded as a payment by the method online, booked on provider clearing and applied to the attempt's
    documents as far as they are still open; the rest is the client's credit. With `only_from` it moves from that state alone:
    for what we conclude ourselves, which somebody may have overtaken. Locks period (shared) → client → attempt →
    documents by pk. Raises attempt.mismatch when amount, currency or session differ from ours: nothing is booked, and
    attempt.mismatch is published once. Publishes attempt.opened, .processing, .succeeded, .failed or .expired,
    payment.received, payment.allocated.
    """
    attempt = Attempt.objects.select_related("company").get(pk=attempt_pk)
    if differs := mismatch(attempt, outcome):
        _tell_mismatch(attempt=attempt, differs=differs, outcome=outcome, actor=None, at=at)
        raise BusinessError("attempt.mismatch", what=differs)
    return _take(company=attempt.company, attempt=attempt, outcome=outcome, only_from=only_from, actor=None, at=at)


def mismatch(attempt: Attempt, outcome: Outcome) -> str:
    """Which of our figures the provider contradicts; empty when none. These columns are frozen, so no lock is needed."""
    if outcome.currency != attempt.currency:
        return "currency"
    if outcome.amount != attempt.amount:
        return "amount"
    known = attempt.session_id and outcome.session_id
    return "session" if known and attempt.session_id != outcome.session_id else ""


@action
def note_decline(*, company: Company, attempt_pk: int, code: str, actor: User | None, at: dt.datetime) -> None:
    """Keep why a method was declined: the page stays open for another, so nothing ends. Locks the attempt.

    Of several reasons the last of the alphabet stays, so that it does not matter which was told first.
    """
    attempt = lock_row(Attempt.objects.for_company(company).filter(pk=attempt_pk))
    if attempt.state != AttemptState.SUCCEEDED and code > attempt.failure:
        attempt.failure = code
        attempt.save(update_fields=["failure"])


@action
def _tell_mismatch(*, attempt: Attempt, differs: str, outcome: Outcome, actor: User | None, at: dt.datetime) -> None:
    lock_row(Attempt.objects.filter(pk=attempt.pk))
    data = {"what": differs, "amount": str(outcome.amount), "currency": outcome.currency}
    told = Event.objects.for_company(attempt.company).filter(subject=attempt.uuid, type="attempt.mismatch", data=data)
    if not told.exists():
        _publish("attempt.mismatch", attempt, data, actor, at)


@action
def _take(
    *, company: Company, attempt: Attempt, outcome: Outcome, only_from: str, actor: User | None, at: dt.datetime
) -> Attempt:
    books = client = None
    if outcome.state == AttemptState.SUCCEEDED:
        books = lock_books(company, actor=actor, at=at)
        client = lock_row(Client.objects.for_company(company).filter(pk=attempt.client_id))
    attempt = lock_row(Attempt.objects.select_related("company", "payment").filter(pk=attempt.pk))
    moved = attempt_moves(attempt.state, outcome.state) and only_from in ("", attempt.state)
    known = (attempt.session_id, attempt.intent_id)
    attempt.session_id = attempt.session_id or outcome.session_id
    attempt.intent_id = attempt.intent_id or outcome.intent_id
    if not moved and known == (attempt.session_id, attempt.intent_id):
        return attempt
    if moved:
        _move(attempt, outcome, at)
    if moved and books is not None and client is not None:
        attempt.payment = _book(company, books, client, attempt, outcome, actor, at)
    attempt.save()
    if moved:
        _publish(TOLD[attempt.state], attempt, {}, actor, at)
    return attempt


TOLD = {
    "open": "attempt.opened",
    "processing": "attempt.processing",
    "succeeded": "attempt.succeeded",
    "failed": "attempt.failed",
    "expired": "attempt.expired",
}


def _move(attempt: Attempt, outcome: Outcome, at: dt.datetime) -> None:
    attempt.state, attempt.checked_at = outcome.state, at
    attempt.method = outcome.method or attempt.method
    attempt.failure = "" if attempt.state == AttemptState.SUCCEEDED else max(attempt.failure, outcome.failure)
    attempt.ended_at = at if attempt.state in ENDS else None
    if attempt.state == AttemptState.OPEN:
        attempt.page_url, attempt.opened_at = outcome.url or attempt.page_url, at


def _book(
    company: Company,
    books: OpenBooks,
    client: Client,
    attempt: Attempt,
    outcome: Outcome,
    actor: User | None,
    at: dt.datetime,
) -> Payment:
    came = min(outcome.when or at, at)
    receipt = Receipt(
        client_id=client.pk,
        method=Method.ONLINE,
        received_on=local_date(max(came, attempt.created_at) if attempt.created_at <= at else at, company.time_zone),
        currency=attempt.currency,
        amount=attempt.amount,
        reference=attempt.intent_id or attempt.session_id,
    )
    payment, day = receive(company, books, client, receipt, actor=actor, at=at)
    if shares := _shares(company, attempt, payment):
        apply_shares(company, payment, shares, on=day, actor=actor, at=at)
    return payment


def _shares(company: Company, attempt: Attempt, payment: Payment) -> list[Share]:
    """What the money was meant for, as far as it is still owed now; the documents stay locked."""
    meant = {share.document_id: share.amount for share in attempt.shares.all()}
    found: list[Share] = []
    left = payment.amount
    for document in lock_rows(Document.objects.for_company(company).filter(pk__in=meant)):
        owed = document.state == DocumentState.ISSUED and document.client_id == payment.client_id
        amount = still_open(meant[document.pk], document.open_amount, left) if owed else left - left
        if amount:
            found.append(Share(document.uuid, amount))
            left -= amount
    return found


def _publish(type: str, attempt: Attempt, data: dict[str, str], actor: User | None, at: dt.datetime) -> None:
    mine = {"amount": str(attempt.amount), "currency": attempt.currency} | data
    if attempt.payment is not None:
        mine["payment"] = str(attempt.payment.uuid)
    subject: tuple[str, uuid.UUID] = ("attempt", attempt.uuid)
    publish(type, company=attempt.company, subject=subject, data=mine, actor=actor, at=at)
