"""The admin: behind a second factor, scoped, read-only; its few actions are verbs (SPEC U3, A2)."""

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from invoicing_site import clock
from invoicing_site.adminsite import ReadOnlyAdmin
from invoicing_site.models import BreakGlass, Company, Delivery, Event, Membership, User
from tests.helpers.people import enrol, office_client, platform_admin

pytestmark = pytest.mark.django_db
MODELS = list(admin.site._registry)


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def boss(world: Any) -> Client:
    return office_client(world.owner)


@pytest.fixture
def platform(db: None) -> Client:
    return office_client(platform_admin())


def break_glass(company: Company, **fields: Any) -> BreakGlass:
    now = clock.now()
    whole = {
        "user": User.objects.filter(is_platform_admin=True).earliest("pk"),
        "opened_at": now - dt.timedelta(hours=1),
        "expires_at": now + dt.timedelta(hours=1),
        **fields,
    }
    return BreakGlass.objects.create(company=company, reason="ticket", **whole)


def test_only_our_read_only_pages_are_registered() -> None:
    assert all(isinstance(page, ReadOnlyAdmin) for page in admin.site._registry.values())
    labels = {model._meta.label for model in MODELS}
    assert not labels & {"mfa.Authenticator", "account.EmailAddress", "usersessions.UserSession", "auth.Group"}


@pytest.mark.parametrize("who", ["accountant", "clerk"])
def test_roles_without_admin_are_refused(world: Any, who: str) -> None:
    browser = office_client(world.people[who])
    assert browser.get("/admin/", follow=True).status_code == 403
    assert browser.get(url(Membership, "changelist"), follow=True).status_code == 403


