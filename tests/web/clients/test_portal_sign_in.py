"""The long way into the portal: address, code, and who does not get in (FAULTS 46)."""

import statistics
import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser

from clients.models import PortalAccount, SignInCode
from clients.views import portal_sign_in
from invoicing_site.models import Mail
from tests.helpers.people import office_client
from tests.helpers.portal import EMAIL, portal_account, portal_client

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, HOME = "/acme/portal/sign-in/", "/acme/portal/code/", "/acme/portal/"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: Any) -> None:
    monkeypatch.setattr(portal_sign_in, "LEAST_SECONDS", 0.0)


@pytest.fixture
def account(world: Any) -> PortalAccount:
    return portal_account(world)


def code_of() -> str:
    newest: Mail = Mail.objects.filter(kind="portal_code").latest("id")
    return newest.secret


def cookie(browser: Browser) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def test_in_and_out(client: Browser, account: PortalAccount) -> None:
    assert client.get(HOME).headers["Location"] == "/acme/portal/sign-in/?next=%2Facme%2Fportal%2F"
    assert client.get(SIGN_IN).status_code == 200
    assert client.post(SIGN_IN, {"email": f" {EMAIL.upper()} "}).headers["Location"] == CODE
    page = client.get(CODE).content.decode()
    assert EMAIL in page
    assert 'autocomplete="one-time-code"' in page
    code = code_of()
    assert client.post(CODE, {"code": f"{code[:4]} {code[4:]}"}).headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert client.get(SIGN_IN).headers["Location"] == HOME
    assert client.post("/acme/portal/sign-out/").headers["Location"] == SIGN_IN
    assert client.get(HOME).status_code == 302


def test_the_session_gets_a_new_key(client: Browser, account: PortalAccount) -> None:
    """Whoever planted a session key before the sign-in holds a key to nothing."""
    client.post(SIGN_IN, {"email": EMAIL})
    planted = cookie(client)
    client.post(CODE, {"code": code_of()})
    assert cookie(client) != planted
    attacker = Browser()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert attacker.get(HOME).status_code == 302
    signed_in = cookie(client)
    client.post("/acme/portal/sign-out/")
    attacker.cookies[settings.SESSION_COOKIE_NAME] = signed_in
    assert attacker.get(HOME).status_code == 302


def test_a_code_opens_only_the_browser_that_asked(client: Browser, account: PortalAccount) -> None:
    client.post(SIGN_IN, {"email": EMAIL})
    assert Browser().post(CODE, {"code": code_of()}).headers["Location"] == SIGN_IN
    assert SignInCode.objects.get().used_at is None


def test_known_and_unknown_addresses_get_one_answer(client: Browser, world: Any, account: PortalAccount) -> None:
    pages = []
    for email in (EMAIL, "nobody@nordlicht.example"):
        browser = Browser()
        answer = browser.post(SIGN_IN, {"email": email})
        page = browser.get(CODE)
        wrong = browser.post(CODE, {"code": "00000000"})
        token = browser.cookies[settings.CSRF_COOKIE_NAME].value
        assert token
        pages.append((
            answer.status_code, answer.headers["Location"], page.status_code, _plain(page, email),
            wrong.status_code, _plain(wrong, email),
        ))  # fmt: skip
    assert pages[0] == pages[1]
    assert Mail.objects.filter(kind="portal_code").count() == 1


def _plain(answer: Any, email: str) -> str:
    import re

    page = answer.content.decode().replace(email, "…")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_known_and_unknown_addresses_take_as_long(account: PortalAccount, monkeypatch: Any) -> None:
    monkeypatch.setattr(portal_sign_in, "LEAST_SECONDS", 0.25)
    monkeypatch.setattr(portal_sign_in, "PER_ADDRESS", 100)
    taken: dict[str, list[float]] = {EMAIL: [], "nobody@nordlicht.example": []}
    for _ in range(5):
        for email, seconds in taken.items():
            browser, began = Browser(), time.perf_counter()
            browser.post(SIGN_IN, {"email": email})
            browser.post(CODE, {"code": "1"})
            seconds.append(time.perf_counter() - began)
    known, unknown = (statistics.median(seconds) for seconds in taken.values())
    assert min(known, unknown) >= 0.5
    assert abs(known - unknown) < 0.05


def test_brute_force_ends_after_five_tries(client: Browser, account: PortalAccount) -> None:
    client.post(SIGN_IN, {"email": EMAIL})
    code = code_of()
    for number in range(6):
        answer = client.post(CODE, {"code": f"{(int(code) + 1 + number) % 10**8:08}"})
        assert answer.status_code == 422
    assert client.post(CODE, {"code": code}).status_code == 422
    assert client.get(HOME).status_code == 302


