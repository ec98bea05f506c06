"""A customer pays on a phone: from the link to the receipt, over the provider's page, with and without scripts."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from clients.actions.portal import change_profile
from invoicing_site import clock
from payments.models import Attempt, Payment
from tests.browser.conftest import REPORT, check_axe, check_width
from tests.helpers.money import invoice
from tests.helpers.paying import provider
from tests.helpers.portal import link_to, portal_account, portal_client, token_of
from tests.helpers.sandbox import SandboxProcess, references, sandbox_process
from tests.helpers.workers import celery_worker
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("PICTURES", "")
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
THANKS = re.compile("Thank you, your payment has arrived")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as process:
        yield process


class Shop:
    """A company with an account at the stand-in, which calls back to the live server; a worker does what is queued."""

    def __init__(self, world: Any, site: str, sandbox: SandboxProcess) -> None:
        self.world, self.site, self.sandbox = world, site, sandbox

    def link(self, amount: str = "119.00") -> str:
        self.document = invoice(self.world, amount, language="en")
        return f"{self.site}/l/{token_of(link_to(self.world, self.document, 'pay'))}/"

    @property
    def session(self) -> str:
        return Attempt.objects.latest("pk").session_id

    def open_amount(self) -> Any:
        self.document.refresh_from_db()
        return self.document.open_amount


@pytest.fixture
def shop(
    transactional_db: None, live_server: Any, sandbox: SandboxProcess, settings: Any, tmp_path: Path
) -> Iterator[Shop]:
    settings.BASE_URL, settings.STRIPE_API_BASE = live_server.url, sandbox.url
    world = make_world("acme", name="Lindenhof Studio")
    with references(sandbox) as (key, secret):
        account = provider(world, key, secret)
        sandbox.send_to(f"{live_server.url}/hooks/{account.uuid}/")
        env = {"STRIPE_API_BASE": sandbox.url, "BASE_URL": live_server.url}
        with celery_worker("money,render,delivery", tmp_path / "worker.log", **env):
            yield Shop(world, live_server.url, sandbox)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Any]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    def phone(script: bool = True, scheme: Any = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=script, locale="en-GB", color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(REPORT)
        page.on("console", console)
        return page

    yield phone
    for context in contexts:
        context.close()
    assert complaints == []


def look(page: Page, name: str, script: bool = True) -> None:
    """The page as it stands: fits, reads well, and as a picture where PICTURES names a folder."""
    if script:
        check_width(page)
        check_axe(page)
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")


def to_provider(page: Page, url: str) -> None:
    """From the document to the provider's page."""
    page.goto(url)
    page.get_by_role("link", name=re.compile("^Pay .* now")).click()
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("button", name="Pay by card", exact=True)).to_be_visible(timeout=20_000)


@SCRIPTS
def test_card_from_the_link_to_the_receipt(shop: Shop, phone: Any, script: bool) -> None:
    page, url = phone(script), shop.link()
    page.goto(url)
    look(page, "document", script)
    page.get_by_role("link", name=re.compile("^Pay .* now")).click()
    look(page, "choose", script)
    page.get_by_role("button", name="Continue to payment").click()
    page.get_by_role("button", name="Pay by card", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS, timeout=60_000)
    look(page, "paid", script)
    assert (shop.open_amount(), Payment.objects.count()) == (0, 1)
    receipt = page.get_by_role("link", name="Receipt (PDF)").get_attribute("href")
    for _ in range(60):
        answer = page.request.get(f"{shop.site}{receipt}")
        if answer.status == 200:
            break
        page.wait_for_timeout(500)
    assert (answer.headers["content-type"], answer.body()[:4]) == ("application/pdf", b"%PDF")
    page.goto(url)
    expect(page.locator("main")).to_contain_text("This document is paid")
    look(page, "document-paid", script)
    page.goto(f"{url}pay/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Already paid, thank you")
    look(page, "settled", script)


