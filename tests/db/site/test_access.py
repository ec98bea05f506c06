"""deactivate_user, reset_mfa, break_glass and the host's commands."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from invoicing_site import links
from invoicing_site.actions.access import break_glass, deactivate_user, reset_mfa
from invoicing_site.errors import BusinessError
from invoicing_site.models import AuthenticatorDevice, BreakGlass, Company, Event, Invitation, Membership, User
from tests.helpers.people import enrol, member, office_client, platform_admin
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> User:
    return platform_admin()


def test_deactivation_ends_sessions_at_once(world: Any, admin: User) -> None:
    browser = office_client(world.accountant)
    assert browser.get("/acme/team/").status_code == 200
    deactivate_user(user_id=world.accountant.pk, actor=admin, at=AT, reason="left for good")
    assert browser.get("/acme/team/").status_code == 302
    assert Session.objects.count() == 0
    event = Event.objects.get(type="person.deactivated")
    assert (event.company, event.subject, event.data) == (None, world.accountant.uuid, {"sessions": 1})
    assert world.accountant.history.latest().history_change_reason == "left for good"


def test_is_active_is_asked_on_every_request_even_if_a_session_survives(world: Any) -> None:
    browser = office_client(world.accountant)
    User.objects.filter(pk=world.accountant.pk).update(is_active=False)
    assert browser.get("/acme/team/").status_code == 302


def test_only_platform_admins_deactivate(world: Any, admin: User) -> None:
    for actor in (world.owner, world.accountant):
        with pytest.raises(BusinessError, match="role.not_allowed"):
            deactivate_user(user_id=world.people["clerk"].pk, actor=actor, at=AT, reason="x")
    with pytest.raises(BusinessError, match="member.self"):
        deactivate_user(user_id=admin.pk, actor=admin, at=AT, reason="x")
    with pytest.raises(BusinessError, match="reason.missing"):
        deactivate_user(user_id=world.people["clerk"].pk, actor=admin, at=AT, reason=" ")
    assert User.objects.filter(is_active=False).count() == 0


def test_sole_owner_and_sole_admin_stay(world: Any, admin: User) -> None:
    with pytest.raises(BusinessError, match="person.sole_owner"):
        deactivate_user(user_id=world.owner.pk, actor=admin, at=AT, reason="x")
    with pytest.raises(BusinessError, match="person.sole_admin"):
        deactivate_user(user_id=admin.pk, actor=None, at=AT, reason="x")
    member(world.company, "owner", "second@acme.example")
    assert not deactivate_user(user_id=world.owner.pk, actor=admin, at=AT, reason="x").is_active
    with pytest.raises(BusinessError, match="person.inactive"):
        deactivate_user(user_id=world.owner.pk, actor=admin, at=AT, reason="x")


def test_reset_forgets_factors_and_unverifies_every_session(world: Any) -> None:
    browser = office_client(world.accountant)
    browser.get("/acme/team/")
    assert AuthenticatorDevice.objects.filter(user=world.accountant).count() == 1
    reset_mfa(user_id=world.accountant.pk, company=world.company, actor=world.owner, at=AT, reason="phone lost")
    assert not Authenticator.objects.filter(user=world.accountant).exists()
    assert not AuthenticatorDevice.objects.filter(user=world.accountant).exists()
    assert browser.get("/acme/team/").status_code == 302
    event = Event.objects.get(type="person.mfa_reset")
    assert (event.company, event.actor, event.data) == (world.company, world.owner, {"sessions": 1, "by_host": False})


def test_who_may_reset_whom(world: Any, stranger: Any, admin: User) -> None:
    for user in (*world.people.values(), *stranger.people.values(), admin):
        enrol(user)
    Membership.objects.create(company=stranger.company, user=world.people["clerk"], role="clerk")
    refused = [
        (world.accountant, world.people["auditor"], world.company, "role.not_allowed"),
        (world.owner, world.owner, world.company, "member.self"),
        (world.owner, stranger.accountant, world.company, "member.ended"),
        (world.owner, stranger.accountant, stranger.company, "role.not_allowed"),
        (world.owner, world.people["clerk"], world.company, "member.elsewhere"),
        (world.owner, world.accountant, None, "role.not_allowed"),
        (admin, admin, None, "member.self"),
        (admin, world.accountant, world.company, "role.not_allowed"),
    ]
    for actor, user, company, code in refused:
        with pytest.raises(BusinessError, match=code):
            reset_mfa(user_id=user.pk, company=company, actor=actor, at=AT, reason="lost")
    with pytest.raises(BusinessError, match="reason.missing"):
        reset_mfa(user_id=world.accountant.pk, company=None, actor=admin, at=AT)
    assert Authenticator.objects.count() == 9
    reset_mfa(user_id=world.people["clerk"].pk, actor=admin, at=AT, reason="lost")
    with pytest.raises(BusinessError, match="person.no_factor"):
        reset_mfa(user_id=world.people["clerk"].pk, actor=admin, at=AT, reason="lost")
    assert Authenticator.objects.count() == 8


def test_broken_glass_is_reasoned_short_and_in_the_companys_chain(world: Any, admin: User) -> None:
    glass = break_glass(company=world.company, hours=2, actor=admin, at=AT, reason="ticket 4711")
    assert (glass.opened_at, glass.expires_at, glass.reason) == (AT, AT + dt.timedelta(hours=2), "ticket 4711")
    event = Event.objects.get(type="access.glass_broken")
    assert (event.company, event.subject, event.actor, event.data) == (world.company, glass.uuid, admin, {"hours": 2})


@pytest.mark.parametrize(
    ("hours", "reason", "code"), [(0, "x", "glass.hours"), (9, "x", "glass.hours"), (1, " ", "reason.missing")]
)
def test_glass_refusals(world: Any, admin: User, hours: int, reason: str, code: str) -> None:
    with pytest.raises(BusinessError, match=code):
        break_glass(company=world.company, hours=hours, actor=admin, at=AT, reason=reason)
    with pytest.raises(BusinessError, match="role.not_allowed"):
        break_glass(company=world.company, hours=1, actor=world.owner, at=AT, reason="x")
    assert BreakGlass.objects.count() == 0


def test_the_database_keeps_opened_glass_as_it_was(world: Any, admin: User) -> None:
    break_glass(company=world.company, hours=1, actor=admin, at=AT, reason="x")
    ways = [
        lambda: BreakGlass.objects.update(expires_at=AT + dt.timedelta(days=365)),
        lambda: BreakGlass.objects.all().delete(),
    ]
    for way in ways:
        with pytest.raises(IntegrityError), transaction.atomic():
            way()
    assert BreakGlass.objects.get().expires_at == AT + dt.timedelta(hours=1)


COMPANY = {
    "slug": "fresh", "name": "Fresh", "legal_name": "Fresh GmbH", "line1": "Weg 1", "postcode": "10115", "city": "Berlin",
    "country": "DE", "currency": "EUR", "time_zone": "Europe/Berlin", "language": "de",
}  # fmt: skip


def create_owner(**changes: str) -> str:
    out = StringIO()
    call_command("create_owner", "boss@fresh.example", **(COMPANY | changes), stdout=out)
    return out.getvalue().strip()


def test_create_owner_founds_a_company_and_prints_a_working_link(db: None) -> None:
    link = create_owner()
    company, row = Company.objects.get(slug="fresh"), Invitation.objects.get()
    assert (row.company, row.email, row.role, row.invited_by) == (company, "boss@fresh.example", "owner", None)
    assert links.read("invitation", link.rstrip("/").rsplit("/", 1)[-1]) == row.uuid
    assert User.objects.count() == 0


def test_create_owner_for_a_company_that_has_one_is_refused(world: Any) -> None:
    with pytest.raises(CommandError, match="already has an owner"):
        create_owner(slug="acme")


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "admin"}, {"slug": "Not A Slug"}, {"name": ""}, {"currency": "XXY"}, {"country": "Germany"}, {"country": "XY"},
        {"time_zone": "Berlin"}, {"language": "tlh"}, {"city": "x" * 200},
    ],
)  # fmt: skip
def test_create_owner_refuses_what_would_not_work(db: None, change: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        create_owner(**change)
    assert (Company.objects.count(), Invitation.objects.count()) == (0, 0)


def test_create_owner_refuses_a_wrong_address_whole(db: None) -> None:
    with pytest.raises(CommandError, match="valid e-mail"):
        call_command("create_owner", "nobody", **COMPANY)
    assert Company.objects.count() == 0


def test_reset_mfa_on_the_host_is_recorded_as_such(world: Any) -> None:
    enrol(world.owner)
    call_command("reset_mfa", "OWNER@acme.example", reason="safe deposit checked", stdout=StringIO())
    event = Event.objects.get(type="person.mfa_reset")
    assert (event.actor, event.data["by_host"]) == (None, True)
    assert not Authenticator.objects.exists()
    for email in ("nobody@acme.example", "owner@acme.example"):
        with pytest.raises(CommandError):
            call_command("reset_mfa", email, reason="again", stdout=StringIO())
