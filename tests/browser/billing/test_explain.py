"""Explain this number and the folded terms in a real browser: in a dialog, by keyboard, on a phone, and without scripts."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from billing.actions.issue import issue
from billing.models import Document
from invoicing_site import clock
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.editor import draft_of
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/acme/documents/new/"


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


def issued(world: Any) -> Document:
    draft = draft_of(
        world, withholding_percent=Decimal("7.5"), cash_unit=Decimal("0.05"), supply_to=dt.date(2026, 3, 1)
    )
    return issue(company=world.company, document_uuid=draft.uuid, actor=world.accountant, at=clock.now())


def test_an_amount_opens_its_steps_and_leads_on(world: Any, open_as: Open) -> None:
    document = issued(world)
    page = open_as(world.people["clerk"], f"/acme/documents/{document.uuid}/")
    page.locator(".paper .total .why").first.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#explain")
    expect(dialog.locator("h2")).to_have_text("Total")
    expect(dialog.locator(".steps-result .money")).to_have_text("€310.32")
    check_axe(page)
    dialog.locator(".why", has_text="263.36").click()
    expect(dialog.locator("h2")).to_have_text("Net")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert page.url.endswith(f"/acme/documents/{document.uuid}/")


@pytest.mark.parametrize("width", [360, 1440])
def test_the_steps_fit_and_are_a_page_without_scripts(world: Any, open_as: Open, width: int) -> None:
    document = issued(world)
    page = open_as(world.people["clerk"], f"/acme/documents/{document.uuid}/", width=width, script=False)
    page.locator(".paper-lines .why").first.click()
    expect(page.locator("#explained")).to_have_text("Line 1, Beratung")
    page.goto(page.url.replace("lines/1/amount", "lines/2/share"))
    expect(page.locator("#explained")).to_have_text("Line 2, its share of the document's discounts and charges")
    path = f"/acme/documents/{document.uuid}/explain/lines/2/share/"
    assert page.url.endswith(path)
    again = open_as(world.people["clerk"], path, width=width)
    check_width(again)
    check_axe(again)


@pytest.mark.parametrize("width", [360, 1440])
def test_terms_unfold_and_the_totals_follow(world: Any, open_as: Open, width: int) -> None:
    page = open_as(world.people["clerk"], NEW, width=width)
    page.locator("#id_client").fill("K0001")
    page.locator("[name=lines-n1-description]").fill("Consulting")
    page.locator("[name=lines-n1-unit_price]").fill("90.43")
    expect(page.locator("#totals [data-total]")).to_have_text("€107.61")
    page.locator("#terms summary").click()
    page.locator("#id_cash_unit").fill("0.05")
    expect(page.locator("#totals .total").last).to_contain_text("€107.60")
    page.get_by_role("button", name="Add one").last.click()
    page.locator("[name=instalments-n1-percent]").fill("30")
    page.locator("[name=instalments-n1-days]").fill("0")
    check_width(page)
    check_axe(page)
    page.locator("#totals .total .why").last.click()
    expect(page.locator("#explain h2")).to_have_text("To pay")
    page.get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice draft")
    made = Document.objects.get()
    assert (made.payable, made.rounding, made.instalments.count()) == (Decimal("107.60"), Decimal("-0.01"), 1)
