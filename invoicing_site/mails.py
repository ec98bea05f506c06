"""Mail to the people who work here, sent by reactions outside every transaction through Django's mail backend."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from invoicing_site import clock, links
from invoicing_site.actions.invitations import still_open
from invoicing_site.models import Event, Invitation


def invitation_url(invitation: Invitation) -> str:
    """The link that accepts `invitation`, absolute."""
    path = reverse("accept_invitation", args=[links.make("invitation", invitation.uuid)])
    return f"{settings.BASE_URL}{path}"


def invitation(event: Event) -> None:
    """Reaction to member.invited: mail the link, unless the invitation was closed meanwhile. May run more than once."""
    row = Invitation.objects.select_related("company", "invited_by").get(uuid=event.subject)
    if not still_open(row, clock.now()):
        return
    with translation.override(row.company.language):
        context = {"invitation": row, "company": row.company, "url": invitation_url(row)}
        subject = _("Invitation to %(company)s") % {"company": " ".join(row.company.name.split())}
        body = render_to_string("people/mail/invitation.txt", context)
    EmailMessage(subject, body, to=[row.email]).send()
