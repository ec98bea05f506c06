"""The ground floor's own mails: invitations, and what allauth has to say about an account (wiring.MAILS)."""

import datetime as dt
import json

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from invoicing_site import clock, links
from invoicing_site.actions.invitations import still_open
from invoicing_site.actions.mail import queue
from invoicing_site.formats import format_moment
from invoicing_site.letters import Letter, Refused
from invoicing_site.models import Event, Invitation, Mail


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


def account(mail: Mail) -> Letter:
    """Subject and text allauth rendered in the request; they hold reset links, so they lie in the encrypted secret."""
    said = json.loads(mail.secret)
    return Letter(values={"subject": said["subject"], "text": said["text"]})
