"""The ground floor's own mails: invitations, and what allauth has to say about an account (wiring.MAILS)."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from invoicing_site import clock, links
from invoicing_site.actions.invitations import still_open
from invoicing_site.actions.mail import queue
from invoicing_site.formats import format_moment, format_money
from invoicing_site.letters import Letter, Refused
from invoicing_site.models import ApprovalRequest, Event, Invitation, Mail
from invoicing_site.models.approval import OPEN


def invitation_url(invitation: Invitation) -> str:
    """The link that accepts `invitation`, absolute."""
    path = reverse("accept_invitation", args=[links.make("invitation", invitation.uuid)])
    return f"{settings.BASE_URL}{path}"


def invitation(event: Event) -> None:
    """Reaction to member.invited: queue the mail, unless the invitation was closed meanwhile. Running it again changes nothing."""
    row = Invitation.objects.select_related("company").get(uuid=event.subject)
    at = clock.now()
    if still_open(row, at):
        queue(
            company=row.company,
            kind="invitation",
            subject=("invitation", row.uuid),
            recipient=row.email,
            language=row.company.language,
            dedupe_key=f"invitation:{row.uuid}",
            actor=None,
            at=at,
        )


def invitation_letter(mail: Mail) -> Letter:
    """The link that makes somebody a member. Raises Refused once the invitation is closed."""
    row = Invitation.objects.for_company(mail.company).select_related("company").get(uuid=mail.subject)
    if not still_open(row, clock.now()):
        raise Refused("invitation.closed")
    with translation.override(mail.language):
        return Letter(
            values={
                "company": row.company.name,
                "role": str(row.get_role_display()),
                "until": format_moment(row.expires_at, dt.UTC, mail.language),
            },
            button=(_("Join"), invitation_url(row)),
        )


def approval_letter(mail: Mail) -> Letter:
    """That somebody gave themselves leave, and until when it can be withdrawn. Raises Refused once it was."""
    rows = ApprovalRequest.objects.for_company(mail.company).select_related("company", "decided_by")
    row: ApprovalRequest = rows.get(uuid=mail.subject)
    if row.state not in OPEN or row.usable_from is None:
        raise Refused("approval.closed")
    path = reverse("office:approval", args=[row.company.slug, row.uuid])
    with translation.override(mail.language):
        amount = "" if row.amount is None else f", {format_money(row.amount, row.currency, mail.language)}"
        return Letter(
            values={
                "company": row.company.name,
                "person": str(row.decided_by),
                "what": str(row.get_what_display()),
                "amount": amount,
                "until": format_moment(row.usable_from, ZoneInfo(row.company.time_zone), mail.language),
            },
            button=(_("Look at it"), f"{settings.BASE_URL}{path}"),
        )


def account(mail: Mail) -> Letter:
    """Subject and text allauth rendered in the request; they hold reset links, so they lie in the encrypted secret."""
    said = json.loads(mail.secret)
    return Letter(values={"subject": said["subject"], "text": said["text"]})
