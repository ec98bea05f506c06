"""The code of the sign-in: kept as an HMAC, good once, for ten minutes, for five tries."""

import datetime as dt
from typing import Any

import pytest

from clients.actions.portal_codes import request_code, sign_in
from clients.mails import portal_code
from clients.models import PortalAccount, SignInCode
from invoicing_site.models import Event, Mail
from tests.helpers.portal import EMAIL, portal_account
from tests.world import AT

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def account(world: Any) -> PortalAccount:
    return portal_account(world)


def ask(world: Any, email: str = EMAIL, at: dt.datetime = AT) -> str:
    """The code in the mail that was just queued."""
    request_code(company=world.company, email=email, actor=None, at=at)
    newest: Mail = Mail.objects.filter(kind="portal_code").latest("id")
    return newest.secret


def enter(world: Any, code: str, at: dt.datetime = AT, email: str = EMAIL) -> PortalAccount | None:
    return sign_in(company=world.company, email=email, code=code, actor=None, at=at)


def test_the_code_is_only_in_the_mail(world: Any, account: PortalAccount) -> None:
    code = ask(world)
    assert (len(code), code.isdigit()) == (8, True)
    row = SignInCode.objects.get()
    assert (row.account_id, row.expires_at, row.attempts, row.used_at) == (account.pk, AT + 10 * MINUTE, 0, None)
    assert code.encode() not in bytes(row.digest)
    mail = Mail.objects.get(kind="portal_code")
    assert (mail.recipient, mail.language, mail.options) == (EMAIL, "de", {})
    assert portal_code(mail).values["code"] == f"{code[:4]} {code[4:]}"
    assert code not in repr(list(Event.objects.values()))


def test_it_lets_in_once(world: Any, account: PortalAccount) -> None:
    code = ask(world)
    assert enter(world, code) == account
    account.refresh_from_db()
    assert account.seen_at == AT
    assert Event.objects.filter(type="portal.signed_in", subject=account.uuid).count() == 1
    assert enter(world, code) is None
    assert Event.objects.filter(type="portal.signed_in").count() == 1


def test_it_is_good_for_ten_minutes(world: Any, account: PortalAccount) -> None:
    code = ask(world)
    assert enter(world, code, AT + 10 * MINUTE) is None
    assert enter(world, code, AT + 10 * MINUTE - dt.timedelta(seconds=1)) == account


def test_five_wrong_tries_use_it_up(world: Any, account: PortalAccount) -> None:
    code = ask(world)
    wrong = "00000000" if code != "00000000" else "11111111"
    for _ in range(5):
        assert enter(world, wrong) is None
    assert SignInCode.objects.get().attempts == 5
    assert enter(world, code) is None
    assert SignInCode.objects.get().used_at is None


def test_a_newer_code_voids_the_older(world: Any, account: PortalAccount) -> None:
    first = ask(world)
    second = ask(world, at=AT + MINUTE)
    if first != second:
        assert enter(world, first, AT + MINUTE) is None
    assert enter(world, second, AT + MINUTE) == account


def test_codes_are_bound_to_their_account(world: Any, stranger: Any, account: PortalAccount) -> None:
    portal_account(world, "other@nordlicht.example")
    portal_account(stranger)
    code = ask(world)
    ask(world, "other@nordlicht.example")
    assert enter(world, code, email="other@nordlicht.example") is None
    assert sign_in(company=stranger.company, email=EMAIL, code=code, actor=None, at=AT) is None
    assert enter(world, code) == account


@pytest.mark.parametrize("email", ["nobody@nordlicht.example", "", "%", "_"])
def test_an_unknown_address_leaves_no_trace(world: Any, account: PortalAccount, email: str) -> None:
    before = (Mail.objects.count(), Event.objects.count())
    assert request_code(company=world.company, email=email, actor=None, at=AT) is None
    assert enter(world, "12345678", email=email) is None
    assert (Mail.objects.count(), Event.objects.count(), SignInCode.objects.count()) == (*before, 0)


def test_an_ended_account_gets_no_code(world: Any, account: PortalAccount) -> None:
    from clients.actions.portal import end_portal_access

    code = ask(world)
    end_portal_access(company=world.company, account_uuid=account.uuid, actor=world.owner, at=AT)
    assert enter(world, code) is None
    assert request_code(company=world.company, email=EMAIL, actor=None, at=AT) is None


def test_yesterdays_codes_are_cleared_away(world: Any, account: PortalAccount) -> None:
    ask(world)
    SignInCode.objects.update(created_at=AT - dt.timedelta(days=2))
    ask(world)
    assert SignInCode.objects.count() == 1
