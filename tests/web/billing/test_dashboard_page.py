"""The dashboard: what is open, late and received, what waits, whether the books are proven; each figure with its list."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.actions.drafts import create_draft
from billing.models import ExchangeRate, Proof
from billing.rules.draft import Draft, DraftLine
from clients.models import Client
from invoicing_site.wiring import FIGURES, PANELS
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.people import office_client
from tests.world import AT, TODAY, make_client

HOME = "/acme/"
DRAFTS = "/acme/documents/?state=draft"
ASKED_BY_PANELS = 8
ASKED_BY_THE_PAGE = 15


@pytest.fixture
def march(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall clock stands at the day of the tests' world."""
    monkeypatch.setattr("invoicing_site.clock.now", lambda: AT)


@pytest.fixture
def accountant(world: Any, march: None) -> Browser:
    return office_client(world.accountant)


def shown(browser: Browser, **query: str) -> str:
    answer = browser.get(HOME, query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def figures(page: str) -> dict[str, tuple[list[str], str]]:
    """label → (amounts or text, url)"""
    found = {}
    for block in re.findall(r'<div class="stat[^"]*">(.*?)</div>', page, re.S):
        label = re.search(r"<dt>([^<]+)</dt>", block)
        link = re.search(r'<a href="([^"]+)">(.*?)</a>', block, re.S)
        assert label is not None
        assert link is not None
        money = re.findall(r'class="money[^"]*">([^<]+)<', block)
        found[label[1]] = (money or [re.sub("<[^>]+>", "", link[2])], link[1])
    return found


def issued(world: Any, amount: str, due: dt.date, currency: str = "EUR", client: Any = None) -> Any:
    """An invoice of January that falls due on `due`."""
    on = dt.date(2025, 9, 1)
    return invoice(world, amount, currency, client, on=on, net_days=(due - on).days)


def draft(world: Any) -> None:
    lines = (DraftLine("Arbeit", Decimal(1), Decimal(5)),)
    create_draft(
        company=world.company, draft=Draft(client_id=world.client.pk, currency="EUR", lines=lines), actor=None, at=AT
    )


def rate(world: Any) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=dt.date(2025, 1, 1), rate=1, source="manual"
    )


def test_figures_per_currency_with_their_lists(world: Any, accountant: Browser) -> None:
    rate(world)
    issued(world, "100.00", TODAY)
    issued(world, "40.00", TODAY - dt.timedelta(days=1))
    issued(world, "7.00", TODAY - dt.timedelta(days=31), "USD")
    paid = issued(world, "30.00", TODAY)
    payment(world, "35.00", all_of(paid), on=dt.date(2026, 3, 1))
    payment(world, "9.00", on=dt.date(2026, 2, 28))
    draft(world)
    assert figures(shown(accountant)) == {
        "Open": (["€140.00", "US$7.00"], "/acme/receivables/"),
        "Overdue": (["€40.00", "US$7.00"], "/acme/receivables/?age=overdue"),
        "Received this month": (["€35.00"], "/acme/payments/?since=2026-03-01&until=2026-03-31"),
        "Unapplied credit": (["€14.00"], "/acme/payments/?unapplied=on"),
        "Drafts waiting": (["1"], DRAFTS),
        "Books": (["Never proven"], "/acme/books/"),
    }


def test_each_figure_is_what_its_list_adds_up_to(world: Any, accountant: Browser) -> None:
    issued(world, "40.00", TODAY - dt.timedelta(days=1))
    paid = issued(world, "30.00", TODAY)
    payment(world, "35.00", all_of(paid), on=dt.date(2026, 3, 1))
    for label, (amounts, url) in figures(shown(accountant)).items():
        if amounts[0].startswith("€"):
            listed = html.unescape(accountant.get(url).content.decode())
            foot = listed[listed.index("<tfoot>") :]
            assert amounts[0] in foot, label


def test_late_money_is_split_by_age(world: Any, accountant: Browser) -> None:
    for days, amount in ((0, "1"), (1, "2"), (30, "4"), (31, "8"), (60, "16"), (61, "32"), (91, "64"), (121, "128")):
        issued(world, f"{amount}.00", TODAY - dt.timedelta(days=days))
    page = shown(accountant)
    table = page[page.index("Days overdue") :]
    cells = re.findall(r'age=([^"]+)"><span class="money[^"]*">([^<]+)<', table)
    assert cells == [
        ("current", "1.00"), ("1-30", "6.00"), ("31-60", "24.00"), ("61-90", "32.00"), ("91-120", "64.00"), ("121", "128.00"),
    ]  # fmt: skip
    for code, amount in cells:
        listed = html.unescape(accountant.get("/acme/receivables/", {"currency": "EUR", "age": code}).content.decode())
        assert f"€{amount}" in listed[listed.index("<tfoot>") :]


