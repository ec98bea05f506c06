"""Passkeys in a real browser with a virtual authenticator: enrol, sign in, step up, all under the strict CSP."""

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect, sync_playwright

from invoicing_site.models import Invitation
from tests.helpers.people import PASSWORD, code, enrol
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page with a platform authenticator that always agrees. Anything the console complains about fails the test."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is missing, this was NOT tested: apt-get install chromium")
    # Playwright's loop runs in this thread; the test itself is not asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        authenticator = page.context.new_cdp_session(page)
        authenticator.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield page
        browser.close()
    assert complaints == []


def test_enrol_sign_in_and_step_up_with_a_passkey(live_server: Any, page: Page, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    owner = make_world("acme").owner
    owner.set_password(PASSWORD)
    owner.save()
    owner.emailaddress_set.create(email=owner.email, verified=True, primary=True)
    enrol(owner)
    site = live_server.url.replace("127.0.0.1", "localhost")

    page.goto(f"{site}/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label(re.compile("[Cc]ode")).fill(code())
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile("/accounts/step-up/"))  # a factor is added only after a fresh one
    page.get_by_label("Code from your authenticator app").fill(code(steps=1))
    page.get_by_role("button", name="Confirm").click()
    expect(page).to_have_url(re.compile("/accounts/2fa/webauthn/add/"))
    page.get_by_label(re.compile("[Pp]asswordless|[Ss]ign in with")).check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    assert Authenticator.objects.filter(user=owner, type="webauthn").count() == 1

    page.context.clear_cookies()
    page.goto(f"{site}/accounts/login/?next=/acme/team/invite/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{site}/acme/team/invite/")
    expect(page.get_by_role("heading", name="Invite somebody")).to_be_visible()

    settings.STEP_UP_SECONDS = 0
    page.goto(f"{site}/acme/team/invite/")
    expect(page).to_have_url(re.compile("/accounts/step-up/"))
    settings.STEP_UP_SECONDS = 300
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_role("heading", name="Invite somebody")).to_be_visible()
    page.get_by_label("E-mail address").fill("new@example.org")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("new@example.org").first).to_be_visible()
    assert Invitation.objects.get().email == "new@example.org"
