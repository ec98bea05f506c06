"""end_membership: access ends, work goes on under another name."""

import datetime as dt
from typing import Any

import pytest

from invoicing_site.actions import people
from invoicing_site.actions.people import end_membership, review_access, review_due
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Membership
from tests.helpers.people import member, office_client
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db


def row_of(world: Any, who: str) -> Membership:
    return Membership.objects.for_company(world.company).get(user=world.people[who])


def finish(world: Any, who: str = "clerk", **kwargs: Any) -> Membership:
    options = {"company": world.company, "successor": row_of(world, "accountant").uuid, "actor": world.owner, "at": AT}
    return end_membership(membership=row_of(world, who).uuid, **(options | kwargs))


def test_it_ends_access_and_every_session(world: Any) -> None:
    phone, desk = office_client(world.people["clerk"]), office_client(world.people["clerk"])
    assert [c.get("/acme/team/").status_code for c in (phone, desk)] == [200, 200]
    ended = finish(world, reason="left")
    assert ended.ended_at == AT
    assert Event.objects.get(type="member.ended").data == {
        "successor": str(row_of(world, "accountant").uuid), "sessions": 2,
    }  # fmt: skip
    for browser in (phone, desk):
        answer = browser.get("/acme/team/")
        assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=%2Facme%2Fteam%2F")
    assert ended.history.latest().history_change_reason == "left"


def test_work_is_handed_over_in_the_same_transaction(world: Any, monkeypatch: Any) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(people, "HANDOVER", ("x.y",))
    monkeypatch.setattr(people, "import_string", lambda path: lambda **kwargs: calls.append(kwargs))
    finish(world)
    (call,) = calls
    assert (call["company"], call["leaver"], call["heir"]) == (world.company, world.people["clerk"], world.accountant)


def test_without_an_heir_open_work_holds_it_up(world: Any, monkeypatch: Any) -> None:
    def refuse(**kwargs: Any) -> None:
        raise BusinessError("member.successor", "successor")

    monkeypatch.setattr(people, "import_string", lambda path: refuse)
    with pytest.raises(BusinessError, match="member.successor"):
        finish(world, successor=None)
    assert row_of(world, "clerk").ended_at is None


@pytest.mark.parametrize("heir", ["clerk", "auditor"])
def test_an_heir_must_be_another_person_who_may_edit(world: Any, heir: str) -> None:
    with pytest.raises(BusinessError, match="member.successor"):
        finish(world, successor=row_of(world, heir).uuid)
    assert row_of(world, "clerk").ended_at is None


def test_an_heir_comes_from_the_same_company(world: Any, stranger: Any) -> None:
    with pytest.raises(BusinessError, match="member.successor"):
        finish(world, successor=row_of(stranger, "accountant").uuid)
    assert row_of(world, "clerk").ended_at is None


@pytest.mark.parametrize("actor", ["accountant", "clerk", "auditor"])
def test_only_owners_end_memberships(world: Any, actor: str) -> None:
    with pytest.raises(BusinessError, match="role.not_allowed"):
        finish(world, actor=world.people[actor])
    assert row_of(world, "clerk").ended_at is None


def test_other_companies_memberships_do_not_exist(world: Any, stranger: Any) -> None:
    with pytest.raises(BusinessError, match="member.ended"):
        end_membership(
            membership=row_of(stranger, "clerk").uuid, company=world.company, successor=None, actor=world.owner, at=AT
        )
    assert row_of(stranger, "clerk").ended_at is None


def test_the_last_owner_cannot_leave(world: Any) -> None:
    with pytest.raises(BusinessError, match="member.last_owner"):
        finish(world, "owner")
    member(world.company, "owner", "second@acme.example")
    assert finish(world, "owner").ended_at == AT


def test_twice_is_once(world: Any) -> None:
    finish(world)
    with pytest.raises(BusinessError, match="member.ended"):
        finish(world)
    assert Event.objects.filter(type="member.ended").count() == 1


def test_review_is_recorded_and_due_again_after_a_quarter(world: Any) -> None:
    company = world.company
    company.created_at = AT
    assert not review_due(company, AT + people.REVIEW_EVERY - dt.timedelta(days=1))
    assert review_due(company, AT + people.REVIEW_EVERY)
    company.access_reviewed_on = TODAY
    assert not review_due(company, AT)
    assert review_due(company, AT + people.REVIEW_EVERY)
    reviewed = review_access(company=company, actor=world.owner, at=AT)
    assert reviewed.access_reviewed_on == TODAY
    assert Event.objects.get(type="access.reviewed").data == {"members": 4, "on": TODAY.isoformat()}
    with pytest.raises(BusinessError, match="role.not_allowed"):
        review_access(company=company, actor=world.accountant, at=AT)
