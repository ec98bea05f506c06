"""Other sites: their forms, their frames, their addresses to be sent on to, their names in our mail (FAULTS 56).

tests/faults/test_doors.py does this for the office; here are portal, links, accounts and every path that mails a link.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from invoicing_site.models import Mail
from tests.helpers.crawl import ABSENT, Objects, Route, our_routes
from tests.helpers.mailbox import deliver_due
from tests.helpers.people import PASSWORD, enrol, office_client
from tests.helpers.portal import portal_account, portal_client
from tests.helpers.rows import print_of, stored

pytestmark = pytest.mark.django_db
EVIL = "https://evil.example"
# Doors without a session, where a signature on the body is the proof.
SIGNED = {"hooks:provider", "mail_hook"}
ELSEWHERE = (
    f"{EVIL}/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "\thttps://evil.example",
)
ACCOUNTS = (
    "login/", "logout/", "email/", "password/change/", "password/reset/", "password/set/", "reauthenticate/", "step-up/", "language/",
    "sessions/", "2fa/authenticate/", "2fa/reauthenticate/", "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/webauthn/login/",
    "2fa/webauthn/add/", "2fa/webauthn/keys/1/remove/", "2fa/recovery-codes/generate/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def routes(*kinds: str, method: str) -> list[Route]:
    return [route for route in our_routes() if route.kind in kinds and method in route.methods]


@pytest.fixture
def everybody(world: Any) -> Browser:
    """The owner, who is a customer too, in one browser."""
    return portal_client(portal_account(world), office_client(world.owner))


# -- forms of other sites ---------------------------------------------------------------------------------------------


def test_no_form_of_another_site_does_anything(world: Any, everybody: Browser) -> None:
    """Every POST route outside the office: from another site, with a made-up token, or with one of the attacker's own session."""
    own, strict = Objects(world), Browser(enforce_csrf_checks=True)
    found = routes("portal", "link", "account", "public", "step_up", method="POST")
    found = [route for route in found if route.name not in SIGNED]
    assert {route.kind for route in found} >= {"portal", "link", "account", "public"}
    given: dict[str, dict[str, Any]] = {"demo_sign_in": {"person": world.owner.uuid}, "remove_passkey": {"pk": 1}}
    urls = [route.url("acme", given.get(route.name) or own.for_route(route)) for route in found]
    urls += [f"/accounts/{path}" for path in ACCOUNTS] + ["/admin/logout/", "/admin/login/"]
    stranger = Browser()
    theirs = re.search(r'csrfmiddlewaretoken" value="(\w+)"', stranger.get("/accounts/login/").content.decode())
    assert theirs
    wrong, before = [], print_of(stored())
    for url in urls:
        for token in ("", "x" * 64, theirs[1]):
            strict.cookies.update(everybody.cookies)
            sent = {"csrfmiddlewaretoken": token, "email": "evil@evil.example", "language": "de", "everywhere": "1"}
            answer = strict.post(url, sent, headers={"Origin": EVIL, "Referer": f"{EVIL}/"})
            if answer.status_code != 403:
                wrong.append(f"{url}: {answer.status_code} with {token[:8]!r}")
    assert wrong == []
    assert print_of(stored()) == before
    assert everybody.get("/acme/team/").status_code == 200


def test_nothing_is_done_by_asking_for_a_page(world: Any, everybody: Browser) -> None:
    """A picture or a link on another site is a GET: addresses that act answer no GET."""
    own, before = Objects(world), None
    for route in routes("portal", "link", "webhook", method="POST"):
        if "GET" not in route.methods:
            url = route.url("acme", own.for_route(route))
            before = print_of(stored())
            for ask in (everybody.get, everybody.head):
                assert ask(url, headers={"Referer": f"{EVIL}/"}).status_code == 405, url
            assert print_of(stored()) == before, url
    assert before is not None
    assert everybody.get("/accounts/logout/").status_code == 200
    assert everybody.get("/acme/team/").status_code == 200


# -- frames, caches ---------------------------------------------------------------------------------------------------


def lacking(answer: Any) -> list[str]:
    """What is missing of the headers every page carries."""
    held, policy = answer.headers, answer.headers.get("Content-Security-Policy", "")
    there = {
        "framed elsewhere": held.get("X-Frame-Options") in ("SAMEORIGIN", "DENY")
        and "frame-ancestors 'self'" in policy,
        "scripts": "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy,
        "forms": "form-action 'self'" in policy and "base-uri 'none'" in policy,
        "sniffed": held.get("X-Content-Type-Options") == "nosniff",
        "kept": "no-store" in held.get("Cache-Control", "") and "public" not in held.get("Cache-Control", ""),
        "told": held.get("Referrer-Policy") in ("same-origin", "no-referrer"),
    }
    return [name for name, well in there.items() if not well]


def test_every_page_of_portal_links_and_accounts_is_neither_framed_nor_kept(world: Any, everybody: Browser) -> None:
    own, wrong = Objects(world), {}
    for route in routes("portal", "link", "account", "public", method="GET"):
        if route.name in ("healthz", "readyz") or route.name.startswith("demo"):
            continue
        values = (
            {"token": "x"}
            if route.name == "accept_invitation"
            else {"pk": 1}
            if "pk" in route.kwargs
            else own.for_route(route)
        )
        for browser in (everybody, Browser()):
            answer = browser.get(route.url("acme", values))
            if (route.name in ABSENT and answer.status_code == 404) or answer.status_code < 500:
                wrong |= {f"{route.path} {answer.status_code}": lacking(answer)} if lacking(answer) else {}
    for url in (
        *(f"/accounts/{path}" for path in ACCOUNTS),
        "/admin/",
        "/admin/login/",
        "/nowhere/",
        "/l/x/",
        "/acme/portal/nowhere/",
    ):
        for browser in (everybody, Browser()):
            answer = browser.get(url)
            wrong |= {f"{url} {answer.status_code}": lacking(answer)} if lacking(answer) else {}
    assert wrong == {}