@SCRIPTS
def test_declined_card_then_another_with_3_d_secure(shop: Shop, phone: Any, script: bool) -> None:
    page = phone(script)
    to_provider(page, shop.link())
    page.get_by_role("button", name="Card is declined").click()
    expect(page.locator("body")).to_contain_text("The card was declined")
    assert Payment.objects.count() == 0
    page.get_by_role("button", name="Pay by card with 3-D Secure").click()
    page.get_by_role("button", name="Yes, confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS, timeout=60_000)
    assert (shop.open_amount(), Payment.objects.count()) == (0, 1)


def test_browser_closed_before_the_return(shop: Shop, phone: Any) -> None:
    page, url = phone(), shop.link()
    to_provider(page, url)
    page.context.close()
    shop.sandbox.press(shop.session, "pay")
    shop.sandbox.wait_for(Payment.objects.exists, 60)
    again = phone()
    again.goto(f"{url}pay/")
    expect(again.get_by_role("heading", level=1)).to_have_text("Already paid, thank you")
    assert (shop.open_amount(), Payment.objects.count()) == (0, 1)


@SCRIPTS
def test_stopped_gone_on_and_paid_by_debit(shop: Shop, phone: Any, script: bool) -> None:
    page, url = phone(script), shop.link()
    to_provider(page, url)
    page.get_by_role("link", name="Cancel and go back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You stopped the payment")
    look(page, "stopped", script)
    page.get_by_role("link", name="Go on paying").click()
    page.get_by_role("button", name="Pay by bank debit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your payment is on its way", timeout=60_000)
    look(page, "processing", script)
    page.goto(url)
    expect(page.locator("main")).to_contain_text("Please do not pay again")
    assert page.get_by_role("link", name=re.compile("^Pay .* now")).count() == 0
    assert Payment.objects.count() == 0
    shop.sandbox.act("debit_succeeds", shop.session)
    shop.sandbox.wait_for(Payment.objects.exists, 60)
    page.goto(url)
    expect(page.locator("main")).to_contain_text("This document is paid")


def test_debit_that_fails_can_be_tried_again(shop: Shop, phone: Any) -> None:
    page, url = phone(), shop.link()
    to_provider(page, url)
    page.get_by_role("button", name="Pay by bank debit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your payment is on its way", timeout=60_000)
    shop.sandbox.act("debit_fails", shop.session)
    shop.sandbox.wait_for(Attempt.objects.filter(state="failed").exists, 60)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    look(page, "failed")
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("button", name="Continue to payment").click()
    page.get_by_role("button", name="Pay by card", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS, timeout=60_000)
    assert (shop.open_amount(), Payment.objects.count()) == (0, 1)


def test_silent_provider_is_waited_for(shop: Shop, phone: Any) -> None:
    page, url = phone(), shop.link()
    shop.sandbox.fault("lose", "POST", "/v1/checkout/sessions", times=3)
    page.goto(f"{url}pay/")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We are asking the payment provider", timeout=60_000)
    look(page, "asking")
    expect(page.get_by_role("button", name="Pay by card", exact=True)).to_be_visible(timeout=60_000)
    assert Attempt.objects.count() == 1


def test_an_old_hand_over_page_waits_for_the_reader(shop: Shop, phone: Any) -> None:
    page, url = phone(), shop.link()
    to_provider(page, url)
    made = Attempt.objects.get()
    page.goto(f"{url}pay/{made.uuid}/go/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your payment is not finished")
    look(page, "hand-over")
    page.get_by_role("link", name="Go to the payment page").click()
    expect(page.get_by_role("button", name="Pay by card", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "de"])
def test_several_documents_in_the_portal(shop: Shop, phone: Any, language: str) -> None:
    world = shop.world
    account = portal_account(world)
    change_profile(account=account, name="Ada", language=language, actor=None, at=clock.now())
    account.refresh_from_db()
    first, second, third = (invoice(world, amount) for amount in ("1234.56", "50.00", "20.00"))
    page = phone()
    key = portal_client(account).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": shop.site}])
    page.goto(f"{shop.site}/acme/portal/pay/?document={first.uuid}")
    page.get_by_role("checkbox", name=second.number).check()
    page.locator(f"[name=amount_{second.uuid.hex}]").fill("25")
    expect(page.get_by_role("checkbox", name=third.number)).not_to_be_checked()
    look(page, f"portal-choose-{language}")
    page.locator("form.form button[type=submit]").click()
    page.locator("button.first").click()
    expect(page.get_by_role("link", name="PDF")).to_be_visible(timeout=60_000)
    look(page, f"portal-paid-{language}")
    for row in (first, second, third):
        row.refresh_from_db()
    assert [str(row.open_amount) for row in (first, second, third)] == ["0.0000", "25.0000", "20.0000"]
    page.goto(f"{shop.site}/acme/portal/payments/")
    look(page, f"portal-payments-{language}")
    page.goto(f"{shop.site}/acme/portal/")
    look(page, f"portal-home-{language}")
