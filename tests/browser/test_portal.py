"""The portal and a link in a real browser: with and without scripts, narrow and wide, light and dark, in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from clients.actions.portal import change_profile
from clients.views import portal_sign_in
from invoicing_site import clock
from invoicing_site.models import Event, Mail
from tests.browser.conftest import REPORT, Open, check_axe, check_width
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.portal import EMAIL, link_to, portal_account, portal_client, render, token_of
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (360, 768, 1440)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 400);
})"""


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


@pytest.fixture
def visit(live_server: Any, chromium: Browser, monkeypatch: Any) -> Iterator[Any]:
    """`visit(path, account, width=360, script=False)`: a page of a customer, or of anybody without `account`."""
    monkeypatch.setattr(portal_sign_in, "LEAST_SECONDS", 0.0)
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 404" not in message.text:
            complaints.append(message.text)

    def visit(path: str, account: Any = None, *, width: int = 360, script: bool = True, locale: str = "en-GB") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script, locale=locale, user_agent=AGENT
        )
        contexts.append(context)
        if account is not None:
            key = portal_client(account).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.add_init_script(REPORT)
        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_from_the_mail_to_the_document(world: Any, visit: Any, script: bool) -> None:
    """Address, code, overview, document, PDF, out again; scripts help nowhere on this way."""
    portal_account(world)
    document = invoice(world, language="de")
    render(document)
    page = visit("/acme/portal/", script=script)
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Sign-in code").fill(Mail.objects.filter(kind="portal_code").latest("id").secret)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1).wait_for()
    assert page.url.endswith("/acme/portal/")
    page.get_by_role("link", name=document.number).first.click()
    assert page.get_by_role("article", name=f"Rechnung {document.number}").count() == 1
    answer = page.request.get(f"{page.url}pdf/")
    assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith(f"/documents/{document.uuid}/")
    page.get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/acme/portal/sign-in/")


def test_every_page_fits_and_reads_well(world: Any, visit: Any) -> None:
    account = portal_account(world)
    first, second = invoice(world, "1234.56", language="de"), invoice(world, "20.00")
    payment(world, "20.00", all_of(second))
    token = token_of(link_to(world, first, "view"))
    signed_in = (
        "/acme/portal/", "/acme/portal/documents/", f"/acme/portal/documents/{first.uuid}/",
        f"/acme/portal/documents/{second.uuid}/", f"/acme/portal/documents/{first.uuid}/pdf/", "/acme/portal/profile/",
        "/acme/portal/documents/00000000-0000-4000-8000-000000000000/",
    )  # fmt: skip
    public = ("/acme/portal/sign-in/", f"/l/{token}/")
    for language in ("en", "de"):
        account = change_profile(account=account, name="Ada", language=language, actor=None, at=clock.now())
        for path in (*signed_in, *public):
            script = (
                "/pdf/" not in path and "00000000" not in path
            )  # the one looks again, the other is a 404 on purpose
            page = visit(path, None if path in public else account, script=script)
            if path in signed_in:
                assert page.locator("html").get_attribute("lang") == language
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                if script:
                    check_width(page)
            if script:
                check_axe(page)
            page.context.close()


def test_the_office_panels_fit_and_read_well(world: Any, open_as: Open) -> None:
    portal_account(world)
    document = invoice(world)
    link_to(world, document)
    page = open_as(world.owner, f"/acme/clients/{world.client.uuid}/", width=360)
    page.get_by_text("Invite somebody").click()
    check_width(page)
    check_axe(page)
    page.get_by_text("End access").first.click()
    check_axe(page)
    page.goto(page.url.replace(f"clients/{world.client.uuid}", f"documents/{document.uuid}"))
    page.get_by_text("Show address").click()
    check_width(page)
    check_axe(page)


def test_nothing_moves_while_a_page_loads(world: Any, visit: Any) -> None:
    account = portal_account(world)
    document = invoice(world)
    for path in ("/acme/portal/", f"/acme/portal/documents/{document.uuid}/"):
        assert visit(path, account).evaluate(SHIFT) == 0


def test_a_look_through_a_link_is_noted_and_leads_nowhere_else(world: Any, visit: Any) -> None:
    document = invoice(world)
    link = link_to(world, document)
    page = visit(f"/l/{token_of(link)}/", script=False)
    page.reload()
    assert Event.objects.filter(type="document.viewed", subject=document.uuid).count() == 1
    assert page.context.cookies() == []