def test_the_door_is_allauths(world: Any) -> None:
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/?next=")
    half = Client()
    half.force_login(world.owner)
    assert half.get("/admin/").status_code == 302
    assert half.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302
    assert office_client(world.owner).get("/admin/password_change/").url == "/accounts/password/change/"


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_nothing_is_added_changed_or_deleted(world: Any, model: Any) -> None:
    platform_admin()
    break_glass(world.company)
    for browser in (office_client(world.owner), office_client(User.objects.get(is_platform_admin=True))):
        assert browser.post(url(model, "add"), {}).status_code == 403
        row = model.objects.first()
        if row is None:
            continue
        before = model.objects.filter(pk=row.pk).values().get()
        for page in ("change", "delete"):
            assert browser.post(url(model, page, row.pk), {"name": "changed", "post": "yes"}).status_code in (403, 404)
        browser.post(url(model, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
        assert model.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_every_list_and_page_opens_for_an_owner_or_not_at_all(
    world: Any, stranger: Any, boss: Client, model: Any
) -> None:
    page = admin.site._registry[model]
    answer = boss.get(url(model, "changelist"))
    if model in (User, Delivery):
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    assert b"Globex" not in answer.content
    rows = (
        model.objects.filter(pk=world.company.pk) if model is Company else model.objects.filter(company=world.company)
    )
    foreign = (
        model.objects.filter(pk=stranger.company.pk)
        if model is Company
        else model.objects.filter(company=stranger.company)
    )
    pages = ["change", "history"] if hasattr(page, "history_form_view") else ["change"]
    for view in pages:
        if own := rows.first():
            assert boss.get(url(model, view, own.pk)).status_code == 200
        if other := foreign.first():
            assert boss.get(url(model, view, other.pk)).status_code == 404
    assert boss.get(url(model, "changelist"), {"q": "globex"}).status_code in (200, 302)
    assert boss.get(url(model, "changelist"), {"company__name": "Globex"}).status_code in (302, 400)


def test_history_shows_actor_and_reason_and_never_anothers(world: Any, stranger: Any, boss: Client) -> None:
    from invoicing_site.actions.people import change_role

    row = Membership.objects.get(company=world.company, user=world.people["clerk"])
    change_role(
        membership=row.uuid, company=world.company, role="auditor", expires_on=None, actor=world.owner, at=clock.now(),
        reason="moved to audit",
    )  # fmt: skip
    body = boss.get(url(Membership, "history", row.pk)).content.decode()
    assert "moved to audit" in body
    assert "owner@acme.example" in body or "Owner Acme" in body
    version = row.history.latest().pk
    one = reverse("admin:invoicing_site_membership_simple_history", args=[row.pk, version])
    assert boss.get(one).status_code == 200
    assert boss.post(one, {"role": "owner"}).status_code == 403
    foreign = Membership.objects.get(company=stranger.company, user=stranger.owner)
    theirs = reverse("admin:invoicing_site_membership_simple_history", args=[foreign.pk, foreign.history.latest().pk])
    mixed = reverse("admin:invoicing_site_membership_simple_history", args=[row.pk, foreign.history.latest().pk])
    assert [boss.get(u).status_code for u in (theirs, mixed)] == [404, 404]
    row.refresh_from_db()
    assert row.role == "auditor"


def test_a_platform_admin_sees_the_installation_and_no_business(world: Any, platform: Client) -> None:
    from clients.models import Client as Customer

    for model in (User, Company, Event, Delivery, BreakGlass):
        assert platform.get(url(model, "changelist")).status_code == 200
    assert platform.get(url(Customer, "changelist")).status_code == 403
    assert platform.get(url(Customer, "change", world.client.pk)).status_code in (403, 404)
    body = platform.get(url(Company, "change", world.company.pk)).content.decode()
    assert world.company.vat_id not in body
    assert "Lindenstraße" not in body
    assert platform.get(url(Company, "history", world.company.pk)).status_code == 404


def test_broken_glass_opens_one_company_for_a_time(world: Any, stranger: Any, platform: Client) -> None:
    from clients.models import Client as Customer

    break_glass(world.company)
    assert platform.get(url(Customer, "change", world.client.pk)).status_code == 200
    assert platform.get(url(Customer, "change", stranger.client.pk)).status_code == 404
    assert platform.get(url(Company, "history", world.company.pk)).status_code == 200
    assert platform.get("/acme/team/").status_code == 404


def test_expired_or_anothers_glass_opens_nothing(world: Any, platform: Client) -> None:
    from clients.models import Client as Customer

    now = clock.now()
    break_glass(world.company, opened_at=now - dt.timedelta(hours=9), expires_at=now - dt.timedelta(hours=1))
    break_glass(world.company, opened_at=now + dt.timedelta(hours=1), expires_at=now + dt.timedelta(hours=2))
    break_glass(world.company, user=platform_admin("other@installation.example"))
    assert platform.get(url(Customer, "changelist")).status_code == 403


def act(browser: Client, model: Any, action: str, row: Any, **answers: str) -> Any:
    data = {"action": action, "_selected_action": row.pk, **answers}
    return browser.post(url(model, "changelist"), data)


def test_break_glass_asks_for_reason_and_fresh_factor(world: Any, platform: Client) -> None:
    stale = office_client(User.objects.get(is_platform_admin=True), fresh=False)
    assert act(stale, Company, "open_glass", world.company).url.startswith("/accounts/step-up/")
    assert act(platform, Company, "open_glass", world.company).status_code == 200
    assert act(platform, Company, "open_glass", world.company, asked="1", reason="", hours="2").status_code == 200
    assert act(platform, Company, "open_glass", world.company, asked="1", reason="x", hours="99").status_code == 200
    assert BreakGlass.objects.count() == 0
    assert (
        act(platform, Company, "open_glass", world.company, asked="1", reason="ticket 7", hours="2").status_code == 302
    )
    assert BreakGlass.objects.get().reason == "ticket 7"


def test_an_owner_has_no_actions(world: Any, boss: Client) -> None:
    act(boss, Company, "open_glass", world.company, asked="1", reason="curious", hours="1")
    assert BreakGlass.objects.count() == 0


def test_deactivate_and_reset_are_verbs_with_a_reason(world: Any, platform: Client) -> None:
    enrol(world.accountant)
    assert act(platform, User, "reset_factors", world.accountant, asked="1", reason="lost").status_code == 302
    assert act(platform, User, "deactivate", world.accountant, asked="1", reason="left").status_code == 302
    assert act(platform, User, "deactivate", world.owner, asked="1", reason="left").status_code == 302
    kinds = list(Event.objects.filter(type__startswith="person.").order_by("id").values_list("type", flat=True))
    assert kinds == ["person.mfa_reset", "person.deactivated"]
    assert User.objects.filter(is_active=False).get() == world.accountant
    assert "only owner of Acme" in platform.get(url(User, "changelist")).content.decode()


def test_dead_letters_are_replayed_and_only_they(world: Any, platform: Client) -> None:
    event = Event.objects.filter(company=world.company).first()
    dead = Delivery.objects.create(
        event=event, reaction="x.dead", queue="delivery", state="dead", attempts=8, error="boom"
    )
    done = Delivery.objects.create(event=event, reaction="x.done", queue="delivery", state="done", attempts=1)
    assert "boom" in platform.get(url(Delivery, "changelist"), {"state__exact": "dead"}).content.decode()
    data = {"action": "replay", "_selected_action": [dead.pk, done.pk]}
    assert platform.post(url(Delivery, "changelist"), data).status_code == 302
    dead.refresh_from_db()
    done.refresh_from_db()
    assert (dead.state, dead.attempts, done.state) == ("waiting", 0, "done")
    assert Event.objects.get(type="delivery.replayed").actor.is_platform_admin


def test_queries_stay_inside_the_allowed_lookups(boss: Client) -> None:
    for lookup in ("user__password__startswith", "company__bankaccount__iban", "history__history_user__password"):
        assert boss.get(url(Membership, "changelist"), {lookup: "a"}).status_code in (302, 400)
