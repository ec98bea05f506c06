"""invite, accept_invitation, revoke_invitation."""

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from invoicing_site import mails
from invoicing_site.actions.invitations import accept_invitation, invite, revoke_invitation
from invoicing_site.errors import BusinessError
from invoicing_site.models import Delivery, Event, Invitation, Mail, Membership, User
from tests.helpers.mailbox import deliver_due
from tests.helpers.people import PASSWORD, member, platform_admin
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=1)


def ask(world: Any, **kwargs: Any) -> Invitation:
    options = {"company": world.company, "email": "new@example.org", "role": "clerk", "actor": world.owner, "at": AT}
    return invite(**(options | kwargs))


def test_invite_writes_one_open_door_and_its_news(world: Any) -> None:
    row = ask(world, email=" New@Example.org ", membership_expires_on=TODAY)
    assert (row.email, row.role, row.membership_expires_on) == ("new@example.org", "clerk", TODAY)
    assert (row.invited_by, row.expires_at) == (world.owner, AT + dt.timedelta(days=7))
    event = Event.objects.get(type="member.invited")
    assert (event.company, event.subject, event.data) == (world.company, row.uuid, {"role": "clerk"})
    assert [d.reaction for d in event.deliveries.all()] == ["invoicing_site.mails.invitation"]


@pytest.mark.parametrize("role", ["accountant", "clerk", "auditor"])
def test_only_owners_invite(world: Any, role: str) -> None:
    with pytest.raises(BusinessError, match="role.not_allowed"):
        ask(world, actor=world.people[role])
    assert Invitation.objects.count() == 0


def test_an_owner_of_another_company_or_a_platform_admin_invites_nobody(world: Any, stranger: Any) -> None:
    for outsider in (stranger.owner, platform_admin()):
        with pytest.raises(BusinessError, match="role.not_allowed"):
            ask(world, actor=outsider)
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"role": "god"}, "role.unknown", "role"),
        ({"role": ""}, "role.unknown", "role"),
        ({"email": "no address"}, "invitation.email", "email"),
        ({"email": "clerk@ACME.example"}, "member.already", "email"),
        ({"membership_expires_on": TODAY - dt.timedelta(days=1)}, "member.expiry", "expires_on"),
    ],
)
def test_bad_input_changes_nothing(world: Any, change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(BusinessError) as caught:
        ask(world, **change)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert (Invitation.objects.count(), Event.objects.filter(type="member.invited").count()) == (0, 0)


def test_a_second_open_invitation_is_refused_in_any_case(world: Any) -> None:
    ask(world)
    with pytest.raises(BusinessError, match="invitation.open"):
        ask(world, email="NEW@example.org")
    assert Invitation.objects.count() == 1


def test_one_that_ran_out_makes_way(world: Any) -> None:
    old = ask(world)
    new = ask(world, at=AT + dt.timedelta(days=7))
    old.refresh_from_db()
    assert (old.revoked_at, new.revoked_at) == (AT + dt.timedelta(days=7), None)


def test_the_same_address_may_be_invited_by_two_companies(world: Any, stranger: Any) -> None:
    ask(world)
    ask(stranger)
    assert Invitation.objects.count() == 2


def test_a_new_person_joins_with_name_and_password(world: Any) -> None:
    row = ask(world, membership_expires_on=TODAY)
    joined = accept_invitation(invitation=row.uuid, name=" Nora Neu ", password=PASSWORD, actor=None, at=LATER)
    user = User.objects.get(email="new@example.org")
    assert (joined.user, joined.company, joined.role, joined.expires_on) == (user, world.company, "clerk", TODAY)
    assert (user.name, user.check_password(PASSWORD), user.is_platform_admin) == ("Nora Neu", True, False)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("new@example.org", True, True)
    row.refresh_from_db()
    assert row.accepted_at == LATER
    event = Event.objects.get(type="member.joined")
    assert (event.actor, event.data) == (user, {"role": "clerk", "invitation": str(row.uuid)})
    assert joined.history.get().history_user == user


def test_a_link_works_once(world: Any) -> None:
    row = ask(world)
    accept_invitation(invitation=row.uuid, name="Nora", password=PASSWORD, actor=None, at=LATER)
    with pytest.raises(BusinessError, match="invitation.closed"):
        accept_invitation(invitation=row.uuid, name="Nora", password=PASSWORD, actor=None, at=LATER)
    assert Membership.objects.filter(user__email="new@example.org").count() == 1


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("", PASSWORD, "name"),
        ("x" * 151, PASSWORD, "name"),
        ("Nora", "short", "password"),
        ("Nora", "password1234", "password"),
    ],
)
def test_a_weak_password_or_no_name_makes_nobody(world: Any, name: str, password: str, field: str) -> None:
    row = ask(world)
    with pytest.raises(BusinessError) as caught:
        accept_invitation(invitation=row.uuid, name=name, password=password, actor=None, at=LATER)
    assert caught.value.field == field
    assert not User.objects.filter(email="new@example.org").exists()


