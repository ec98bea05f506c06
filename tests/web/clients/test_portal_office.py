"""The portal on a client's page of the office."""

from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import PortalAccount, PortalGrant
from invoicing_site.models import Event, Mail
from tests.helpers.people import office_client
from tests.helpers.portal import EMAIL, portal_account
from tests.world import make_client

pytestmark = pytest.mark.django_db


def url(world: Any, account: PortalAccount | None = None, verb: str = "invite") -> str:
    middle = f"{account.uuid}/" if account else ""
    return f"/acme/clients/{world.client.uuid}/portal/{middle}{verb}/"


def page(browser: Browser, world: Any) -> str:
    return browser.get(f"/acme/clients/{world.client.uuid}/").content.decode()


def test_a_clerk_invites_and_sees_who_may_come_in(world: Any) -> None:
    clerk = office_client(world.people["clerk"])
    assert "Nobody of this client can sign in" in page(clerk, world)
    answer = clerk.post(url(world), {"email": EMAIL, "name": "Ada", "may_pay": "on"})
    assert answer.headers["Location"] == f"/acme/clients/{world.client.uuid}/"
    shown = page(clerk, world)
    assert (EMAIL in shown, "Ada" in shown, "not yet" in shown, "Invited to the portal" in shown) == (True,) * 4
    assert PortalGrant.objects.get().may_pay is True


def test_a_refused_invitation_shows_the_form_again(world: Any) -> None:
    portal_account(world)
    clerk, before = office_client(world.people["clerk"]), Event.objects.count()
    answer = clerk.post(url(world), {"email": EMAIL, "name": "Ada"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert f"{EMAIL} may see this client" in shown
    assert "<details open>" in shown
    assert (PortalGrant.objects.count(), Mail.objects.count(), Event.objects.count()) == (1, 1, before)


def test_the_right_to_pay_and_the_end(world: Any) -> None:
    account, clerk = portal_account(world), office_client(world.people["clerk"])
    clerk.post(url(world, account, "right"), {"may_pay": "0"})
    assert PortalGrant.objects.get().may_pay is False
    clerk.post(url(world, account, "end"))
    account.refresh_from_db()
    assert account.ended_at is not None
    assert EMAIL not in page(clerk, world).replace("Invited", "")


def test_one_client_or_all_of_them(world: Any) -> None:
    other = make_client(world.company, "Südlicht GmbH")
    account = portal_account(world)
    portal_account(world, client=other)
    clerk = office_client(world.people["clerk"])
    assert "For all 2 clients it sees" in page(clerk, world)
    clerk.post(url(world, account, "end"))
    account.refresh_from_db()
    assert account.ended_at is None
    portal_account(world)
    clerk.post(url(world, account, "end"), {"all": "1"})
    account.refresh_from_db()
    assert account.ended_at is not None


def test_an_auditor_looks_and_may_not_touch(world: Any) -> None:
    account, auditor = portal_account(world), office_client(world.people["auditor"])
    shown = page(auditor, world)
    assert EMAIL in shown
    assert "/portal/" not in shown
    answers = [
        auditor.post(url(world), {"email": "x@y.example"}), auditor.post(url(world, account, "right")),
        auditor.post(url(world, account, "end")),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403] * 3
    assert PortalGrant.objects.count() == 1


def test_another_companys_account_is_gone(world: Any, stranger: Any) -> None:
    theirs, clerk = portal_account(stranger), office_client(world.people["clerk"])
    assert clerk.post(url(world, theirs, "end")).status_code in (404, 422)
    theirs.refresh_from_db()
    assert theirs.ended_at is None
