"""What htmx asks while somebody types: who paid, the proposal, the running rest. Nothing of it saves."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from payments.reports import dashboard, panels
from tests.helpers.money import all_of, fields, invoice, payment, row_of, state
from tests.world import TODAY, make_client

RECORD = "/acme/payments/new/"
CHOOSE_ASKS, RECORD_ASKS = 9, 9
HTMX = {"HX-Request": "true"}


def begun(browser: Browser, world: Any, **more: str) -> dict[str, str]:
    page = browser.get(RECORD, {"client": world.client.uuid}).content.decode()
    return fields(page) | {"received_on": str(TODAY)} | more


def found(browser: Browser, text: str) -> list[str]:
    """Where the search's answers lead, as a fragment."""
    answer = browser.get(RECORD, {"q": text}, headers=HTMX)
    page = answer.content.decode()
    assert "<html" not in page
    return re.findall(r'class="payer" href="([^"]+)"', page)


def test_search_by_client_number_reference_and_document(world: Any, stranger: Any, accountant: Browser) -> None:
    invoice(stranger)
    other = make_client(world.company, "Andere AG")
    document = invoice(world)
    client = f"{RECORD}?client={world.client.uuid}"
    exact = f"{RECORD}?document={document.uuid}"
    reference = document.payment_reference
    spaced = " ".join(reference[place : place + 4] for place in range(0, len(reference), 4))
    for text, wanted in (
        ("nordlicht", [client]),
        (world.client.number, [client]),
        ("2026-0000", [client]),
        (document.number.lower(), [exact]),
        (reference, [exact]),
        (spaced, [exact]),
        ("andere", [f"{RECORD}?client={other.uuid}"]),
        ("", [client]),
        ("nobody", []),
        ("\0", [client]),
    ):
        assert found(accountant, text) == wanted, text


def test_proposal_while_the_amount_is_typed(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    sent = begun(accountant, world, amount="130.00")
    before = state()
    answer = accountant.post(RECORD, sent | {"suggest": "1"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    sent = fields(f'<form class="form">{page}</form>')
    assert sent[f"{row_of(sent, document)}-amount"] == "100.00"
    assert sent["seen"] == "30 EUR"
    assert 'id="standing" aria-live="polite" hx-swap-oob="true"' in page
    assert state() == before


def test_rest_while_a_share_is_typed_leaves_the_table_alone(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    sent = begun(accountant, world, amount="130.00")
    row = row_of(sent, document)
    answer = accountant.post(RECORD, sent | {f"{row}-amount": "45.50", "suggest": "1", "count": "1"}, headers=HTMX)
    page = html.unescape(answer.content.decode())
    assert re.findall(r'class="money">([^<]+)<', page) == ["€130.00", "€45.50", "€84.50"]
    assert "shares-0" not in page
    assert "hx-swap-oob" not in page


@pytest.mark.parametrize("wrong", [{"amount": "x"}, {"amount": ""}, {"shares-0-amount": "x"}])
def test_unreadable_figures_give_a_dash(world: Any, accountant: Browser, wrong: dict[str, str]) -> None:
    invoice(world)
    sent = begun(accountant, world, amount="130.00") | wrong | {"count": "1"}
    page = accountant.post(RECORD, sent, headers=HTMX).content.decode()
    assert 'value=""' in page
    assert page.count("money-none") == 2


def test_same_on_the_page_of_a_payment(world: Any, accountant: Browser) -> None:
    invoice(world)
    made = payment(world, "60.00")
    url = f"/acme/payments/{made.uuid}/apply/"
    sent = fields(accountant.get(url).content.decode()) | {"shares-0-amount": "45.00", "count": "1"}
    page = html.unescape(accountant.post(url, sent, headers=HTMX).content.decode())
    assert re.findall(r'class="money">([^<]+)<', page) == ["€60.00", "€45.00", "€15.00"]
    again = accountant.post(url, sent | {"oldest": "1"}, headers={})
    assert fields(again.content.decode())["shares-0-amount"] == "60.00"


@pytest.mark.parametrize("count", [1, 3])
def test_statements_stay_the_same(world: Any, accountant: Browser, count: int) -> None:
    for number in range(count):
        client = make_client(world.company, f"Kunde {number}")
        invoice(world, client=client)
        invoice(world, on=dt.date(2026, 3, 16))
    asks = {}
    for name, query in (("choose", {"q": "k"}), ("record", {"client": world.client.uuid})):
        accountant.get(RECORD, query)
        with CaptureQueriesContext(connection) as asked:
            accountant.get(RECORD, query)
        asks[name] = len(asked)
    assert asks == {"choose": CHOOSE_ASKS, "record": RECORD_ASKS}


def test_panels_stay_away_from_who_may_not_see_payments(world: Any) -> None:
    document = invoice(world)
    payment(world, "100.00", all_of(document))
    request: Any = RequestFactory().get("/acme/")
    request.company, request.may = world.company, lambda permission: False
    document.refresh_from_db()
    answers = [panels.client(request, world.client), panels.document(request, document)]
    assert [*answers, dashboard.latest(request)] == [None, None, None]
    assert dashboard.figures(request) == []
