"""What comes back after a mail was sent, and addresses no longer written to (SPEC D2)."""

import datetime as dt
import uuid
from typing import cast

from django.db import IntegrityError, transaction

from invoicing_site.action import action
from invoicing_site.actions.mail import tell
from invoicing_site.actions.people import require
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Mail, StoppedAddress, User
from invoicing_site.rules.mail import RESPONSE, one_line
from invoicing_site.states import Bounce, MailState

SENT = (MailState.ACCEPTED, MailState.UNCERTAIN, MailState.BOUNCED)


@action
def mark_bounced(
    *, mail: uuid.UUID, hard: bool, said: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> Mail:
    """A report says that `mail` did not reach its mailbox: for now, or for good (`hard`); `said` is the report's reason.

    A hard one stops the address for the mail's company. A repeat changes nothing; a hard report after a soft one counts.
    Locks the mail. Raises not_found, mail.not_sent. Publishes mail.bounced once, and address.stopped.
    """
    row: Mail = lock_row(Mail.objects.select_related("company").filter(uuid=mail))
    if row.state not in SENT:
        raise BusinessError("mail.not_sent")
    if row.bounce == Bounce.HARD or (row.bounce and not hard):
        return row
    first = row.state != MailState.BOUNCED
    row.state, row.bounce, row.claimed_until = MailState.BOUNCED, Bounce.HARD if hard else Bounce.SOFT, None
    row.error = one_line(said)[:RESPONSE]
    row.save(update_fields=["state", "bounce", "error", "claimed_until"])
    if first:
        tell("mail.bounced", row, actor=actor, at=at, bounce=row.bounce)
    if hard and row.company is not None:
        stop(row.company, row.recipient, row.error or "bounced", row, actor, at)
    return row


@action
def mark_delivered(*, mail: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = "") -> Mail:
    """A report says that `mail` arrived; an uncertain one thereby counts as accepted. Otherwise nothing changes.

    Locks the mail. Raises not_found, mail.not_sent. Publishes mail.accepted for one that was uncertain.
    """
    row: Mail = lock_row(Mail.objects.select_related("company").filter(uuid=mail))
    if row.state not in SENT:
        raise BusinessError("mail.not_sent")
    if row.state == MailState.UNCERTAIN:
        row.state, row.accepted_at, row.error, row.claimed_until = MailState.ACCEPTED, at, "", None
        row.save(update_fields=["state", "accepted_at", "error", "claimed_until"])
        tell("mail.accepted", row, actor=actor, at=at)
    return row


def newest_to(address: str) -> Mail | None:
    """The mail a report can only mean when it names no more than the address: the last one sent to it."""
    rows = Mail.objects.filter(recipient__iexact=address, state__in=SENT)
    found: Mail | None = rows.order_by("-pk").first()
    return found


@action
def stop_address(
    *, company: Company, email: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> StoppedAddress:
    """Write to `email` no more, because somebody says so and why. One that is stopped already stays as it is.

    Raises role.not_allowed, address.reason. Publishes address.stopped.
    """
    require(actor, company, "documents.send")
    if not reason.strip():
        raise BusinessError("address.reason", "reason")
    return stop(company, email.strip(), one_line(reason)[:RESPONSE], None, actor, at)


def stop(
    company: Company, email: str, why: str, mail: Mail | None, actor: User | None, at: dt.datetime
) -> StoppedAddress:
    """The row that stops `email`, made unless there is one. Publishes address.stopped for a new one."""
    known = StoppedAddress.objects.for_company(company).filter(lifted_at=None, email__iexact=email)
    row: StoppedAddress | None = known.first()
    if row is not None:
        return row
    try:
        with transaction.atomic():
            row = StoppedAddress.objects.create(company=company, email=email, reason=why, mail=mail, stopped_at=at)
    except IntegrityError:  # stopped by another report at the same moment
        return cast(StoppedAddress, known.get())
    publish(
        "address.stopped",
        company=company,
        subject=("stopped_address", row.uuid),
        data={"mail": str(mail.uuid)} if mail else {},
        actor=actor,
        at=at,
    )
    return row


@action
def lift_address(
    *, company: Company, stopped: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> StoppedAddress:
    """Write to the address again. Mails that failed meanwhile stay failed and are sent again by hand. Locks the row.

    Raises role.not_allowed, not_found, address.not_stopped. Publishes address.lifted.
    """
    require(actor, company, "documents.send")
    row: StoppedAddress = lock_row(StoppedAddress.objects.for_company(company).filter(uuid=stopped))
    if row.lifted_at is not None:
        raise BusinessError("address.not_stopped")
    row.lifted_at = at
    row.save(update_fields=["lifted_at"])
    publish("address.lifted", company=company, subject=("stopped_address", row.uuid), actor=actor, at=at)
    return row
