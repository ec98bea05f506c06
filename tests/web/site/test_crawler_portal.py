"""Every page of the portal and behind links × who asks (FAULTS 45, 46): the list comes from the URL map."""

from typing import Any

import pytest
from django.test import Client

from invoicing_site import clock
from invoicing_site.actions.links import make_link, revoke_link
from invoicing_site.models import Event
from tests.helpers.crawl import ABSENT, Objects, Route, our_routes
from tests.helpers.people import office_client
from tests.helpers.portal import link_to, portal_account, portal_client, token_of
from tests.web.site.test_crawler import ANSWERED, ask, crawl

pytestmark = pytest.mark.django_db


def portal_routes(*, doors: bool = False) -> list[Route]:
    return [route for route in our_routes() if route.kind == "portal" and (route.permission == "door") == doors]


def link_routes() -> list[Route]:
    return [route for route in our_routes() if route.kind == "link"]


def test_the_lists_are_not_empty() -> None:
    assert len(portal_routes()) >= 5
    assert {route.name for route in portal_routes(doors=True)} == {
        "portal:sign_in", "portal:code", "portal:sign_out", "portal:language",
        "portal:logo",
    }  # fmt: skip
    assert len(link_routes()) >= 2


def test_a_customer_gets_their_own_pages(world: Any, stranger: Any) -> None:
    browser, own, leaks = portal_client(portal_account(world)), Objects(world), []

    def expect(route: Route) -> tuple[Any, set[int], str]:
        answer = ask(browser, route, route.url("acme", own.for_route(route)))
        if b"globex" in b"".join(answer).lower():
            leaks.append(route.path)
        there = answer.headers.get("Location", "")
        absent = {404} if route.name in ABSENT else set()
        return answer, set() if "/sign-in/" in there or there.startswith("/accounts/") else ANSWERED | absent, ""

    crawl(portal_routes(), expect)
    assert leaks == []


def test_another_companys_objects_are_not_found_below_ones_own(world: Any, stranger: Any) -> None:
    browser, theirs = portal_client(portal_account(world)), Objects(stranger)
    named = [route for route in portal_routes() if set(route.kwargs) - {"company"}]
    crawl(named, lambda route: (ask(browser, route, route.url("acme", theirs.for_route(route))), {404}, ""))


@pytest.mark.parametrize("who", ["anybody", "an owner", "a customer of another company", "an ended account"])
def test_others_are_sent_to_the_sign_in(world: Any, stranger: Any, who: str) -> None:
    def ended() -> Client:
        account = portal_account(world)
        browser = portal_client(account)
        account.epoch += 1
        account.save(update_fields=["epoch"])
        return browser

    browsers = {
        "anybody": Client,
        "an owner": lambda: office_client(world.owner),
        "a customer of another company": lambda: portal_client(portal_account(stranger)),
        "an ended account": ended,
    }
    browser, own = browsers[who](), Objects(world)
    crawl(
        portal_routes(),
        lambda route: (ask(browser, route, route.url("acme", own.for_route(route))), {302}, "/acme/portal/sign-in/"),
    )


def test_a_customer_gets_nowhere_else(world: Any) -> None:
    """A portal session is none of the office: every page of the office and of accounts leads to its own sign-in."""
    browser, own = portal_client(portal_account(world)), Objects(world)
    inside = [route for route in our_routes() if route.kind in ("office", "account")]
    crawl(
        inside,
        lambda route: (
            ask(
                browser, route, route.url("acme", {"pk": 1} | (own.for_route(route) if route.kind == "office" else {}))
            ),
            {302},
            "/accounts/login/?next=",
        ),
    )


def test_doors_answer_anybody(world: Any) -> None:
    crawl(
        portal_routes(doors=True),
        lambda route: (
            ask(Client(), route, route.url("acme", {})),
            {404} if route.name in ABSENT else {200, 302},
            "",
        ),
    )
    crawl(portal_routes(doors=True), lambda route: (ask(Client(), route, route.url("nobody", {})), {404}, ""))


def test_a_good_link_opens_its_pages_to_anybody(world: Any, stranger: Any) -> None:
    own = Objects(world)

    def expect(route: Route) -> tuple[Any, set[int], str]:
        answer = ask(Client(), route, route.url("acme", own.for_route(route)))
        headers = [answer.headers.get(name) for name in ("Cache-Control", "X-Robots-Tag")]
        quiet = headers == ["no-store", "noindex"] and answer.headers["Referrer-Policy"] in (
            "no-referrer",
            "same-origin",
        )
        absent = {404} if route.name in ABSENT else set()
        return (
            answer,
            ANSWERED | absent if quiet and "/accounts/" not in answer.headers.get("Location", "") else set(),
            "",
        )

    crawl(link_routes(), expect)


def test_every_bad_link_is_one_page(world: Any, client: Client) -> None:
    """Guessed, altered, expired, revoked, for another kind of thing, for a draft: nobody learns which it was."""
    from tests.helpers.editor import draft_of
    from tests.helpers.money import invoice

    document = invoice(world)
    good = token_of(link_to(world, document))
    revoked, expired = link_to(world, document), link_to(world, document)
    revoke_link(company=world.company, link_uuid=revoked.uuid, actor=world.owner, at=clock.now())
    expired.expires_at = clock.now()
    expired.save(update_fields=["expires_at"])
    other = make_link(
        company=world.company, purpose="view", subject=("client", world.client.uuid), recipient="", days=1,
        actor=None, at=clock.now(),
    )  # fmt: skip
    bad = [
        "x", "A" * 48, good[:-1] + ("A" if good[-1] != "A" else "B"), token_of(revoked), token_of(expired),
        token_of(other), token_of(link_to(world, draft_of(world))),
    ]  # fmt: skip
    events = Event.objects.count()
    answers = [client.get(f"/l/{token}/") for token in bad]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert Event.objects.count() == events
    assert client.get(f"/l/{good}/").status_code == 200
