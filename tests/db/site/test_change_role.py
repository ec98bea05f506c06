"""change_role: every pair of roles, the last owner, oneself, other companies (FAULTS 48)."""

import datetime as dt
from typing import Any

import pytest

from invoicing_site.actions.people import change_role
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Membership
from invoicing_site.states import Role
from tests.helpers.people import member, platform_admin
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db


def row_of(world: Any, user: Any) -> Membership:
    return Membership.objects.for_company(world.company).get(user=user, ended_at=None)


def change(world: Any, user: Any, role: str, **kwargs: Any) -> Membership:
    options = {"company": world.company, "expires_on": None, "actor": world.owner, "at": AT}
    return change_role(membership=row_of(world, user).uuid, role=role, **(options | kwargs))


@pytest.mark.parametrize("before", Role.values)
@pytest.mark.parametrize("after", Role.values)
def test_an_owner_gives_any_role(world: Any, before: str, after: str) -> None:
    user = member(world.company, before)
    changed = change(world, user, after, expires_on=TODAY, reason="promotion")
    assert (changed.role, changed.expires_on) == (after, TODAY)
    event = Event.objects.get(type="member.role_changed")
    assert event.data == {"from": before, "to": after, "expires_on": TODAY.isoformat()}
    past = row_of(world, user).history.latest()
    assert (past.role, past.history_user, past.history_change_reason) == (after, world.owner, "promotion")


@pytest.mark.parametrize("actor", ["accountant", "clerk", "auditor"])
@pytest.mark.parametrize("target", ["owner", "accountant", "clerk", "auditor"])
@pytest.mark.parametrize("role", Role.values)
def test_nobody_else_gives_any(world: Any, actor: str, target: str, role: str) -> None:
    with pytest.raises(BusinessError, match="role.not_allowed"):
        change(world, world.people[target], role, actor=world.people[actor])
    assert row_of(world, world.people[target]).role == target


def test_outsiders_give_none(world: Any, stranger: Any) -> None:
    for outsider in (stranger.owner, platform_admin()):
        with pytest.raises(BusinessError, match="role.not_allowed"):
            change(world, world.accountant, "owner", actor=outsider)
    with pytest.raises(BusinessError, match="member.ended"):
        change_role(
            membership=row_of(world, world.accountant).uuid, company=stranger.company, role="clerk", expires_on=None,
            actor=stranger.owner, at=AT,
        )  # fmt: skip
    assert row_of(world, world.accountant).role == "accountant"


def test_an_owner_whose_membership_ran_out_gives_none(world: Any) -> None:
    late = member(world.company, "owner", expires_on=dt.date(2025, 1, 1))
    with pytest.raises(BusinessError, match="role.not_allowed"):
        change(world, world.people["clerk"], "owner", actor=late)


@pytest.mark.parametrize(("role", "expires_on"), [("accountant", None), ("auditor", None), ("owner", TODAY)])
def test_the_last_owner_stays(world: Any, role: str, expires_on: dt.date | None) -> None:
    with pytest.raises(BusinessError, match="member.last_owner"):
        change(world, world.owner, role, expires_on=expires_on, actor=None)
    assert (row_of(world, world.owner).role, row_of(world, world.owner).expires_on) == ("owner", None)


def test_a_deactivated_or_expiring_owner_does_not_count(world: Any) -> None:
    member(world.company, "owner", "until@acme.example", expires_on=TODAY)
    gone = member(world.company, "owner", "gone@acme.example")
    gone.is_active = False
    gone.save()
    with pytest.raises(BusinessError, match="member.last_owner"):
        change(world, world.owner, "clerk", actor=None)


def test_for_oneself_there_is_only_stepping_down(world: Any) -> None:
    second = member(world.company, "owner", "second@acme.example")
    for role, expires_on in (("owner", TODAY), ("owner", None), ("clerk", TODAY)):
        with pytest.raises(BusinessError, match="member.self"):
            change(world, second, role, expires_on=expires_on, actor=second)
    assert change(world, second, "accountant", actor=second).role == "accountant"


@pytest.mark.parametrize(
    ("role", "expires_on", "code"),
    [("god", None, "role.unknown"), ("clerk", TODAY - dt.timedelta(days=1), "member.expiry")],
)
def test_bad_input_changes_nothing(world: Any, role: str, expires_on: dt.date | None, code: str) -> None:
    with pytest.raises(BusinessError, match=code):
        change(world, world.accountant, role, expires_on=expires_on)
    assert row_of(world, world.accountant).role == "accountant"


def test_the_last_day_is_judged_in_the_companys_zone(world: Any) -> None:
    world.company.time_zone = "Pacific/Kiritimati"
    world.company.save()
    evening = dt.datetime(2026, 3, 16, 11, 0, tzinfo=dt.UTC)  # already the 17th there
    with pytest.raises(BusinessError, match="member.expiry"):
        change(world, world.accountant, "accountant", expires_on=TODAY, at=evening)


def test_an_ended_membership_is_not_changed(world: Any) -> None:
    uuid = row_of(world, world.accountant).uuid
    Membership.objects.filter(uuid=uuid).update(ended_at=AT)
    with pytest.raises(BusinessError, match="member.ended"):
        change_role(membership=uuid, company=world.company, role="owner", expires_on=None, actor=world.owner, at=AT)