def test_pages_of_refusal_are_neither_framed_nor_kept(world: Any) -> None:
    strict, answers = Browser(enforce_csrf_checks=True, raise_request_exception=False), {}
    answers["forged"] = strict.post("/accounts/login/", {})
    answers["too much"] = Browser().post(
        "/accounts/login/", b"a=" + b"x" * 6_000_000, content_type="application/x-www-form-urlencoded"
    )
    for _ in range(32):
        answers["too often"] = Browser().get("/l/x/")
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "forged": 403, "too much": 400, "too often": 429,
    }  # fmt: skip
    assert {name: lacking(answer) for name, answer in answers.items() if lacking(answer)} == {}


# -- sent on ----------------------------------------------------------------------------------------------------------


def stays(answer: Any) -> bool:
    there = answer.headers.get("Location", "")
    return not there or (re.match(r"/(?![/\\])", there) is not None and "evil" not in there.partition("?")[0])


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_to_another_site(world: Any, everybody: Browser, target: str) -> None:
    """Every GET page and every allauth page, asked with each name a redirect was ever read from."""
    own, wrong = Objects(world), []
    query = urlencode(
        dict.fromkeys(("next", "url", "back", "return", "return_to", "redirect", "redirect_to", "continue"), target)
    )
    urls = [route.url("acme", own.for_route(route)) for route in routes("portal", "link", method="GET")]
    urls += [f"/accounts/{path}" for path in ACCOUNTS] + ["/", "/admin/login/", "/acme/portal/code/"]
    for url in urls:
        for browser in (everybody, Browser()):
            answer = browser.get(f"{url}?{query}", headers={"Referer": f"{EVIL}/"})
            if not stays(answer):
                wrong.append(f"{url}: {answer.headers['Location']}")
    for url, sent in {
        "/acme/portal/language/": {"language": "en"}, "/accounts/language/": {"language": "en"}, "/acme/portal/sign-out/": {},
        "/accounts/logout/": {},
    }.items():  # fmt: skip
        answer = everybody.post(f"{url}?{query}", sent | {"next": target}, headers={"Referer": f"{EVIL}/"})
        assert (answer.status_code, stays(answer)) == (302, True), (url, answer.headers)
    assert wrong == []


@pytest.mark.parametrize("name", ["portal_payments:came_back", "link_payments:came_back"])
def test_the_way_back_from_paying_leads_to_our_own_page(world: Any, everybody: Browser, name: str) -> None:
    """Whatever its query says: an attempt of this customer and one of two words, or nothing."""
    own = Objects(world)
    attempt = own.for_route(next(route for route in our_routes() if route.name == name.replace("came_back", "attempt")))
    (route,) = (route for route in our_routes() if route.name == name)
    url = route.url("acme", attempt)
    for back in ("done", "cancelled", *ELSEWHERE):
        answer = everybody.get(
            url, {"attempt": str(attempt["attempt"]), "back": back, "next": f"{EVIL}/", "url": f"{EVIL}/"}
        )
        assert (answer.status_code, stays(answer), "evil" in answer.headers["Location"]) == (302, True, False)
        assert answer.headers["Location"].partition("?")[2] in (f"back={back}", "")
    for wrong in ("", "x", EVIL, "00000000-0000-0000-0000-000000000000"):
        assert everybody.get(url, {"attempt": wrong}).status_code == 404


# -- whose name stands in our mail ------------------------------------------------------------------------------------


def _reset(browser: Browser, world: Any, headers: dict[str, str]) -> Any:
    return browser.post("/accounts/password/reset/", {"email": world.accountant.email}, headers=headers)


def _portal_invite(browser: Browser, world: Any, headers: dict[str, str]) -> Any:
    return browser.post(
        f"/acme/clients/{world.client.uuid}/portal/invite/",
        {"email": "neu@kunde.example", "may_pay": "on"},
        headers=headers,
    )


def _portal_code(browser: Browser, world: Any, headers: dict[str, str]) -> Any:
    portal_account(world, "code@kunde.example")
    Mail.objects.filter(kind="portal_invitation").update(state="cancelled")
    return browser.post("/acme/portal/sign-in/", {"email": "code@kunde.example"}, headers=headers)


def _verify_again(browser: Browser, world: Any, headers: dict[str, str]) -> Any:
    return browser.post("/accounts/email/", {"action_send": "", "email": world.owner.email}, headers=headers)


@pytest.mark.parametrize("way", [_reset, _portal_invite, _portal_code, _verify_again])
def test_links_in_mail_name_our_address_whatever_host_was_asked_for(
    world: Any, settings: Any, way: Callable[[Browser, Any, dict[str, str]], Any]
) -> None:
    """Also where a host list of ["*"] lets any Host header in: the configured address is the only one ever written."""
    settings.ALLOWED_HOSTS, settings.USE_X_FORWARDED_HOST = ["*"], True
    world.accountant.set_password(PASSWORD)
    world.accountant.save()
    enrol(world.accountant)
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = way(Browser() if way in (_reset, _portal_code) else office_client(world.owner), world, headers)
    assert answer.status_code == 302, answer.content.decode()
    sent = deliver_due()
    assert len(sent) >= 1
    written = "".join(
        str(part) for message in sent for part in (message.message().as_string(), message.body, message.alternatives)
    )
    assert "evil" not in written
    if way is not _portal_code:
        assert settings.BASE_URL in written
