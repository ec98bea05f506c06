"""Every page of paying × everybody who has no business there: another company's customer, another link, nobody."""

from typing import Any

import pytest
from django.test import Client as Browser

from tests.helpers.crawl import ABSENT, Objects, Route, our_routes
from tests.helpers.money import state
from tests.helpers.portal import portal_account, portal_client

PORTAL, LINK = "portal_payments:", "link_payments:"
ANSWERED = {200, 202, 302}


def pages(prefix: str) -> list[Route]:
    found = [route for route in our_routes() if route.name.startswith(prefix)]
    assert len(found) >= 5
    return found


def answers(browser: Browser, routes: list[Route], objects: Objects, slug: str = "acme") -> dict[str, set[int]]:
    return {
        route.name: {
            getattr(browser, method.lower())(route.url(slug, objects.for_route(route))).status_code
            for method in route.methods
        }
        for route in routes
    }


def test_customers_reach_their_own_pages(world: Any) -> None:
    objects = Objects(world)
    browser = portal_client(portal_account(world))
    for prefix in (PORTAL, LINK):
        for route in pages(prefix):
            code = browser.get(route.url("acme", objects.for_route(route))).status_code
            assert code in ANSWERED | ({404} if route.name in ABSENT else set()), route.name


def test_objects_of_another_company_do_not_exist(world: Any, stranger: Any) -> None:
    theirs = Objects(stranger)
    for route in pages(PORTAL):
        theirs.for_route(route)
    browser = portal_client(portal_account(world))
    named = [route for route in pages(PORTAL) if set(route.kwargs) - {"company"}]
    before = state()
    assert set().union(*answers(browser, named, theirs).values()) == {404}
    assert state() == before


def test_session_of_one_company_is_none_in_another(world: Any, stranger: Any) -> None:
    theirs = Objects(stranger)
    for route in pages(PORTAL):
        theirs.for_route(route)
    browser = portal_client(portal_account(world))
    assert set().union(*answers(browser, pages(PORTAL), theirs, "globex").values()) == {302}
    for route in pages(PORTAL):
        place = browser.get(route.url("globex", theirs.for_route(route)))["Location"]
        assert place.startswith("/globex/portal/sign-in/"), route.name


@pytest.mark.parametrize("token", ["x", "A" * 48])
def test_no_page_without_a_link_of_ours(world: Any, token: str) -> None:
    objects = Objects(world)
    for route in pages(LINK):
        url = route.url("acme", objects.for_route(route) | {"token": token})
        codes = {getattr(Browser(), method.lower())(url).status_code for method in route.methods}
        assert codes == {404}, route.name
