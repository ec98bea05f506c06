"""Around every page: whose session it still is, which host asked, who may frame, keep or forge it (FAULTS 48, 56)."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from invoicing_site.actions import people
from invoicing_site.models import Membership
from tests.helpers.crawl import ABSENT, Objects, our_routes
from tests.helpers.doors import open_door, posting_routes
from tests.helpers.mailbox import only
from tests.helpers.money import invoice
from tests.helpers.people import PASSWORD, code, enrol, office_client
from tests.helpers.rows import print_of, stored
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _void(world: Any, browser: Browser) -> Any:
    (route,) = (found for found in posting_routes() if found.name == "billing:document_void")
    return open_door(world, browser, route)


def _books() -> Any:
    """What is stored but for who signed in when."""
    return print_of(
        {name: rows for name, rows in stored().items() if name.partition("_")[0] in ("billing", "payments")}
    )


def test_a_role_lost_in_the_middle_of_a_session_is_lost_at_the_next_request(world: Any) -> None:
    """The page with the form was open already; the form is refused and the document stays as it was."""
    browser = office_client(world.accountant)
    form = _void(world, browser)
    page = form.url.removesuffix("void/")
    member = Membership.objects.get(user=world.accountant)
    people.change_role(
        membership=member.uuid, company=world.company, role="auditor", expires_on=None, actor=world.owner, at=AT
    )
    before = print_of(stored())
    assert form.send(browser).status_code == 403
    assert browser.get(page).status_code == 200
    assert browser.get(f"{page}edit/").status_code == 403
    assert print_of(stored()) == before


def test_a_membership_ended_in_the_middle_of_a_session_ends_it_everywhere(world: Any, stranger: Any) -> None:
    """Every session of the person is over, and the company gone for them; another company's books stay open."""
    Membership.objects.create(company=stranger.company, user=world.accountant, role="auditor")
    browser = office_client(world.accountant)
    form = _void(world, browser)
    member = Membership.objects.get(user=world.accountant, company=world.company)
    heir = Membership.objects.get(user=world.people["clerk"]).uuid
    people.end_membership(membership=member.uuid, company=world.company, successor=heir, actor=world.owner, at=AT)
    before = _books()
    answer = form.send(browser)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")
    browser = office_client(world.accountant)  # signing in anew brings nothing back
    assert form.send(browser).status_code == 404
    own = Objects(world)
    answers = {
        route.name: browser.get(route.url("acme", own.for_route(route))).status_code
        for route in our_routes()
        if route.kind == "office" and "GET" in route.methods and set(route.kwargs) == {"company"}
    }
    assert set(answers.values()) == {404}
    assert _books() == before
    assert browser.get("/globex/documents/").status_code == 200


def test_a_person_switched_off_is_out_at_the_next_request(world: Any) -> None:
    browser = office_client(world.accountant)
    form = _void(world, browser)
    world.accountant.is_active = False
    world.accountant.save()
    before = print_of(stored())
    answer = form.send(browser)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")
    assert print_of(stored()) == before


def test_a_role_gained_works_at_the_next_request_too(world: Any) -> None:
    browser, document = office_client(world.people["auditor"]), invoice(world)
    assert browser.get("/acme/documents/new/").status_code == 403
    Membership.objects.filter(user=world.people["auditor"]).update(role="clerk")
    assert browser.get("/acme/documents/new/").status_code == 200
    assert browser.post(reverse("billing:document_void", args=["acme", document.uuid])).status_code == 403


def test_a_form_without_its_token_changes_nothing_and_says_so_on_our_page(world: Any) -> None:
    """Every form of the office: a foreign page can post to it, but not with the token."""
    browser, wrong = office_client(world.owner), []
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies.update(browser.cookies)
    own = Objects(world)
    urls = [route.url("acme", own.for_route(route)) for route in posting_routes()]
    before = print_of(stored())
    for url in urls:
        for body in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            answer = strict.post(url, body, headers={"Origin": "https://evil.example"})
            if answer.status_code != 403 or "<h1>" not in answer.content.decode():
                wrong.append(f"{url}: {answer.status_code}")
    assert wrong == []
    assert print_of(stored()) == before
    assert "csrf" not in answer.content.decode().lower()


@pytest.fixture
def accountant(world: Any) -> Any:
    """Somebody who can walk the whole sign-in."""
    user = world.accountant
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    enrol(user)
    return user


def test_cookies_are_kept_from_scripts_and_other_sites(client: Browser, accountant: Any) -> None:
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": accountant.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code()})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert (cookie["samesite"], bool(cookie["httponly"]), cookie["domain"]) == ("Lax", True, "")


ELSEWHERE = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "https:evil.example")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_after_the_sign_in_one_stays_on_this_site(client: Browser, accountant: Any, target: str) -> None:
    where = urlencode({"next": target})
    sent = {"login": accountant.email, "password": PASSWORD, "next": target}
    answer = client.post(f"{reverse('account_login')}?{where}", sent)
    assert answer.headers["Location"].partition("?")[0] == reverse("mfa_authenticate")
    answer = client.post(answer.headers["Location"], {"code": code(), "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/acme/").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "a b", "[::1"]
)
def test_another_host_is_refused_and_named_nowhere(world: Any, host: str) -> None:
    browser = office_client(world.owner)
    for url in ("/", "/acme/", "/accounts/login/", "/accounts/password/reset/"):
        answer = browser.get(url, headers={"Host": host})
        assert answer.status_code == 400, url
        assert "evil" not in answer.content.decode() + str(dict(answer.headers))


def test_the_host_others_claim_behind_a_proxy_is_not_believed(world: Any) -> None:
    """Links in mail carry the configured address, whatever a request says its host was."""
    world.accountant.set_password(PASSWORD)
    world.accountant.save()
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"}
    answer = Browser().post(reverse("account_reset_password"), {"email": world.accountant.email}, headers=headers)
    assert answer.status_code == 302
    message = only()
    assert "evil" not in str(message.message())


def test_no_page_is_kept_framed_elsewhere_or_sniffed(world: Any) -> None:
    """Every GET route of the office, PDFs, parts and pictures among them."""
    browser, own, wrong = office_client(world.owner), Objects(world), []
    for route in (found for found in our_routes() if found.kind == "office" and "GET" in found.methods):
        answer = browser.get(route.url("acme", own.for_route(route)))
        if answer.status_code == 404:
            assert route.name in ABSENT
        headers = answer.headers
        kept = "no-store" in headers.get("Cache-Control", "") and "public" not in headers.get("Cache-Control", "")
        policy = headers.get("Content-Security-Policy", "")
        strict = "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "unsafe" not in policy
        sniffed = headers.get("X-Content-Type-Options") != "nosniff"
        if not (kept and strict) or sniffed or headers.get("X-Frame-Options") != "SAMEORIGIN":
            wrong.append(f"{route.path}: {dict(headers)}")
    assert wrong == []


def test_a_pdf_is_for_its_reader_alone(world: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("billing.views.files._preview", lambda document: b"%PDF-1.7")
    (route,) = (found for found in our_routes() if found.name == "billing:document_pdf")
    from tests.helpers.editor import draft_of

    url = route.url("acme", {"document": draft_of(world).uuid})
    answer = office_client(world.people["auditor"]).get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
