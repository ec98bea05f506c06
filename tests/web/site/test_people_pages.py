"""Team pages and the invitation's page, as people use them."""

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from invoicing_site import clock, links
from invoicing_site.actions.invitations import invite
from invoicing_site.models import Event, Invitation, Membership, User
from tests.helpers.people import PASSWORD, code, enrol, member, office_client

pytestmark = pytest.mark.django_db


def row_of(world: Any, who: str) -> Membership:
    return Membership.objects.for_company(world.company).get(user=world.people[who])


def door(world: Any, email: str = "new@example.org", role: str = "clerk") -> tuple[Invitation, str]:
    row = invite(company=world.company, email=email, role=role, actor=world.owner, at=clock.now())
    return row, f"/invitation/{links.make('invitation', row.uuid)}/"


def test_team_shows_role_factor_expiry_and_last_sign_in(world: Any) -> None:
    enrol(world.accountant)
    Membership.objects.filter(user=world.people["auditor"]).update(expires_on=dt.date(2999, 12, 31))
    door(world)
    answer = office_client(world.owner).get("/acme/team/")
    body = answer.content.decode()
    rows = {row["member"].user_id: row["factor"] for row in answer.context["members"]}
    assert rows[world.accountant.pk]
    assert not rows[world.people["clerk"].pk]
    for text in ("Company owner", "Billing clerk", "31 Dec 2999", "Missing", "new@example.org"):
        assert text in body


