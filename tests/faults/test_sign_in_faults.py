"""Guessing, asking who exists, and walking round or reusing a second factor, on every path that signs somebody in (FAULTS 49)."""

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client as Browser

from invoicing_site.models import User
from tests.helpers.mailbox import deliver_due
from tests.helpers.people import PASSWORD, code, enrol, office_client
from tests.helpers.portal import portal_account, portal_client
from tests.together import size, together

pytestmark = pytest.mark.django_db
LOGIN, FACTOR, STEP_UP, RESET = (
    "/accounts/login/",
    "/accounts/2fa/authenticate/",
    "/accounts/step-up/",
    "/accounts/password/reset/",
)
INSIDE = ("/acme/team/", "/admin/", "/accounts/email/", "/accounts/sessions/", "/accounts/password/change/")


class Counted(MD5PasswordHasher):
    """A hasher that counts: what a clock would see with the real one, without its noise."""

    algorithm = "counted"
    work = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).work += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]


def someone(world: Any, role: str = "accountant") -> User:
    user: User = world.people[role]
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.get_or_create(email=user.email, defaults={"verified": True, "primary": True})
    enrol(user)
    return user


@pytest.fixture
def accountant(world: Any) -> User:
    return someone(world)


def enter(email: str, password: str = PASSWORD, browser: Browser | None = None, **headers: str) -> tuple[Browser, Any]:
    browser = browser or Browser()
    return browser, browser.post(LOGIN, {"login": email, "password": password}, headers=headers)


def passed(answer: Any) -> bool:
    """Whether the password was taken."""
    return answer.status_code == 302 and answer.url.startswith(FACTOR)


def signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def seen(answer: Any, *blotted: str) -> tuple[Any, ...]:
    """All a stranger could compare: status, where to, headers, page."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    for text in blotted:
        page = page.replace(text, "…")
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("Content-Length", "Expires", "Set-Cookie")
    }
    return answer.status_code, answer.headers.get("Location"), headers, page, sorted(answer.cookies)


# -- stuffing ---------------------------------------------------------------------------------------------------------


def test_one_account_is_guessed_at_five_times_however_it_is_written(accountant: User, settings: Any) -> None:
    """From addresses of many, in all spellings: the sixth try is refused, and with it the right password."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    spellings = [accountant.email, accountant.email.upper(), f" {accountant.email} ", accountant.email.title()]
    for turn in range(5):
        _, answer = enter(spellings[turn % 4], f"wrong {turn}", **{"X-Forwarded-For": f"192.0.2.{turn}"})
        assert not passed(answer)
    for turn, spelling in enumerate(spellings):
        browser, answer = enter(spelling, **{"X-Forwarded-For": f"198.51.100.{turn}"})
        assert not passed(answer), spelling
        assert browser.post(FACTOR, {"code": code()}).status_code == 302
        assert not signed_in(browser)


def test_one_address_guesses_at_few_accounts_whatever_it_says_its_address_is(accountant: User) -> None:
    """A list of stolen pairs, one try each: the eleventh is refused; headers that name other addresses change nothing."""
    told = [
        enter(
            f"person{turn}@acme.example",
            "stolen",
            **{"X-Forwarded-For": f"192.0.2.{turn}", "X-Real-IP": f"192.0.2.{turn}"},
        )[1]
        for turn in range(10)
    ]
    assert {answer.status_code for answer in told} == {200}
    _, answer = enter(accountant.email, **{"X-Forwarded-For": "192.0.2.99"})
    assert not passed(answer)
    cache.clear()
    assert passed(enter(accountant.email)[1])


def test_codes_of_a_factor_are_guessed_at_few_times(accountant: User) -> None:
    """A new sign-in with the password, which the attacker has, gives no new tries."""
    for _ in range(3):
        browser, _answer = enter(accountant.email)
        for _ in range(4):
            browser.post(FACTOR, {"code": "000000"})
    browser, _answer = enter(accountant.email)
    browser.post(FACTOR, {"code": code()})
    assert not signed_in(browser)


