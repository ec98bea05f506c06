"""Two at once at the portal's doors: a code lets in one, a look is noted once, an invitation makes one account."""

import time
from typing import Any

import pytest

from billing.actions.viewed import note_view
from clients.actions import portal_codes
from clients.actions.portal import invite_to_portal
from clients.actions.portal_codes import request_code, sign_in
from clients.models import PortalAccount, PortalGrant, SignInCode
from invoicing_site import clock
from invoicing_site.models import Event, Mail
from tests.helpers.money import invoice
from tests.helpers.portal import EMAIL, link_to, portal_account
from tests.together import size, together
from tests.world import AT, make_client

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_code_used_by_many_at_once_lets_in_one(world: Any) -> None:
    portal_account(world)
    for turn in range(1, size(3, 30) + 1):
        request_code(company=world.company, email=EMAIL, actor=None, at=AT)
        code = Mail.objects.filter(kind="portal_code").latest("id").secret
        given = {"company": world.company, "email": EMAIL, "code": code, "actor": None, "at": AT}
        answers = together([lambda given=given: sign_in(**given)] * 6)  # type: ignore[misc]
        assert [answer is not None for answer in answers].count(True) == 1
        assert Event.objects.filter(type="portal.signed_in").count() == turn


@pytest.mark.parametrize("locked", [True, False])
def test_it_is_the_lock_that_lets_in_only_one(world: Any, monkeypatch: Any, locked: bool) -> None:
    """The negative control: without it, whoever reads the code before the other is done comes in too."""
    portal_account(world)
    request_code(company=world.company, email=EMAIL, actor=None, at=AT)
    code = Mail.objects.filter(kind="portal_code").latest("id").secret
    plain = portal_codes._digest

    def slow(account: PortalAccount, code: str) -> bytes:
        time.sleep(0.2)
        return plain(account, code)

    monkeypatch.setattr(portal_codes, "_digest", slow)
    if not locked:
        monkeypatch.setattr(portal_codes, "lock_rows", list)
    given = {"company": world.company, "email": EMAIL, "code": code, "actor": None, "at": AT}
    answers = together([lambda: sign_in(**given)] * 4)
    came_in = [answer is not None for answer in answers].count(True)
    assert came_in == 1 if locked else came_in > 1


def test_wrong_codes_at_once_are_all_counted(world: Any) -> None:
    portal_account(world)
    request_code(company=world.company, email=EMAIL, actor=None, at=AT)
    code = Mail.objects.filter(kind="portal_code").latest("id").secret
    wrong = f"{(int(code) + 1) % 10**8:08}"
    given = {"company": world.company, "email": EMAIL, "actor": None, "at": AT}
    assert together([lambda: sign_in(code=wrong, **given)] * 8) == [None] * 8
    assert SignInCode.objects.get().attempts == 5
    assert sign_in(code=code, **given) is None


def test_looks_at_once_are_one(world: Any) -> None:
    link = link_to(world, invoice(world))
    given = {"company": world.company, "link_uuid": link.uuid, "actor": None, "at": clock.now()}
    answers = together([lambda: note_view(**given)] * 6)
    assert sorted(answers) == [False] * 5 + [True]
    assert Event.objects.filter(type="document.viewed").count() == 1


def test_invitations_for_several_clients_at_once_make_one_account(world: Any) -> None:
    clients = [world.client, *(make_client(world.company, f"Kunde {number}") for number in range(3))]

    def invite(client: Any) -> Any:
        return invite_to_portal(
            company=world.company, client_uuid=client.uuid, email=EMAIL, may_pay=True, actor=world.owner, at=AT
        )

    together([lambda client=client: invite(client) for client in clients])  # type: ignore[misc]
    assert (PortalAccount.objects.count(), PortalGrant.objects.count()) == (1, 4)