@pytest.mark.parametrize("more", [0, 7])
def test_team_asks_a_constant_number_of_questions(
    world: Any, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(more):
        member(world.company, "clerk", f"clerk{n}@acme.example")
        door(world, f"new{n}@example.org")
    browser = office_client(world.owner)
    browser.get("/acme/team/")
    with django_assert_num_queries(9):
        assert browser.get("/acme/team/").status_code == 200


@pytest.mark.parametrize("who", ["accountant", "clerk", "auditor"])
def test_others_see_the_team_without_buttons(world: Any, who: str) -> None:
    body = office_client(world.people[who]).get("/acme/team/").content.decode()
    assert "Clerk Acme" in body
    assert "/team/invite/" not in body
    assert "/role/" not in body


def test_invite_from_the_page(world: Any) -> None:
    browser = office_client(world.owner)
    answer = browser.post(
        "/acme/team/invite/", {"email": "new@example.org", "role": "auditor", "expires_on": "2999-12-31"}
    )
    assert (answer.status_code, answer.url) == (302, "/acme/team/")
    row = Invitation.objects.get()
    assert (row.role, row.membership_expires_on, row.invited_by) == ("auditor", dt.date(2999, 12, 31), world.owner)
    again = browser.post("/acme/team/invite/", {"email": "new@example.org", "role": "auditor", "expires_on": ""})
    assert again.status_code == 422
    assert again.context["form"].errors["email"] == [
        "new@example.org already has an open invitation. Revoke it first, then invite again."
    ]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "", "role": "clerk"}, "email"),
        ({"email": "x", "role": "clerk"}, "email"),
        ({"email": "a@b.example", "role": "god"}, "role"),
        ({"email": "a@b.example", "role": "clerk", "expires_on": "2020-01-01"}, "expires_on"),
        ({"email": "a@b.example", "role": "clerk", "expires_on": "soon"}, "expires_on"),
    ],
)
def test_mistakes_are_shown_at_the_field(world: Any, data: dict[str, str], field: str) -> None:
    answer = office_client(world.owner).post("/acme/team/invite/", data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Invitation.objects.count() == 0


def test_only_named_fields_count(world: Any) -> None:
    extra = {"company": 1, "accepted_at": "2026-01-01", "user": world.owner.pk, "is_platform_admin": "on", "id": 1}
    browser = office_client(world.owner)
    browser.post("/acme/team/invite/", {"email": "new@example.org", "role": "clerk", **extra})
    assert Invitation.objects.get().accepted_at is None
    target = row_of(world, "clerk")
    browser.post(f"/acme/team/{target.uuid}/role/", {"role": "auditor", "ended_at": "2026-01-01", **extra})
    target.refresh_from_db()
    assert (target.role, target.ended_at, target.user) == ("auditor", None, world.people["clerk"])
    assert not User.objects.filter(is_platform_admin=True).exists()


def test_role_end_factors_revoke_and_review_from_the_pages(world: Any) -> None:
    browser, row = office_client(world.owner), row_of(world, "clerk")
    enrol(world.people["clerk"])
    invitation, _url = door(world)
    deeds = [
        (
            f"/acme/team/{row.uuid}/role/",
            {"role": "accountant", "expires_on": "", "reason": "grown"},
            "member.role_changed",
        ),
        (f"/acme/team/{row.uuid}/factors/", {"reason": "phone lost"}, "person.mfa_reset"),
        (f"/acme/team/invitations/{invitation.uuid}/revoke/", {}, "member.invitation_revoked"),
        ("/acme/team/review/", {}, "access.reviewed"),
        (
            f"/acme/team/{row.uuid}/end/",
            {"successor": str(row_of(world, "accountant").uuid), "reason": ""},
            "member.ended",
        ),
    ]
    for url, data, event in deeds:
        assert browser.get(url).status_code == 200
        assert Event.objects.filter(type=event).count() == 0
        answer = browser.post(url, data)
        assert (answer.status_code, answer.url) == (302, "/acme/team/")
        assert Event.objects.get(type=event).actor == world.owner
        assert browser.get("/acme/team/").status_code == 200


def test_refusals_of_the_verbs_reach_the_form(world: Any) -> None:
    browser, own = office_client(world.owner), row_of(world, "owner")
    answer = browser.post(f"/acme/team/{own.uuid}/role/", {"role": "clerk", "expires_on": ""})
    assert (answer.status_code, "needs an owner" in answer.content.decode()) == (422, True)
    answer = browser.post(f"/acme/team/{row_of(world, 'clerk').uuid}/factors/", {"reason": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    answer = browser.post(f"/acme/team/{own.uuid}/factors/", {"reason": "x"})
    assert answer.status_code == 422
    answer = browser.post(f"/acme/team/{row_of(world, 'clerk').uuid}/end/", {"successor": "nonsense"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["successor"])
    assert Event.objects.filter(actor=world.owner).count() == 0


def test_who_ends_the_own_membership_is_led_out(world: Any) -> None:
    member(world.company, "owner", "second@acme.example")
    answer = office_client(world.owner).post(f"/acme/team/{row_of(world, 'owner').uuid}/end/", {"successor": ""})
    assert (answer.status_code, answer.url) == (302, "/")


def test_the_review_is_called_for_when_due(world: Any) -> None:
    browser = office_client(world.owner)
    assert "review is due" not in browser.get("/acme/team/").content.decode()
    world.company.access_reviewed_on = dt.date(2020, 1, 1)
    world.company.save()
    assert "review is due" in browser.get("/acme/team/").content.decode()
    assert "review is due" not in office_client(world.accountant).get("/acme/team/").content.decode()


def test_a_new_person_goes_from_the_link_to_the_second_factor(client: Client, world: Any, monkeypatch: Any) -> None:
    _row, url = door(world)
    assert "Acme" in client.get(url).content.decode()
    answer = client.post(url, {"name": "Nora Neu", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/")
    assert client.get("/acme/team/").url == "/accounts/2fa/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200  # without asking for the password again
    monkeypatch.setattr("django.db.transaction.on_commit", lambda work, *args, **kwargs: work())
    client.post("/accounts/2fa/totp/activate/", {"code": code(client.session["mfa.totp.secret"])})
    assert client.get("/acme/team/").status_code == 200
    assert Authenticator.objects.filter(user__email="new@example.org", type="totp").count() == 1
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "password": PASSWORD}, "name"),
        ({"name": "Nora", "password": "short"}, "password"),
        ({"name": "Nora"}, "password"),
    ],
)
def test_mistakes_on_the_invitation_make_nobody(client: Client, world: Any, data: dict[str, str], field: str) -> None:
    _row, url = door(world)
    answer = client.post(url, data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not User.objects.filter(email="new@example.org").exists()


def test_forged_used_and_expired_links_look_the_same(client: Client, world: Any) -> None:
    row, url = door(world)
    forged = "/invitation/" + links.make("payment", row.uuid) + "/"
    Invitation.objects.filter(pk=row.pk).update(expires_at=clock.now())
    pages = {client.get(page).content for page in (forged, url, "/invitation/x/")}
    assert len(pages) == 1
    assert [client.get(page).status_code for page in (forged, url)] == [404, 404]


def test_somebody_with_an_account_signs_in_and_joins(client: Client, world: Any, stranger: Any) -> None:
    _row, url = door(world, stranger.accountant.email)
    assert client.get(url).url.startswith("/accounts/login/?next=%2Finvitation%2F")
    assert client.post(url, {"name": "Thief", "password": PASSWORD}).status_code == 302
    assert office_client(stranger.owner).get(url).status_code == 403
    browser = office_client(stranger.accountant)
    assert browser.get(url).status_code == 200
    assert browser.post(url).status_code == 302
    assert {m.company.slug for m in Membership.objects.filter(user=stranger.accountant)} == {"acme", "globex"}
    assert browser.get("/acme/team/").status_code == 200


def test_names_cannot_carry_markup(world: Any) -> None:
    world.people["clerk"].name = "<script>alert(1)</script>"
    world.people["clerk"].save()
    body = office_client(world.owner).get("/acme/team/").content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body
