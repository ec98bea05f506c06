"""Writing an invoice in a real browser: by keyboard alone, on a phone, with five hundred lines, with hostile texts."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from billing.actions.issue import issue
from billing.models import Document, Line
from billing.rules.draft import DraftLine
from invoicing_site import clock
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.editor import draft_of, product_of
from tests.world import make_client, make_world

pytestmark = pytest.mark.django_db(transaction=True)
LIST, NEW = "/acme/documents/", "/acme/documents/new/"


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name || document.activeElement.id")
    return name


def cell(page: Page, key: str, name: str) -> Any:
    return page.locator(f"[name=lines-{key}-{name}]")


def order(page: Page) -> list[str]:
    found: list[str] = page.locator(".line-rows textarea").evaluate_all("all => all.map((one) => one.value)")
    return found


def test_an_invoice_is_written_and_issued_by_keyboard_alone(world: Any, open_as: Open) -> None:
    page, keys = open_as(world.people["clerk"], LIST), None
    keys = page.keyboard
    keys.press("n")
    expect(page).to_have_title(re.compile("New invoice"))
    page.locator("#id_client").focus()
    keys.type("K0001")
    keys.press("Tab")
    expect(page.locator("#id_client_helptext")).to_have_text("Nordlicht Medien GmbH · K0001 · 20457 Hamburg")
    cell(page, "n1", "description").focus()
    keys.type("Consulting")
    for text in ("2.5", "hours", "100.10"):
        keys.press("Tab")
        keys.type(text)
    expect(page.locator("#totals .total dd")).to_have_text("€297.80")
    keys.press("Enter")
    assert focused(page) == "lines-n2-unit_price"
    keys.type("9.99")
    for _ in range(3):
        keys.press("Shift+Tab")
    keys.type("Book")
    keys.press("Shift+Enter")  # a second line of text, not the next line of the invoice
    keys.type("second edition")
    expect(page.locator("#totals .total dd")).to_have_text("€309.69")
    expect(page.locator("[data-bar-total]")).to_have_text("€309.69")
    expect(page.locator("[data-amount=n1]")).to_have_text("250.25")
    keys.press("Enter")
    keys.press("Enter")
    assert focused(page) == "lines-n4-description"  # below the last line a new one opens
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice draft")
    document = Document.objects.get()
    assert str(document.total) == "309.6900"
    assert list(Line.objects.values_list("description", flat=True)) == ["Consulting", "Book\nsecond edition"]
    page.wait_for_load_state()  # keys are listened to from then on
    keys.press("i")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^RE-\d{4}-00001$"))
    document.refresh_from_db()
    assert document.state == "issued"


def test_lines_are_moved_removed_and_brought_back_by_keyboard(world: Any, open_as: Open) -> None:
    document = draft_of(world, *(DraftLine(text, Decimal(1), Decimal(1)) for text in ("one", "two", "three")))
    page = open_as(world.people["clerk"], f"{LIST}{document.uuid}/edit/")
    last = page.locator(".line-rows textarea").nth(2)
    last.focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert order(page) == ["three", "one", "two"]
    assert page.evaluate("document.activeElement.value") == "three"
    page.keyboard.press("Alt+Delete")
    assert order(page) == ["one", "two"]
    page.get_by_role("button", name="Undo").click()
    assert order(page) == ["three", "one", "two"]
    page.locator("[data-down]").nth(0).click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice draft")
    assert list(Line.objects.filter(document=document).values_list("description", flat=True)) == ["one", "three", "two"]


def test_removing_every_line_leaves_an_empty_one(world: Any, open_as: Open) -> None:
    page = open_as(world.people["clerk"], NEW)
    for _ in range(3):
        page.locator("[data-remove]").first.click()
    assert order(page) == [""]
    assert page.locator(".line-rows [name=lines]").input_value() == "n4"


def test_a_product_fills_its_line_and_the_next_field_is_the_quantity(world: Any, open_as: Open) -> None:
    product_of(world)
    page = open_as(world.people["clerk"], NEW)
    cell(page, "n2", "sku").focus()
    page.keyboard.type("CONS")
    page.keyboard.press("Tab")
    expect(cell(page, "n2", "description")).to_have_value("Consulting, per hour")
    expect(cell(page, "n2", "unit_price")).to_have_value("120.00")
    expect(cell(page, "n2", "quantity")).to_be_focused()
    page.keyboard.type("3")
    expect(page.locator("#totals .total dd")).to_have_text("€428.40")


def test_what_is_typed_while_a_product_is_fetched_stays(world: Any, open_as: Open) -> None:
    product_of(world)
    page = open_as(world.people["clerk"], NEW)
    waiting: list[Any] = []
    page.route("**/new/line/", lambda route: waiting.append(route))
    cell(page, "n1", "sku").focus()
    page.keyboard.type("CONS")
    for text in ("Our own words", "12.5"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    expect(cell(page, "n1", "quantity")).to_have_value("12.5")
    waiting[0].continue_()
    expect(cell(page, "n1", "unit_price")).to_have_value("120.00")
    expect(cell(page, "n1", "quantity")).to_be_focused()
    page.keyboard.type("0")
    expect(cell(page, "n1", "quantity")).to_have_value("12.50")
    expect(cell(page, "n1", "description")).to_have_value("Our own words")
    expect(page.locator("[data-amount=n1]")).to_have_text("1,500.00")


def test_fields_behind_more_open_where_they_are_needed(world: Any, open_as: Open) -> None:
    page = open_as(world.people["clerk"], NEW)
    page.locator("[data-more]").nth(1).click()
    expect(cell(page, "n2", "discount_amount")).to_be_focused()
    page.fill("[name=lines-n2-discount_amount]", "3")
    page.fill("[name=lines-n2-unit_price]", "10")
    expect(page.locator("[data-amount=n2]")).to_have_text("7.00")


def test_a_clients_currency_is_taken_over_and_warns_without_a_rate(world: Any, open_as: Open) -> None:
    make_client(world.company, "Smith & Sons", currency="USD", language="en", net_days=30)
    page = open_as(world.people["clerk"], NEW)
    page.fill("#id_client", "smith")
    page.keyboard.press("Tab")
    expect(page.locator("#id_currency")).to_have_value("USD")
    expect(page.locator("#id_net_days")).to_have_value("30")
    expect(page.locator("#totals")).to_contain_text("There is no exchange rate for USD")


def test_what_is_refused_is_shown_and_the_first_wrong_field_has_the_focus(world: Any, open_as: Open) -> None:
    page = open_as(world.people["clerk"], NEW)
    page.fill("#id_client", "K0001")
    page.fill("[name=lines-n2-description]", "Half a line")
    page.fill("[name=lines-n2-quantity]", "two")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.locator(".error-summary")).to_contain_text("Line 2, Quantity: Enter a number.")
    expect(cell(page, "n2", "quantity")).to_be_focused()
    check_axe(page)
    page.get_by_role("link", name="Line 2, Price").click()
    page.keyboard.type("5")
    assert cell(page, "n2", "unit_price").input_value() == "5"


def test_leaving_with_something_unsaved_asks_first(world: Any, open_as: Open) -> None:
    page = open_as(world.people["clerk"], NEW)
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.fill("#id_client", "K")
    page.get_by_role("link", name="Clients", exact=True).first.click()
    page.wait_for_url("**/clients/")
    assert asked == ["beforeunload"]
    page.goto(page.url.replace("/clients/", "/documents/new/"))
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/documents/")
    assert asked == ["beforeunload"]


def test_five_hundred_lines_stay_fluid(world: Any, open_as: Open) -> None:
    document = draft_of(world, *(DraftLine(f"Part {n}", Decimal(1), Decimal(2)) for n in range(500)), allowances=())
    page = open_as(world.people["clerk"], f"{LIST}{document.uuid}/edit/")
    cell_of_last = page.locator(".line-rows [name$=-quantity]").nth(499)
    cell_of_last.focus()
    spent = page.evaluate(
        """() => {
          const press = (key, more) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
          const start = performance.now();
          for (let turn = 0; turn < 20; turn += 1) { press("Enter"); press("ArrowUp", { altKey: true }); press("Enter", { shiftKey: true }); }
          document.body.getBoundingClientRect();
          return (performance.now() - start) / 60;
        }"""
    )
    assert spent < 50, f"{spent:.0f} ms for one key"
    cell_of_last.fill("3")
    expect(page.locator("#totals .total dd")).to_have_text("€1,004.00", timeout=10_000)


def test_every_cell_of_a_line_is_within_reach_at_any_width(world: Any, open_as: Open) -> None:
    page = open_as(world.people["clerk"], NEW)
    first = page.locator(
        ".line-rows > li:first-child :is(button:not(.why), input:not([type=hidden]), select, textarea)"
    )
    for width in (360, 640, 768, 1024, 1100, 1180, 1280, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page)
        for tool in first.all():
            tool.click(trial=True, timeout=3000)


@pytest.mark.parametrize("script", [True, False])
def test_nothing_scrolls_sideways_on_a_phone(world: Any, open_as: Open, script: bool) -> None:
    draft = draft_of(world, DraftLine("Donaudampfschifffahrt" * 4, Decimal(1), Decimal("1234567.891234")))
    page = open_as(world.accountant, LIST, width=360, script=script)
    for path in (LIST, NEW, f"{LIST}{draft.uuid}/", f"{LIST}{draft.uuid}/edit/", f"{LIST}?q=zzz"):
        page.goto(page.url.partition("/acme/")[0] + path)
        check_width(page)


def test_the_pages_pass_axe_in_light_and_dark(world: Any, open_as: Open) -> None:
    draft = draft_of(world)
    today = clock.local_date(clock.now(), world.company.time_zone)
    other = draft_of(world, issue_date=today - dt.timedelta(days=1))
    issued = issue(company=world.company, document_uuid=other.uuid, actor=world.accountant, at=clock.now())
    page = open_as(world.accountant, LIST)
    for path in (
        LIST,
        NEW,
        f"{LIST}{draft.uuid}/",
        f"{LIST}{draft.uuid}/edit/",
        f"{LIST}{issued.uuid}/",
    ):
        page.goto(page.url.partition("/acme/")[0] + path)
        page.locator("main details").evaluate_all(
            "all => all.forEach((one) => { one.removeAttribute('name'); one.open = true; })"
        )
        check_axe(page)


EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>{{7*7}}"


def test_hostile_texts_run_nowhere(world: Any, open_as: Open) -> None:
    client = make_client(world.company, EVIL, number="'\"><b onx=1")
    product_of(world, "<i>'\"", name=EVIL, description=EVIL)
    draft = draft_of(
        world, DraftLine(EVIL, Decimal(1), Decimal(1), sku="<i>'\""), client_id=client.pk, notes=EVIL, introduction=EVIL,
        purchase_order=EVIL[:60], allowances=(),
    )  # fmt: skip
    page = open_as(world.accountant, f"{LIST}?q=%22%3E%3Cscript%3Ealert(4)%3C/script%3E")
    site = page.url.partition("/acme/")[0]
    for path in (LIST, f"{LIST}{draft.uuid}/", f"{LIST}{draft.uuid}/edit/", f"{NEW}?copy={draft.uuid}"):
        page.goto(site + path)
        expect(page.locator("main")).to_be_visible()
    page.fill("#id_client", EVIL)
    cell(page, "n1", "sku").fill("<i>'\"")
    page.keyboard.press("Tab")
    page.locator("[data-remove]").first.click()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.locator("main")).to_be_visible()