def test_an_address_gets_five_codes_in_a_quarter_of_an_hour(account: PortalAccount) -> None:
    answers = [Browser().post(SIGN_IN, {"email": EMAIL}).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert Mail.objects.filter(kind="portal_code").count() == 5


def test_an_ip_asks_for_twenty_addresses_and_tries_sixty_codes(account: PortalAccount, monkeypatch: Any) -> None:
    answers = [Browser().post(SIGN_IN, {"email": f"a{n}@x.example"}).status_code for n in range(22)]
    assert answers == [302] * 20 + [429] * 2
    browser = Browser()
    monkeypatch.setattr(portal_sign_in, "PER_IP", 100)
    browser.post(SIGN_IN, {"email": EMAIL})
    assert [browser.post(CODE, {"code": "1"}).status_code for _ in range(62)] == [422] * 60 + [429] * 2


ELSEWHERE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/acme/", "/accounts/logout/",
    "/globex/portal/", "/acme/portal/../", "/acme/portal/%2e%2e/documents/", "/acme/portal/\r\nSet-Cookie: a=b", "/acme/portals/",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_after_the_sign_in_one_stays_in_the_portal(client: Browser, account: PortalAccount, target: str) -> None:
    client.post(SIGN_IN, {"email": EMAIL}, query_params={"next": target})
    assert client.post(CODE, {"code": code_of()}).headers["Location"] == HOME
    assert client.get(SIGN_IN, {"next": target}).headers["Location"] == HOME
    assert client.post("/acme/portal/language/", {"language": "en", "next": target}).headers["Location"] == HOME


def test_one_comes_back_to_the_page_one_wanted(client: Browser, account: PortalAccount) -> None:
    wanted = "/acme/portal/documents/?after=2026-03-16.7"
    client.post(SIGN_IN, {"email": EMAIL}, query_params={"next": wanted})
    assert client.post(CODE, {"code": code_of()}).headers["Location"] == wanted


def test_a_session_ends_with_the_epoch_the_account_and_after_twelve_hours(
    world: Any, account: PortalAccount, monkeypatch: Any
) -> None:
    import datetime as dt

    from clients.actions.portal import end_portal_access
    from invoicing_site import clock

    one, two = portal_client(account), portal_client(account)
    assert one.post("/acme/portal/sign-out/", {"everywhere": "1"}).status_code == 302
    assert two.get(HOME).status_code == 302
    account.refresh_from_db()
    third = portal_client(account)
    later = clock.now() + dt.timedelta(hours=11)
    monkeypatch.setattr("invoicing_site.clock.now", lambda: later)
    assert third.get(HOME).status_code == 200
    monkeypatch.setattr("invoicing_site.clock.now", lambda: later + dt.timedelta(hours=11))
    assert third.get(HOME).status_code == 200  # idle time counts from the last page
    monkeypatch.setattr("invoicing_site.clock.now", lambda: later + dt.timedelta(hours=24))
    assert third.get(HOME).status_code == 302
    fourth = portal_client(account)
    end_portal_access(company=world.company, account_uuid=account.uuid, actor=world.owner, at=clock.now())
    assert fourth.get(HOME).status_code == 302


def test_office_and_portal_share_a_browser_and_nothing_else(world: Any, account: PortalAccount) -> None:
    browser = portal_client(account, office_client(world.people["clerk"]))
    assert (browser.get("/acme/documents/").status_code, browser.get(HOME).status_code) == (200, 200)
    browser.post("/acme/portal/sign-out/")
    assert (browser.get("/acme/documents/").status_code, browser.get(HOME).status_code) == (200, 302)
    assert office_client(world.owner).get(HOME).status_code == 302
    assert portal_client(account).get("/acme/documents/").status_code == 302
    assert portal_client(account).get("/admin/").status_code == 302


def test_two_companies_in_one_browser(world: Any, stranger: Any, account: PortalAccount) -> None:
    browser = portal_client(portal_account(stranger), portal_client(account))
    assert (browser.get(HOME).status_code, browser.get("/globex/portal/").status_code) == (200, 200)
    browser.post("/globex/portal/sign-out/")
    assert (browser.get(HOME).status_code, browser.get("/globex/portal/").status_code) == (200, 302)


def test_every_form_of_the_portal_wants_its_token(account: PortalAccount) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies.update(portal_client(account).cookies)
    for page in (SIGN_IN, CODE, "/acme/portal/profile/", "/acme/portal/sign-out/", "/acme/portal/language/"):
        answer = strict.post(page, {"email": EMAIL, "language": "en"}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403, page
    account.refresh_from_db()
    assert (account.language, account.epoch) == ("de", 1)
    assert Mail.objects.filter(kind="portal_code").count() == 0


def test_the_mail_names_our_address_whatever_the_host_header_says(world: Any, settings: Any) -> None:
    from clients.mails import portal_invitation

    settings.ALLOWED_HOSTS = ["*"]
    clerk = office_client(world.people["clerk"])
    url = f"/acme/clients/{world.client.uuid}/portal/invite/"
    answer = clerk.post(url, {"email": "neu@kunde.example", "may_pay": "on"}, headers={"Host": "evil.example"})
    assert answer.status_code == 302
    letter = portal_invitation(Mail.objects.get(kind="portal_invitation"))
    assert letter.button is not None
    assert letter.button[1] == f"{settings.BASE_URL}/acme/portal/sign-in/"
