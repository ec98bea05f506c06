"""The site in a real browser: a live server, signed-in people, and three things no page may do.

Whatever a test does, it fails when a page breaks its content security policy, complains in the console, or lets
somebody's text run as a script.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from invoicing_site.models import User
from tests.helpers.people import sign_in

AXE = files("axe_playwright_python").joinpath("axe.min.js")
# Refusals are answers, and Chromium reports each one in its console; htmx reports what a newer request replaced.
ANSWERS = ("status of 409", "status of 422", "htmx:afterRequest", "htmx:sendAbort")
REPORT = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`));"""

Open = Callable[..., Page]


def chromium_path() -> str:
    """Chromium's path; without it a loud skip by hand, a failure where REQUIRE_BROWSER or CI is set."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        missing = "Chromium is missing, this was NOT tested: apt-get install chromium"
        if os.environ.get("REQUIRE_BROWSER") == "1" or os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    # Playwright's loop runs in this thread; the tests themselves are not asynchronous.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
        if before is not None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def open_as(live_server: Any, chromium: Browser) -> Iterator[Open]:
    """`open_as(user, path, width=360, scheme="dark", script=False)`: a page of somebody signed in with a second factor."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(answer in message.text for answer in ANSWERS):
            complaints.append(message.text)

    def dialog(asked: Dialog) -> None:
        if asked.type == "beforeunload":
            asked.accept()
        else:
            complaints.append(f"a script ran: {asked.type} {asked.message}")
            asked.dismiss()

    def open_as(
        user: User, path: str, *, width: int = 1440, height: int = 900, scheme: Any = "light", script: bool = True
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script, locale="en-GB"
        )
        contexts.append(context)
        session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.add_init_script(REPORT)
        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on("dialog", dialog)
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def check_axe(page: Page, **rules: Any) -> None:
    """No violation of WCAG 2.2 AA on the page as it stands, in light and in dark; `rules` go to axe's own options."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # under the strict CSP no script tag could be added
    for scheme in ("light", "dark"):
        # Colours in transition would be measured half-way, and one that has begun goes on to its end.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => true)")
        found = page.evaluate("(options) => axe.run(document, options)", rules)
        wrong = [
            f"{scheme}: {item['id']} ({item['impact']}): {node['html'][:160]}"
            for item in found["violations"]
            for node in item["nodes"]
        ]
        assert wrong == []
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")


def check_width(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} px too wide"
