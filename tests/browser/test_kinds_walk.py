"""A quote is written, issued, accepted in the portal; a deposit is asked for and paid; the final invoice takes it off and is paid."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from billing.actions.prove import prove_company
from billing.models import Document
from clients.actions.portal import change_profile
from invoicing_site import clock
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.portal import portal_account, portal_client
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("PICTURES_OF_KINDS")


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme", name="Lindenhof Studio")


def look(page: Page, name: str) -> None:
    check_axe(page)
    check_width(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def issue(page: Page, number: str) -> None:
    page.locator("#issue").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(number))


def pay(page: Page) -> None:
    page.get_by_role("link", name="Record payment").first.click()
    page.get_by_role("button", name="Record payment").click()


def customer(world: Any, chromium: Browser, site: str) -> tuple[BrowserContext, Page]:
    account = portal_account(world)
    change_profile(account=account, name="Ada", language="en", actor=None, at=clock.now())
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="en-GB")
    key = portal_client(account).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    return context, context.new_page()


def test_from_quote_to_the_paid_final_invoice(world: Any, live_server: Any, chromium: Browser, open_as: Open) -> None:
    page = open_as(world.accountant, "/acme/documents/new/?kind=quote")
    expect(page.get_by_role("heading", level=1)).to_have_text("New quote")
    page.locator("#id_client").fill("K0001")
    page.locator("[name=lines-n1-description]").fill("Relaunch der Website")
    page.locator("[name=lines-n1-unit_price]").fill("1000")
    expect(page.locator("#totals .total dd")).to_have_text("€1,190.00")
    look(page, "editor")
    page.get_by_role("button", name="Save draft").click()
    issue(page, "AN-2026-00001")
    look(page, "waiting")
    quote = Document.objects.get(kind="quote")
    offer = page.url

    context, portal = customer(world, chromium, live_server.url)
    portal.goto(f"{live_server.url}/acme/portal/documents/{quote.uuid}/")
    look(portal, "portal-waiting")
    portal.get_by_label("Your name").fill("Ada Lovelace")
    portal.get_by_role("button", name="Accept the offer").click()
    expect(portal.get_by_text("Accepted by Ada Lovelace")).to_be_visible()
    look(portal, "portal-accepted")
    context.close()

    page.goto(offer)
    expect(page.get_by_text("Ada Lovelace accepted")).to_be_visible()
    look(page, "accepted")
    page.get_by_text("Ask for a deposit").click()
    page.locator("#deposit_percent").fill("30")
    page.get_by_role("button", name="Draft deposit invoice").click()
    issue(page, "AR-2026-00001")
    pay(page)

    page.goto(offer)
    page.get_by_role("button", name="Make the invoice").click()
    page.get_by_label(re.compile("AR-2026-00001")).check()
    page.get_by_role("button", name="Take these off").click()
    look(page, "final-draft")
    issue(page, "RE-2026-00001")
    look(page, "final")
    pay(page)

    final, deposit = Document.objects.get(kind="invoice"), Document.objects.get(kind="deposit_invoice")
    assert (str(deposit.total), str(final.payable)) == ("357.0000", "833.0000")
    assert (final.open_amount, deposit.open_amount) == (0, 0)
    assert prove_company(company=world.company, actor=None, at=clock.now()).differences == []
    page.goto(f"{live_server.url}/acme/documents/")
    look(page, "list")
    page.goto(f"{live_server.url}/acme/documents/opening/")
    look(page, "opening")
    page.goto(f"{live_server.url}/acme/books/numbers/")
    page.get_by_role("link", name="Rechnungen", exact=True).click()
    look(page, "gaps")
    page.goto(f"{live_server.url}/acme/settings/series/")
    look(page, "series")