def test_resets_of_one_account_are_few(accountant: User) -> None:
    answers = [Browser().post(RESET, {"email": accountant.email}).status_code for _ in range(8)]
    assert (answers.count(302), set(answers) - {302}) == (5, {429})


# -- enumeration ------------------------------------------------------------------------------------------------------


@pytest.fixture
def kinds(world: Any, accountant: User) -> dict[str, str]:
    """Addresses of people of every kind, and of nobody."""
    inactive, invited = someone(world, "clerk"), world.people["auditor"]
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    invited.set_unusable_password()
    invited.save()
    return {
        "known": accountant.email, "inactive": inactive.email, "without a password": invited.email,
        "unknown": "nobody@acme.example", "customer": portal_account(world).email,
    }  # fmt: skip


def test_a_wrong_password_tells_nothing_of_the_account_by_page_or_work(kinds: dict[str, str]) -> None:
    told, work = {}, {}
    for kind, email in kinds.items():
        cache.clear()
        Counted.work = 0
        _, answer = enter(email, "wrong")
        told[kind], work[kind] = seen(answer, email), Counted.work
    assert {kind for kind in told if told[kind] != told["unknown"]} == set()
    assert set(work.values()) == {1}, work


def test_a_password_reset_tells_nothing_of_the_account(kinds: dict[str, str]) -> None:
    told = {}
    for kind, email in kinds.items():
        cache.clear()
        browser = Browser()
        answer = browser.post(RESET, {"email": email})
        told[kind] = (seen(answer, email), seen(browser.get(answer.url), email))
    assert {kind for kind in told if told[kind] != told["unknown"]} == set()


