"""The list of documents in a real browser: found while typing, walked by keyboard, kept in the URL."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from billing.actions.issue import issue
from billing.rules.draft import DraftLine
from invoicing_site import clock
from tests.browser.conftest import Open
from tests.helpers.editor import draft_of
from tests.world import make_client, make_world

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/acme/documents/"


@pytest.fixture
def page(transactional_db: None, open_as: Open) -> Page:
    """Two invoices of two clients and a draft."""
    world: Any = make_world("acme")
    line = DraftLine("Arbeit", Decimal(1), Decimal(10))
    fuchs = make_client(world.company, "Atelier Fuchs")
    for client in (world.client, fuchs):
        made = draft_of(world, line, client_id=client.pk, allowances=())
        issue(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=clock.now())
    draft_of(world, line, allowances=())
    return open_as(world.people["clerk"], LIST)


def test_typing_finds_and_the_url_keeps_it(page: Page) -> None:
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    page.keyboard.press("/")
    expect(page.locator("#id_q")).to_be_focused()
    page.keyboard.type("fuchs")
    expect(rows).to_have_count(1)
    expect(page.locator("#id_q")).to_be_focused()
    assert "q=fuchs" in page.url
    page.get_by_role("link", name="Draft", exact=True).click()  # the tabs keep what was typed
    expect(page.get_by_text("No document matches")).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Clear").click()
    expect(rows).to_have_count(3)


def test_days_that_make_no_sense_are_said_at_once(page: Page) -> None:
    page.fill("#id_since", "2026-03-02")
    page.fill("#id_until", "2026-03-01")
    expect(page.get_by_text("This day lies before the first one.")).to_be_visible()


def test_j_and_enter_open_a_document(page: Page) -> None:
    for _ in range(2):
        page.keyboard.press("j")
    number = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(number)
