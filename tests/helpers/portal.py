"""Customers in the portal and links to documents, made by the verbs; browsers signed in the short way."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.utils.module_loading import import_string

from clients.actions.portal import invite_to_portal
from clients.models import PortalAccount
from clients.web import let_in
from invoicing_site import clock, links
from invoicing_site.actions.links import make_link
from invoicing_site.links import TOKEN
from invoicing_site.models import Link
from tests.world import AT

EMAIL = "einkauf@nordlicht.example"


def portal_account(world: Any, email: str = EMAIL, *, client: Any = None, may_pay: bool = True) -> PortalAccount:
    """Somebody of the world's client, invited by its owner."""
    of = client or world.client
    invite_to_portal(
        company=world.company, client_uuid=of.uuid, email=email, may_pay=may_pay, actor=world.owner, at=AT
    )  # fmt: skip
    found: PortalAccount = PortalAccount.objects.select_related("company").get(
        company=world.company, email=email, ended_at=None
    )
    return found


def portal_client(account: PortalAccount, browser: Client | None = None) -> Client:
    """A browser signed in to the portal; tests/web/clients/test_portal_sign_in.py walks the long way."""
    browser = browser or Client()
    request = HttpRequest()
    request.session = browser.session
    let_in(request, account)
    request.session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return browser


def link_to(world: Any, document: Any, purpose: str = "view", days: int = 30) -> Link:
    return make_link(
        company=world.company, purpose=purpose, subject=("document", document.uuid), recipient="", days=days,
        actor=world.owner, at=clock.now(),
    )  # fmt: skip


def token_of(link: Link) -> str:
    return links.make(TOKEN, link.uuid)


def render(document: Any) -> None:
    """Make the PDF of an issued document, as the render queue would."""
    from invoicing_site.models import Event

    import_string("billing.tasks.render")(Event.objects.get(subject=document.uuid, type="document.issued"))
