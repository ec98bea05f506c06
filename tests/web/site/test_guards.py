"""The guards: who gets which answer, at each request anew (FAULTS 45, 48)."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path, resolve, reverse
from django.utils import timezone, translation

from invoicing_site import checks, clock, web
from invoicing_site.errors import BusinessError
from invoicing_site.models import BreakGlass, Membership, User
from invoicing_site.wiring import NAVIGATION
from tests.helpers.people import member, office_client, platform_admin
from tests.world import AT

pytestmark = pytest.mark.django_db


@web.office("documents.view", methods=("GET",))
def page(request: web.OfficeRequest) -> HttpResponse:
    text = f"{request.company}|{request.member.role}|{request.actor}|{request.may('bank.edit')}|{timezone.get_current_timezone_name()}"
    return HttpResponse(f"{text}|{translation.get_language()}")


@web.office("documents.issue", methods=("POST",))
def deed(request: web.OfficeRequest) -> HttpResponse:
    raise BusinessError("document.no_lines")


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody is asked")


urlpatterns = [
    path("<slug:company>/page/", page),
    path("<slug:company>/deed/", deed),
    path("bare/", bare),
    path("", include("invoicing_site.urls")),
]
here = pytest.mark.urls(__name__)


@here
def test_the_view_gets_company_member_actor_zone_and_language(world: Any) -> None:
    world.accountant.language = "de"
    world.accountant.save()
    body = office_client(world.accountant).get("/acme/page/").content.decode()
    assert body == "Acme|accountant|Accountant Acme|False|Europe/Berlin|de"
    assert timezone.get_current_timezone_name() == "UTC"


@here
def test_answers_by_person(world: Any, stranger: Any) -> None:
    nobody = User.objects.create_user("nobody@example.org")
    ended = member(world.company, "owner", "ended@acme.example", ended_at=AT)
    expired = member(world.company, "owner", "expired@acme.example", expires_on=AT.date())
    admin = platform_admin()
    BreakGlass.objects.create(
        company=world.company, user=admin, reason="x", opened_at=AT, expires_at="2999-01-01T00:00Z"
    )
    answers = {
        "anonymous": Client().get("/acme/page/"),
        "auditor": office_client(world.people["auditor"]).get("/acme/page/"),
        "stranger": office_client(stranger.owner).get("/acme/page/"),
        "nobody": office_client(nobody).get("/acme/page/"),
        "ended": office_client(ended).get("/acme/page/"),
        "expired": office_client(expired).get("/acme/page/"),
        "platform admin": office_client(admin).get("/acme/page/"),
        "no such company": office_client(world.owner).get("/nowhere/page/"),
        "unverified": (lambda c: (c.force_login(world.people["clerk"]), c.get("/acme/page/"))[1])(Client()),
    }
    assert {who: answer.status_code for who, answer in answers.items()} == {
        "anonymous": 302, "auditor": 200, "stranger": 404, "nobody": 404, "ended": 404, "expired": 404,
        "platform admin": 404, "no such company": 404, "unverified": 302,
    }  # fmt: skip
    assert answers["anonymous"].url == "/accounts/login/?next=%2Facme%2Fpage%2F"
    assert answers["unverified"].url == "/accounts/2fa/"
    assert answers["stranger"].content == answers["no such company"].content


@here
def test_a_role_without_the_permission_gets_403_and_a_wrong_method_405(world: Any) -> None:
    assert office_client(world.people["auditor"]).post("/acme/deed/").status_code == 403
    clerk = office_client(world.people["clerk"])
    assert clerk.get("/acme/deed/").status_code == 405
    assert (clerk.post("/acme/page/").status_code, clerk.head("/acme/page/").status_code) == (405, 200)


@here
def test_a_refused_verb_is_a_page_with_its_sentence(world: Any) -> None:
    clerk = office_client(world.people["clerk"])
    answer = clerk.post("/acme/deed/", headers={"Referer": "http://testserver/acme/page/"})
    assert answer.status_code == 422
    assert "Add at least one line before issuing." in answer.content.decode()
    assert 'href="/acme/page/"' in answer.content.decode()
    part = clerk.post("/acme/deed/", headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.content.decode()) == (422, False)
    assert "Add at least one line before issuing." in part.content.decode()


@here
def test_a_route_without_a_guard_fails_the_check_and_answers_nobody(world: Any) -> None:
    found = [error.msg for error in run_checks(tags=["urls"]) if error.id == "invoicing_site.E001"]
    assert found == ["/bare/ has no guard."]
    browser = Client(raise_request_exception=False)
    assert browser.get("/bare/").status_code == 500


def test_every_route_has_a_guard() -> None:
    assert checks.every_route_has_a_guard(None) == []


def test_an_unknown_permission_fails_at_import() -> None:
    with pytest.raises(KeyError):
        web.office("documents.fly")


def test_a_lost_role_is_lost_at_the_next_request(world: Any) -> None:
    browser = office_client(world.owner)
    assert browser.get("/acme/team/invite/").status_code == 200
    Membership.objects.filter(user=world.owner).update(role="accountant")
    assert browser.get("/acme/team/invite/").status_code == 403
    Membership.objects.filter(user=world.owner).update(ended_at=AT)
    assert browser.get("/acme/team/invite/").status_code == 404


def test_pages_stay_out_of_caches(world: Any) -> None:
    browser = office_client(world.owner)
    for url in ("/acme/team/", "/acme/team/invite/", "/accounts/2fa/", "/nowhere/", "/healthz"):
        assert "no-store" in browser.get(url).headers["Cache-Control"]


def test_security_headers(client: Client) -> None:
    headers = client.get("/accounts/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")


def test_home_leads_on(world: Any, stranger: Any) -> None:
    assert Client().get("/").url == "/accounts/login/?next=%2F"
    assert office_client(world.accountant).get("/").url == "/acme/"
    assert office_client(platform_admin()).get("/").url == "/admin/"
    Membership.objects.create(company=stranger.company, user=world.accountant, role="auditor")
    body = office_client(world.accountant).get("/").content.decode()
    assert 'href="/acme/"' in body
    assert 'href="/globex/"' in body


def test_every_entry_of_the_navigation_leads_somewhere() -> None:
    for _label, name, _icon, permission in NAVIGATION:
        assert resolve(reverse(name, kwargs={"company": "acme"})).func.guard == ("office", permission)


def test_navigation_shows_what_the_role_may(world: Any) -> None:
    from invoicing_site.chrome import allowed, navigation

    request = RequestFactory().get("/acme/team/")
    items = navigation(request, SimpleNamespace(company=world.company, role="auditor"))
    assert [item["url"] for item in items if item["current"]] == ["/acme/team/"]
    assert {act for act, may in allowed("clerk")["documents"].items() if may} == {"edit", "issue", "send", "view"}
    assert not any(allowed("auditor")[noun].get("edit") for noun in allowed("auditor"))


def test_sessions_are_noted_once_a_minute(world: Any, monkeypatch: Any) -> None:
    browser = office_client(world.owner)
    browser.get("/acme/team/")
    row = UserSession.objects.get(user=world.owner)
    first = row.last_seen_at
    browser.get("/acme/team/")
    row.refresh_from_db()
    assert row.last_seen_at == first
    later = clock.now() + dt.timedelta(seconds=61)
    monkeypatch.setattr("invoicing_site.clock.now", lambda: later)
    browser.get("/acme/team/")
    row.refresh_from_db()
    assert row.last_seen_at > first
    monkeypatch.undo()
    browser.get("/acme/team/", headers={"User-Agent": "Another/1.0"})
    row.refresh_from_db()
    assert row.user_agent == "Another/1.0"
