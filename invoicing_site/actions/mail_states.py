"""What sending writes: claim, the mark before the end, the outcome. The network part is invoicing_site/mailer.py.

A mail is `sending` under a lease. Right before the line that ends the message, the only moment from which a server may have
accepted it, the row is marked ENDING in a transaction of its own. A worker that dies leaves a row whose mark tells what to
do after the lease: without it the server never had a whole message, the mail is claimed again; with it nobody knows, the
mail becomes `uncertain` and a person settles it. A worker that outlived its lease finds the mark refused and hangs up.
"""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q, QuerySet

from invoicing_site.action import action
from invoicing_site.actions.mail import tell
from invoicing_site.actions.mail_bounces import stop
from invoicing_site.events import SWEPT
from invoicing_site.mail_queue import enqueue
from invoicing_site.models import Mail, User
from invoicing_site.rules import mail as rules
from invoicing_site.rules.mail import Verdict
from invoicing_site.states import MailState

LEASE = dt.timedelta(minutes=5)  # above the sum of the time-outs of one conversation (EMAIL_TIMEOUT each)
GRACE = dt.timedelta(seconds=5)
ENDING = "354 the end of the message is on its way"

_ENDS = ["state", "due_at", "attempts", "claimed_until", "accepted_at", "response", "error", "secret"]


@action
def claim(*, mail_id: int, actor: User | None, at: dt.datetime, reason: str = "") -> Mail | None:
    """Take the mail for LEASE, or None when it is at an end, not due or another worker's. Locks it, skipping locked ones.

    One whose worker died after the mark becomes uncertain, one that died before it too often fails. Publishes
    mail.uncertain or mail.failed in these cases.
    """
    free = Q(state=MailState.QUEUED, due_at__lte=at) | Q(state=MailState.SENDING, claimed_until__lte=at)
    rows = Mail.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("company")
    row: Mail | None = rows.filter(free, pk=mail_id).first()
    if row is None:
        return None
    if row.response == ENDING:
        _end(row, MailState.UNCERTAIN, "mail.lost", actor, at)
        return None
    if row.attempts >= rules.MAX_ATTEMPTS:  # it killed its worker every time
        _end(row, MailState.FAILED, "mail.gave_up", actor, at)
        return None
    row.state, row.claimed_until, row.attempts, row.response = MailState.SENDING, at + LEASE, row.attempts + 1, ""
    row.save(update_fields=["state", "claimed_until", "attempts", "response"])
    return row


def _held(mail: Mail) -> QuerySet[Mail]:
    """The row, if it still is under the claim that `mail` was given by."""
    rows: QuerySet[Mail] = Mail.objects.filter(
        pk=mail.pk, attempts=mail.attempts, claimed_until=mail.claimed_until
    ).select_related("company")
    return rows


@transaction.atomic
def mark_ending(mail: Mail) -> bool:
    """Whether the claim `mail` still holds; from here on it may have been accepted. Durable when it returns."""
    return _held(mail).filter(state=MailState.SENDING).update(response=ENDING) == 1


@action
def finish(
    *, mail: Mail, verdict: Verdict, response: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> Mail | None:
    """Write how the attempt under the claim `mail` ended; `response` is the server's answer, or the code of our own reason.

    A worker that was only slow still settles a mail that became uncertain meanwhile. Locks the mail; None when the claim is
    no longer its own. A server that knows no such address stops it. Publishes mail.accepted, mail.failed or
    mail.uncertain, and address.stopped; another try publishes nothing.
    """
    row: Mail | None = _held(mail).select_for_update(no_key=True, of=("self",)).first()
    if row is None or row.state not in (MailState.SENDING, MailState.UNCERTAIN):
        return None
    late = row.state == MailState.UNCERTAIN
    if verdict == Verdict.ACCEPTED:
        return _end(row, MailState.ACCEPTED, response, actor, at)
    if verdict == Verdict.UNCERTAIN:
        return row if late else _end(row, MailState.UNCERTAIN, response, actor, at)
    if verdict == Verdict.FAILED and row.company is not None and rules.no_such_address(response):
        stop(row.company, row.recipient, response, row, actor, at)
    if verdict == Verdict.FAILED or late or row.attempts >= rules.MAX_ATTEMPTS:
        return _end(row, MailState.FAILED, response, actor, at)
    row.state, row.due_at = MailState.QUEUED, at + rules.backoff(row.attempts)
    row.claimed_until, row.response, row.error = None, "", response
    row.save(update_fields=_ENDS)
    return row


def _end(row: Mail, state: MailState, words: str, actor: User | None, at: dt.datetime) -> Mail:
    """An end of sending: the secret goes, and the house is told. The claim of an uncertain one stays for a late finisher."""
    row.state, row.secret = state, ""
    row.response, row.error = (words, "") if state == MailState.ACCEPTED else ("", words)
    if state == MailState.ACCEPTED:
        row.accepted_at = at
    if state != MailState.UNCERTAIN:
        row.claimed_until = None
    row.save(update_fields=_ENDS)
    tell(f"mail.{state}", row, actor=actor, at=at)
    return row


@action
def put_back(
    *, mail: Mail, until: dt.datetime, why: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> Mail | None:
    """Let a claimed mail wait `until`, without counting the attempt; `why` is a code shown beside it. Publishes nothing.

    Locks the mail; None when the claim is no longer its own.
    """
    row: Mail | None = _held(mail).select_for_update(no_key=True, of=("self",)).first()
    if row is None or row.state != MailState.SENDING:
        return None
    row.state, row.due_at, row.attempts = MailState.QUEUED, until, row.attempts - 1
    row.claimed_until, row.response, row.error = None, "", why
    row.save(update_fields=_ENDS)
    return row


def ready(*, subject: tuple[str, uuid.UUID], at: dt.datetime) -> int:
    """What mails of `subject` (kind, uuid) waited for is there: those put back as not ready fall due at `at` and are handed over now.

    One statement, no lock beyond it; a mail that was claimed meanwhile is left alone. Returns how many.
    """
    waiting = Mail.objects.filter(
        subject_kind=subject[0], subject=subject[1], state=MailState.QUEUED, error="mail.not_ready", due_at__gt=at
    )
    found = list(waiting.values_list("pk", flat=True))
    waiting.filter(pk__in=found).update(due_at=at)
    enqueue(found)
    return len(found)


def sweep(*, at: dt.datetime, limit: int = 1000) -> int:
    """Hand over what is due and was never handed over, waited, or lost its worker; behind what has just been written.

    Returns how many.
    """
    due = Mail.objects.filter(
        Q(state=MailState.QUEUED, due_at__lte=at - GRACE) | Q(state=MailState.SENDING, claimed_until__lte=at)
    )
    found = list(due.order_by("due_at").values_list("pk", flat=True)[:limit])
    enqueue(found, priority=SWEPT)
    return len(found)
