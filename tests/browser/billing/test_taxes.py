"""Taxes in a real browser: proposed while somebody types, set up by the accountant, certified on the document's page."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from billing.actions.tax_setup import import_sales_tax, map_tax
from billing.models import Line, TaxCode
from invoicing_site.models import Company
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.editor import tax
from tests.helpers.withholding import certified, withheld
from tests.world import AT, make_client, make_world

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((360, "light"), (768, "dark"), (1440, "light"))


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


def looked_at(page: Page, name: str, width: int) -> None:
    """Without a fault and not wider than the window; the picture is kept where PICTURES names a folder."""
    check_axe(page)
    check_width(page)
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def test_the_tax_follows_the_client_while_it_is_typed(world: Any, open_as: Open) -> None:
    place = {"line1": "1", "city": "Zürich", "postcode": "8001", "country": "CH"}
    make_client(world.company, "Alpen AG", address=place)
    page = open_as(world.people["clerk"], "/acme/documents/new/")
    expect(page.locator("[name=lines-n1-tax]")).to_have_value("*")
    page.locator("[name=lines-n1-description]").fill("Beratung")
    page.locator("[name=lines-n1-unit_price]").fill("100")
    expect(page.locator("[data-total]")).to_have_text("€119.00")
    page.locator("#id_client").fill("Alpen AG")
    page.locator("#id_client").press("Tab")
    expect(page.locator("[data-total]")).to_have_text("€100.00")
    page.locator("[name=lines-n1-tax]").select_option("DE19")
    expect(page.locator("[data-total]")).to_have_text("€119.00")
    page.locator("[data-save]").click()
    expect(page.locator("#issue")).to_contain_text(re.compile("Tax on line 1: USt 19 % is chosen, the rules say"))
    looked_at(page, "caution", 1440)
    assert Line.objects.get().taxes.get().tax_code.code == "DE19"


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_of_taxes_fit_and_read_well(world: Any, open_as: Open, width: int, scheme: str) -> None:
    Company.objects.filter(pk=world.company.pk).update(country="US")
    by = {"company_id": world.company.pk, "actor": world.accountant, "at": AT}
    table = b"region,prefix,name,rate,valid_from\nNY,,,4,2025-01-01\nNY,100,New York City,8.875,2025-01-01\n"
    import_sales_tax(table=table, **by)
    map_tax(zone="abroad_goods", tax_class="standard", tax_uuid=TaxCode.objects.get(pk=tax(world, "EXPORT")).uuid, **by)
    page = open_as(world.owner, "/acme/settings/taxes/rules/", width=width, scheme=scheme)
    expect(page.get_by_role("heading", name="Sales tax by state and ZIP code")).to_be_visible()
    looked_at(page, "rules", width)
    for path, name in (("", "taxes"), ("new/", "tax-new")):
        page.goto(re.sub(r"rules/$", path, page.url) if name == "taxes" else f"{page.url}{path}")
        looked_at(page, name, width)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_withheld_tax_is_certified_on_the_page(world: Any, open_as: Open, width: int, scheme: str) -> None:
    document = withheld(world)
    certified(world, document, "10")
    page = open_as(world.accountant, f"/acme/documents/{document.uuid}/", width=width, scheme=scheme)
    expect(page.locator("section", has=page.locator("#certificates"))).to_contain_text("WHT-7")
    looked_at(page, "document", width)
    page.get_by_role("link", name="Record certificate").click()
    looked_at(page, "certificate", width)
    page.locator("#id_number").fill("WHT-8")
    page.get_by_role("button", name="Record certificate").click()
    expect(page.locator("section", has=page.locator("#certificates"))).to_contain_text("Certified")
