"""What the portal writes to customers: the invitation, and the code they sign in with."""

import uuid

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from clients.models import Client, PortalAccount, PortalGrant
from invoicing_site.letters import Letter, Refused
from invoicing_site.models import Mail


def portal_invitation(mail: Mail) -> Letter:
    """The letter of a mail of kind "portal_invitation"; its options name the `client` by uuid.

    Raises Refused when the account was ended or no longer sees this client.
    """
    account = _account(mail)
    client: Client | None = (
        Client.objects.for_company(mail.company).filter(uuid=uuid.UUID(mail.options["client"])).first()
    )
    if client is None or not PortalGrant.objects.filter(account=account, client=client).exists():
        raise Refused("mail.access_ended")
    with translation.override(mail.language):
        values = {**_values(account), "client": client.name}
        return Letter(values=values, button=(gettext("Open the portal"), _sign_in_url(account)))


def portal_code(mail: Mail) -> Letter:
    """The letter of a mail of kind "portal_code"; the code is the mail's secret. Raises Refused for an ended account."""
    account = _account(mail)
    with translation.override(mail.language):
        return Letter(values={**_values(account), "code": f"{mail.secret[:4]} {mail.secret[4:]}"})


def _values(account: PortalAccount) -> dict[str, str]:
    greeting = gettext("Hello %(name)s,") % {"name": account.name} if account.name else gettext("Hello,")
    return {"greeting": greeting, "company": account.company.name, "recipient": account.email}


def _account(mail: Mail) -> PortalAccount:
    rows = PortalAccount.objects.for_company(mail.company).filter(uuid=mail.subject, ended_at=None)
    found: PortalAccount | None = rows.select_related("company").first()
    if found is None:
        raise Refused("mail.access_ended")
    return found


def _sign_in_url(account: PortalAccount) -> str:
    return f"{settings.BASE_URL}{reverse('portal:sign_in', args=[account.company.slug])}"