def test_chart_shows_the_chosen_currency(world: Any, accountant: Browser) -> None:
    rate(world)
    issued(world, "100.00", TODAY)
    issued(world, "7.00", TODAY, "USD")
    assert "By age in EUR" in shown(accountant)
    assert "By age in USD" in shown(accountant, currency="USD")
    assert "By age in EUR" in shown(accountant, currency="XYZ")


def test_overdue_list_starts_with_the_oldest(world: Any, accountant: Browser) -> None:
    for days in range(9):
        issued(world, "10.00", TODAY - dt.timedelta(days=days + 1))
    page = shown(accountant)
    panel = page[page.index('aria-labelledby="overdue"') : page.index('aria-labelledby="latest-documents"')]
    assert re.findall(r'<span class="bad">(\d+ days?)</span>', panel) == [f"{n} days" for n in range(9, 1, -1)]
    assert "/acme/receivables/?age=overdue" in panel


@pytest.mark.parametrize(
    ("hours", "differences", "says", "tone"),
    [
        (1, [], "Proven", "good"),
        (26, [], "Proven", "good"),
        (27, [], "Not proven lately", "warn"),
        (1, [{"check": "x", "subject_kind": "", "subject": "", "text": ""}], "1 difference", "bad"),
        (90, [{"check": "x", "subject_kind": "", "subject": "", "text": ""}] * 3, "3 differences", "bad"),
    ],
)
def test_books_badge(world: Any, accountant: Browser, hours: int, differences: list[Any], says: str, tone: str) -> None:
    issued(world, "10.00", TODAY)
    at = AT - dt.timedelta(hours=hours)
    for found, when in (([{"check": "old"}], at - dt.timedelta(days=1)), (differences, at)):
        Proof.objects.create(company=world.company, as_of=TODAY, proven_at=when, checks=1, rows=1, differences=found)
    page = shown(accountant)
    assert figures(page)["Books"] == ([says], "/acme/books/")
    assert f'<span class="badge badge-{tone}">{says}</span>' in page


def test_latest_documents_and_payments(world: Any, accountant: Browser) -> None:
    document = issued(world, "10.00", TODAY)
    made = payment(world, "4.00")
    draft(world)
    page = shown(accountant)
    assert f"/acme/documents/{document.uuid}/" in page
    assert f"/acme/payments/{made.uuid}/" in page
    assert ">Draft</a>" in page


def test_new_company_is_led_to_its_first_client_and_invoice(world: Any, accountant: Browser) -> None:
    page = shown(accountant)
    assert "/acme/documents/new/" in page
    assert "stat-value" not in page
    assert "Overdue" not in page
    Client.objects.for_company(world.company).get().addresses.all().delete()
    Client.objects.for_company(world.company).delete()
    assert "/acme/clients/new/" in shown(accountant)


def test_strangers_money_is_nowhere(world: Any, stranger: Any, accountant: Browser) -> None:
    issued(stranger, "777.00", TODAY - dt.timedelta(days=3), client=make_client(stranger.company, "Geheim AG"))
    payment(stranger, "555.00")
    draft(stranger)
    page = shown(accountant)
    assert "Geheim" not in page
    assert "stat-value" not in page
    issued(world, "10.00", TODAY)
    assert [amounts for amounts, _url in figures(shown(accountant)).values()] == [
        ["€10.00"], ["€0.00"], ["€0.00"], ["€0.00"], ["0"], ["Never proven"],
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_statements_stay_the_same(world: Any, accountant: Browser, count: int) -> None:
    rate(world)
    for number in range(count):
        client = make_client(world.company, f"Kunde {number}")
        issued(world, "10.00", TODAY - dt.timedelta(days=5), client=client)
        issued(world, "10.00", TODAY, "USD", client=client)
        payment(world, "4.00", client=client)
        draft(world)
    shown(accountant)
    with CaptureQueriesContext(connection) as asked:
        shown(accountant)
    assert len(asked) == ASKED_BY_THE_PAGE, "\n".join(query["sql"][:150] for query in asked)
    own = [query for query in asked if re.search(r"billing_|payments_", query["sql"])]
    assert len(own) == ASKED_BY_PANELS
    assert len(FIGURES) + len(PANELS) == 8
