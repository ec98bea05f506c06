"""The pages that correct a document, in a real browser: width, contrast and names of everything, and a walk without a script."""

import os
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from billing.actions.client_credit import settle_outside
from billing.actions.write_off import write_off
from billing.models import Document
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.notes import billed, credited, series
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal


@pytest.fixture
def world(transactional_db: None) -> Any:
    made = make_world("acme")
    series(made)
    return made


def test_every_page_of_a_correction_on_every_width(world: Any, open_as: Open) -> None:
    document, paid, lost = billed(world), billed(world), invoice(world, "50.00")
    payment(world, "310.32", all_of(paid))
    note = credited(world, paid, reason_code="other", reason="Falsch bestellt")
    by = {"company": world.company, "actor": world.accountant, "at": AT}
    settle_outside(note_uuid=note.uuid, amount=D("10.32"), reason="Ware", **by)
    write_off(document_uuid=lost.uuid, amount=D("20.00"), tax_relief=True, reason="Insolvenz", **by)
    pages = {
        "credit": f"documents/{document.uuid}/credit/",
        "cancel": f"documents/{document.uuid}/cancel/",
        "write_off": f"documents/{document.uuid}/write-off/",
        "note": f"documents/{note.uuid}/",
        "lost": f"documents/{lost.uuid}/",
        "apply": f"documents/{note.uuid}/apply/",
        "pay_out": f"payments/credits/{note.uuid}/",
        "list": "documents/",
    }
    shots = os.environ.get("SHOTS")
    for width, scheme in ((1440, "light"), (768, "light"), (360, "dark")):
        for name, path in pages.items():
            page = open_as(world.accountant, f"/acme/{path}", width=width, scheme=scheme)
            check_width(page)
            if width != 768:
                check_axe(page)
            if shots:
                page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)
            page.context.close()


def test_a_credit_note_is_drafted_without_a_script(world: Any, open_as: Open) -> None:
    document = billed(world)
    page = open_as(world.accountant, f"/acme/documents/{document.uuid}/credit/", script=False)
    page.get_by_label("An amount over all lines").check()
    page.get_by_label("Amount over all lines", exact=False).last.fill("10")
    page.locator("[name=reason_code]").select_option("goodwill")
    page.get_by_role("button", name="Draft credit note").click()
    expect(page.locator("h1")).to_be_visible()
    note = Document.objects.get(kind="credit_note")
    assert note.net == D("10.00")
    assert str(note.uuid) in page.url