def test_links_to_reset_tell_nothing_of_whose_they_are(accountant: User) -> None:
    """Of somebody, of nobody, used already: one page."""
    Browser().post(RESET, {"email": accountant.email})
    link = next(word for word in deliver_due()[-1].body.split() if "/password/reset/key/" in word)
    person, _, key = link.rstrip("/").rsplit("/", 1)[1].partition("-")
    browser = Browser()
    form = browser.get(f"/accounts/password/reset/key/{person}-{key}/", follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": "another long passphrase", "password2": "another long passphrase"})
    keys = {"used": f"{person}-{key}", "wrong": f"{person}-{key[:-1]}x", "nobody": f"zzzzz-{key}", "rubbish": "0-0"}
    told = {
        kind: seen(Browser().get(f"/accounts/password/reset/key/{each}/", follow=True), each)
        for kind, each in keys.items()
    }
    assert {kind for kind in told if told[kind] != told["nobody"]} == set()
    accountant.refresh_from_db()
    assert accountant.check_password("another long passphrase")


# -- round the second factor ------------------------------------------------------------------------------------------


def _by_admin(browser: Browser, user: User) -> None:
    browser.post("/admin/login/", {"username": user.email, "password": PASSWORD, "next": "/admin/"})


def _by_admin_after_the_password(browser: Browser, user: User) -> None:
    enter(user.email, browser=browser)
    _by_admin(browser, user)


def _by_reauthentication(browser: Browser, user: User) -> None:
    enter(user.email, browser=browser)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/2fa/reauthenticate/", {"code": code()})
    browser.post(STEP_UP, {"code": code()})


def _by_a_new_factor(browser: Browser, user: User) -> None:
    """Enrol another app, passkey or set of recovery codes between password and code."""
    enter(user.email, browser=browser)
    for url in (
        "totp/activate/",
        "totp/deactivate/",
        "webauthn/add/",
        "recovery-codes/generate/",
        "recovery-codes/download/",
    ):
        browser.get(f"/accounts/2fa/{url}")
        browser.post(f"/accounts/2fa/{url}", {"code": code(), "credential": "{}", "name": "x"})


def _by_remembering(browser: Browser, user: User) -> None:
    browser.post(LOGIN, {"login": user.email, "password": PASSWORD, "remember": "on", "trust": "on"})
    browser.post("/accounts/2fa/trust/", {"action": "trust"})
    browser.post(LOGIN, {"login": user.email, "password": PASSWORD, "remember": "on"})


def _by_a_passkey_of_nobody(browser: Browser, user: User) -> None:
    enter(user.email, browser=browser)
    browser.get("/accounts/2fa/webauthn/login/")
    browser.post("/accounts/2fa/webauthn/login/", {"credential": '{"id": "AA", "response": {"userHandle": "AQ"}}'})
    browser.post(FACTOR, {"credential": '{"id": "AA", "response": {"userHandle": "AQ"}}'})


def _by_the_address(browser: Browser, user: User) -> None:
    """Codes by mail, confirmation of an address, sign-up: doors allauth has and we do not open."""
    enter(user.email, browser=browser)
    for url in ("login/code/", "login/code/confirm/", "confirm-email/", "signup/", "password/set/", "inactive/"):
        browser.post(
            f"/accounts/{url}", {"email": user.email, "code": "000000", "password1": PASSWORD, "password2": PASSWORD}
        )


def _by_the_portal(browser: Browser, user: User) -> None:
    """Somebody who is a customer with the same address and came in by a mailed code."""
    enter(user.email, browser=browser)
    browser.get("/acme/portal/")


WAYS = [
    _by_admin, _by_admin_after_the_password, _by_reauthentication, _by_a_new_factor, _by_remembering, _by_a_passkey_of_nobody,
    _by_the_address, _by_the_portal,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_round_the_second_factor(
    world: Any, accountant: User, way: Callable[[Browser, User], None]
) -> None:
    held = list(Authenticator.objects.order_by("pk").values("pk", "type"))
    browser = portal_client(portal_account(world, accountant.email)) if way is _by_the_portal else Browser()
    way(browser, accountant)
    assert not signed_in(browser)
    for url in INSIDE:
        answer = browser.get(url)
        assert answer.status_code in (302, 404), url
        assert "/login/" in answer.headers.get("Location", "") or "/2fa/authenticate/" in answer.headers.get(
            "Location", ""
        ), url
    assert list(Authenticator.objects.order_by("pk").values("pk", "type")) == held


# -- once -------------------------------------------------------------------------------------------------------------


def by_sign_in(user: User, digits: str) -> bool:
    browser, _ = enter(user.email)
    browser.post(FACTOR, {"code": digits})
    return signed_in(browser)


def by_step_up(user: User, digits: str) -> bool:
    return office_client(user, fresh=False).post(STEP_UP, {"code": digits, "next": "/"}).status_code == 302


DOORS = {"sign-in": by_sign_in, "step-up": by_step_up}


@pytest.mark.parametrize("first", DOORS)
@pytest.mark.parametrize("second", DOORS)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_used_at_one_door_opens_no_other(accountant: User, first: str, second: str, kind: str) -> None:
    digits = code() if kind == "app" else RecoveryCodes.activate(accountant).get_unused_codes()[3]
    assert DOORS[first](accountant, digits)
    assert not DOORS[second](accountant, f"{digits[:3]} {digits[3:]}")
    assert not DOORS[second](accountant, digits)


@pytest.mark.parametrize("later", [31, 59])
def test_a_code_stays_used_as_long_as_it_could_be_valid(
    accountant: User, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    """A code of the next step is taken early and would be valid for 90 seconds; what remembers it must last as long."""
    began = (time.time() // 30) * 30 + 1
    monkeypatch.setattr("time.time", lambda: began)
    digits = code(at=began, steps=1)
    assert by_step_up(accountant, digits)
    cache.clear()
    monkeypatch.setattr("time.time", lambda: began + later)
    assert not by_step_up(accountant, digits)
    assert not by_sign_in(accountant, digits)
    assert by_step_up(accountant, code(at=began, steps=2))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_at_the_same_moment_lets_in_one(accountant: User, kind: str) -> None:
    digits = code() if kind == "app" else RecoveryCodes.activate(accountant).get_unused_codes()[0]
    browsers = [enter(accountant.email)[0] for _ in range(size(4, 16))]
    together([partial(browser.post, FACTOR, {"code": digits}) for browser in browsers])
    assert [signed_in(browser) for browser in browsers].count(True) == 1
