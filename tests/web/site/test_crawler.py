"""Every URL × every role × two companies (FAULTS 45): the list comes from the URL map, a route without a rule fails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from invoicing_site.checks import foreign, routes
from invoicing_site.models import Event, User
from invoicing_site.rules import roles
from tests.helpers.crawl import ABSENT, COMMON, Objects, Route, our_routes
from tests.helpers.people import office_client, platform_admin

pytestmark = pytest.mark.django_db
ANSWERED = {200, 202, 204, 302, 303, 400, 409, 422}  # the page, a way on, or a refusal of the crawler's empty form
INSIDE = ("owner", "accountant", "clerk", "auditor")


def ask(browser: Client, route: Route, url: str, method: str | None = None) -> Any:
    """One request, undone: a POST route must not spoil the next question."""
    browser.raise_request_exception = False
    with transaction.atomic():
        answer = getattr(browser, (method or route.method).lower())(url)
        transaction.set_rollback(True)
    return answer


def crawl(routes: list[Route], expect: Callable[[Route], tuple[Any, set[int], str]]) -> None:
    """Ask every route; `expect` gives answer, allowed statuses and where a redirect must lead. All failures at once."""
    wrong = []
    for route in routes:
        answer, allowed, target = expect(route)
        location = answer.headers.get("Location", "")
        if answer.status_code not in allowed or (target and not location.startswith(target)):
            wrong.append(f"{route.method} {route.path} [{route.permission}]: {answer.status_code} {location}")
    assert wrong == []


def office_routes() -> list[Route]:
    return [route for route in our_routes() if route.kind == "office"]


def test_the_map_is_not_empty_and_every_route_has_a_name_and_a_rule() -> None:
    found = list(our_routes())
    assert len(found) > 15
    assert {route.kind for route in found} == {"office", "account", "public", "link", "portal", "webhook"}
    assert [route.path for route in found if route.name.endswith("None")] == []
    assert all(route.permission in roles.ALL for route in found if route.kind == "office")


def test_pages_of_a_company_say_so_in_their_url_and_only_they() -> None:
    assert {route.path.split("/")[1] for route in office_routes()} == {"<slug:company>"}
    inside = ("office", "portal")
    others = [route.path for route in our_routes() if route.kind not in inside and "<slug:company>" in route.path]
    assert others == []


@pytest.mark.parametrize("who", INSIDE)
def test_members_get_what_their_role_may_and_403_for_the_rest(world: Any, stranger: Any, who: str) -> None:
    browser, own = office_client(world.people[who]), Objects(world)
    before = set(Event.objects.values_list("id", flat=True))
    leaks: list[str] = []

    def expect(route: Route) -> tuple[Any, set[int], str]:
        objects = own.for_route(route)
        before.update(Event.objects.values_list("id", flat=True))
        url = route.url("acme", objects)
        if not roles.may(who, str(route.permission)):
            answers = [ask(browser, route, url, method) for method in route.methods]
            return next((a for a in answers if a.status_code != 403), answers[0]), {403}, ""
        answer = ask(browser, route, url)
        if answer.status_code == 200 and b"globex" in b"".join(answer).lower():
            leaks.append(route.path)
        if answer.status_code in (302, 303) and answer.headers["Location"].startswith("/accounts/"):
            return answer, set(), ""
        return answer, ANSWERED | ({404} if route.name in ABSENT else set()), ""

    crawl(office_routes(), expect)
    assert leaks == []
    assert set(Event.objects.values_list("id", flat=True)) == before


@pytest.mark.parametrize("who", INSIDE)
def test_objects_of_another_company_are_404_below_the_own_one(world: Any, stranger: Any, who: str) -> None:
    browser, theirs = office_client(world.people[who]), Objects(stranger)
    named = [route for route in office_routes() if set(route.kwargs) - {"company"} - COMMON]

    def expect(route: Route) -> tuple[Any, set[int], str]:
        url = route.url("acme", theirs.for_route(route))
        answers = [ask(browser, route, url, method) for method in route.methods]
        may = roles.may(who, str(route.permission))
        worst = next((a for a in answers if a.status_code != (404 if may else 403)), answers[0])
        return worst, {404} if may else {403}, ""

    crawl(named, expect)


@pytest.mark.parametrize("who", [*INSIDE, "platform admin", "nobody"])
def test_another_company_is_404_for_everybody_else(world: Any, stranger: Any, who: str) -> None:
    outsiders = {"platform admin": platform_admin, "nobody": lambda: User.objects.create_user("nobody@example.org")}
    browser = office_client(outsiders[who]() if who in outsiders else world.people[who])
    theirs = Objects(stranger)
    crawl(
        office_routes(),
        lambda route: (ask(browser, route, route.url("globex", theirs.for_route(route))), {404}, ""),
    )


def test_strangers_are_sent_to_the_sign_in(world: Any) -> None:
    own = Objects(world)
    crawl(
        [route for route in our_routes() if route.kind in ("office", "account")],
        lambda route: (
            ask(
                Client(),
                route,
                route.url("acme", {"pk": 1} | own.for_route(route) if route.kind == "office" else {"pk": 1}),
            ),
            {302},
            "/accounts/login/?next=",
        ),
    )


def test_without_a_second_factor_every_page_leads_to_its_set_up(world: Any) -> None:
    browser, own = Client(), Objects(world)
    browser.force_login(world.owner)
    crawl(
        office_routes(),
        lambda route: (ask(browser, route, route.url("acme", own.for_route(route))), {302}, "/accounts/2fa/"),
    )


def test_dangerous_permissions_always_want_a_fresh_factor(world: Any) -> None:
    browser, own = office_client(world.owner, fresh=False), Objects(world)
    dangerous = [route for route in office_routes() if route.permission in roles.STEP_UP]
    assert len(dangerous) >= 6
    assert all(route.steps_up for route in dangerous)

    def expect(route: Route) -> tuple[Any, set[int], str]:
        url = route.url("acme", own.for_route(route))
        answers = [ask(browser, route, url, method) for method in route.methods]
        worst = next(
            (a for a in answers if not a.headers.get("Location", "").startswith("/accounts/step-up/")), answers[0]
        )
        return worst, {302}, "/accounts/step-up/"

    crawl(dangerous, expect)


def test_public_pages_answer_anybody_without_a_fault(world: Any) -> None:
    objects = {"token": "x", "code": "x", "person": world.owner.uuid, "caught": 1, "place": 0}
    public = [route for route in our_routes() if route.kind == "public"]
    crawl(public, lambda route: (ask(Client(), route, route.url("acme", objects)), {200, 302, 404}, ""))


def test_libraries_pages_are_all_known() -> None:
    """allauth's and the admin's pages guard themselves; a new kind of them shows up here."""
    prefixes = {path.split("/")[0] for path, namespaces, pattern in routes() if foreign(pattern.callback, namespaces)}
    assert prefixes == {"accounts", "admin"}
    assert get_resolver().namespace_dict.keys() >= {"admin", "office", "clients", "billing", "payments"}
