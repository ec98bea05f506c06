"""The whole walk in a browser: sign in, write an invoice, see its PDF, issue it, record the transfer, see it settled, booked and proven."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from billing.models import Document, Entry, Posting, TaxCode
from payments.models import Payment
from tests.browser.conftest import check_axe, check_width
from tests.helpers.people import PASSWORD, code, enrol
from tests.helpers.workers import celery_worker
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = Path(__file__).resolve().parent.parent.parent / "docs" / "images" / "document.png"


@pytest.fixture
def world(transactional_db: None, settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world = make_world("acme", name="Lindenhof Studio", legal_name="Lindenhof Studio GmbH")
    person = world.accountant
    person.set_password(PASSWORD)
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    enrol(person)
    return world


def sign_in(page: Page, site: str, email: str) -> None:
    page.goto(f"{site}/acme/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label(re.compile("[Cc]ode")).fill(code())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")


def write_invoice(page: Page) -> None:
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_role("link", name="New invoice").first.click()
    page.locator("#id_client").fill("K0001")
    for line, (text, quantity, price) in enumerate(
        [("Konzept und Gestaltung", "12.5", "95"), ("Druckvorlage", "1", "240")], 1
    ):
        page.locator(f"[name=lines-n{line}-description]").fill(text)
        page.locator(f"[name=lines-n{line}-quantity]").fill(quantity)
        page.locator(f"[name=lines-n{line}-unit_price]").fill(price)
    expect(page.locator("#totals .total dd")).to_have_text("€1,698.73")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice draft")


def test_from_sign_in_to_proven_books(world: Any, live_server: Any, chromium: Browser, tmp_path: Path) -> None:
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    sign_in(page, live_server.url, world.accountant.email)
    write_invoice(page)
    with celery_worker("render,bulk,delivery", tmp_path / "worker.log"):
        page.get_by_role("button", name=re.compile("Issue")).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^RE-\d{4}-00001"))
        expect(page.get_by_role("link", name="Open PDF")).to_be_visible(timeout=60_000)
        check_axe(page)
        pdf = context.request.get(f"{page.url}pdf/")
        assert pdf.headers["content-type"] == "application/pdf"
        assert pdf.body().startswith(b"%PDF")
        if os.environ.get("PICTURES"):
            page.screenshot(path=PICTURE)
        page.get_by_role("link", name="Record payment").first.click()
        expect(page.locator("[name=amount]")).to_have_value(re.compile(r"1,?698\.73"))
        page.get_by_role("button", name="Record payment").click()
    document = Document.objects.get()
    page.goto(f"{live_server.url}/acme/documents/{document.uuid}/")
    expect(page.locator("main")).to_contain_text("Paid in full")
    page.get_by_role("link", name="Books").first.click()
    page.get_by_role("button", name="Prove now").click()
    expect(page.locator("main")).to_contain_text("Proven")
    check_width(page)
    assert complaints == []
    assert_booked(world, document)


def assert_booked(world: Any, document: Document) -> None:
    payment = Payment.objects.get()
    assert (document.open_amount, payment.unapplied, str(payment.amount)) == (0, 0, "1698.7300")
    assert sorted(Entry.objects.values_list("purpose", flat=True)) == ["allocate", "issue", "receive"]
    balances: dict[str, Any] = {}
    for row in Posting.objects.select_related("account"):
        balances[row.account.purpose] = balances.get(row.account.purpose, 0) + row.amount
    expected = {
        "bank": "1698.73",
        "revenue": "-1427.50",
        "tax": "-271.23",
        "receivable": "0.00",
        "client_credit": "0.00",
    }
    assert {name: f"{amount:.2f}" for name, amount in balances.items()} == expected
    assert TaxCode.objects.filter(company=world.company).exists()
    call_command("verify_chain")
    call_command("prove_books")