def test_expired_and_revoked_links_are_closed(world: Any) -> None:
    row = ask(world)
    late = {"name": "Nora", "password": PASSWORD, "actor": None}
    with pytest.raises(BusinessError, match="invitation.closed"):
        accept_invitation(invitation=row.uuid, at=AT + dt.timedelta(days=7), **late)
    revoke_invitation(invitation=row.uuid, company=world.company, actor=world.owner, at=LATER)
    with pytest.raises(BusinessError, match="invitation.closed"):
        accept_invitation(invitation=row.uuid, at=LATER, **late)
    assert not User.objects.filter(email="new@example.org").exists()


def test_somebody_with_an_account_must_be_signed_in_as_it(world: Any, stranger: Any) -> None:
    row = ask(world, email=stranger.accountant.email)
    attempts = [
        ({"name": "Thief", "password": PASSWORD, "actor": None}, "invitation.sign_in"),
        ({"actor": stranger.owner}, "invitation.other_person"),
    ]
    for options, code in attempts:
        with pytest.raises(BusinessError, match=code):
            accept_invitation(invitation=row.uuid, at=LATER, **options)
    assert not Membership.objects.for_company(world.company).filter(user=stranger.accountant).exists()
    stranger.accountant.refresh_from_db()
    assert (stranger.accountant.name, stranger.accountant.has_usable_password()) == ("Accountant Globex", False)
    joined = accept_invitation(invitation=row.uuid, actor=stranger.accountant, at=LATER)
    assert (joined.company, joined.role) == (world.company, "clerk")


def test_a_new_address_is_not_for_whoever_is_signed_in(world: Any, stranger: Any) -> None:
    row = ask(world)
    with pytest.raises(BusinessError, match="invitation.other_person"):
        accept_invitation(invitation=row.uuid, actor=stranger.owner, at=LATER)
    assert Membership.objects.for_company(world.company).count() == 4


def test_a_deactivated_person_does_not_come_back_by_invitation(world: Any) -> None:
    gone = member(world.company, "clerk", "gone@acme.example")
    Membership.objects.filter(user=gone).update(ended_at=AT)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    row = ask(world, email="gone@acme.example")
    with pytest.raises(BusinessError, match="person.deactivated"):
        accept_invitation(invitation=row.uuid, actor=None, name="Gone", password=PASSWORD, at=LATER)


def test_a_membership_that_ran_out_makes_way_for_a_new_one(world: Any) -> None:
    back = member(world.company, "auditor", "back@acme.example", expires_on=dt.date(2025, 1, 1))
    row = ask(world, email="back@acme.example")
    accept_invitation(invitation=row.uuid, actor=back, at=LATER)
    rows = Membership.objects.for_company(world.company).filter(user=back).order_by("pk")
    assert [(r.role, r.ended_at) for r in rows] == [("auditor", LATER), ("clerk", None)]


def test_revoke_is_for_own_open_invitations(world: Any, stranger: Any) -> None:
    row = ask(world)
    with pytest.raises(BusinessError, match="not_found"):
        revoke_invitation(invitation=row.uuid, company=stranger.company, actor=stranger.owner, at=LATER)
    with pytest.raises(BusinessError, match="role.not_allowed"):
        revoke_invitation(invitation=row.uuid, company=world.company, actor=world.accountant, at=LATER)
    row.refresh_from_db()
    assert row.revoked_at is None
    revoke_invitation(invitation=row.uuid, company=world.company, actor=world.owner, at=LATER)
    with pytest.raises(BusinessError, match="invitation.closed"):
        revoke_invitation(invitation=row.uuid, company=world.company, actor=world.owner, at=LATER)
    row.refresh_from_db()
    assert row.revoked_at == LATER


def test_the_reaction_mails_the_link_in_the_company_language(world: Any, settings: Any) -> None:
    settings.BASE_URL = "https://billing.example"
    row = ask(world, at=mails.clock.now())
    for _twice in range(2):
        mails.invitation(Event.objects.get(type="member.invited"))
    (message,) = deliver_due()
    assert message.to == ["new@example.org"]
    assert mails.invitation_url(row) in message.body
    assert mails.invitation_url(row).startswith("https://billing.example/invitation/")
    assert "&" not in message.subject


def test_a_closed_invitation_is_not_mailed(world: Any) -> None:
    row = ask(world, at=mails.clock.now())
    revoke_invitation(invitation=row.uuid, company=world.company, actor=world.owner, at=mails.clock.now())
    mails.invitation(Event.objects.get(type="member.invited"))
    assert Mail.objects.count() == 0
    assert Delivery.objects.filter(event__type="member.invited").count() == 1
