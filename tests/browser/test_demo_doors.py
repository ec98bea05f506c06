"""What a visitor of the demo meets beside the product: the sandbox's pages and the letter box, on a phone, in both colours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import REPORT, check_axe, check_width
from tests.helpers.sandbox import SandboxProcess, sandbox_process
from tests.unit.tools.test_sandbox import FORM
from tests.web.site.test_demo_mail import letter, put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process() as process:
        yield process


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    page, complaints = context.new_page(), []
    page.add_init_script(REPORT)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    # A letter's own script was refused, which Chromium tells; nothing else may be said.
    assert [each for each in complaints if not ("Blocked script execution" in each and "/body/" in each)] == []


def session(sandbox: SandboxProcess, back: str) -> Any:
    form = FORM | {"success_url": f"{back}?s={{CHECKOUT_SESSION_ID}}", "cancel_url": back}
    return sandbox.api("POST", "/v1/checkout/sessions", urlencode(form))[1]


def look(page: Page) -> None:
    check_axe(page)
    check_width(page)


def test_the_hosted_page_the_banks_and_how_they_end(sandbox: SandboxProcess, phone: Page, live_server: Any) -> None:
    back = f"{live_server.url}/accounts/login/"  # another origin than the sandbox's, as the product's is
    page = session(sandbox, back)
    phone.goto(page["url"])
    look(phone)
    phone.get_by_role("button", name="Karte wird abgelehnt").click()
    expect(phone.get_by_role("alert")).to_contain_text("abgelehnt")
    look(phone)
    phone.get_by_role("button", name="Mit Karte und 3-D Secure zahlen").click()
    look(phone)
    phone.get_by_role("button", name="Nein, ablehnen").click()
    expect(phone.get_by_role("alert")).to_contain_text("konnte nicht bestätigen")
    phone.get_by_role("button", name="Mit Karte und 3-D Secure zahlen").click()
    phone.get_by_role("button", name="Ja, bestätigen").click()
    phone.wait_for_url(f"{back}?s={page['id']}")
    phone.goto(page["url"])
    look(phone)
    phone.get_by_role("link", name="Zurück").click()
    phone.wait_for_url(f"{back}?s={page['id']}")


def test_the_control_page(sandbox: SandboxProcess, phone: Page) -> None:
    sandbox.send_to("http://127.0.0.1:9/hooks/1/")
    page = session(sandbox, "http://127.0.0.1:9/")
    sandbox.act("debit", page["id"])
    phone.goto(f"{sandbox.url}/")
    look(phone)
    phone.get_by_role("button", name="Debit succeeds").click()
    expect(phone.locator("tr", has_text=page["id"])).to_contain_text("complete, paid")
    phone.get_by_role("button", name="Stop sending").click()
    expect(phone.get_by_text("stopped", exact=True)).to_have_count(1)


def test_the_letter_box(phone: Page, live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.MAIL_CATCHER = True, str(tmp_path)
    phone.goto(f"{live_server.url}/demo/mail/")
    look(phone)
    put(tmp_path, 1, letter("Ihre Rechnung " + "R" * 80))
    phone.reload()
    look(phone)
    phone.get_by_role("link", name="Ihre Rechnung").click()
    look(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Rechnung für Sie.pdf").click()
    assert download.value.suggested_filename == "Rechnung für Sie.pdf"
