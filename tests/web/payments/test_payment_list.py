"""The list of payments: filters in the URL, totals, pages."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.models import ExchangeRate
from payments.actions.receive import cancel_payment
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.people import office_client
from tests.world import AT, TODAY, make_client

LIST = "/acme/payments/"
QUERIES = 8


def shown(browser: Browser, **query: str) -> str:
    answer = browser.get(LIST, query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def days(page: str) -> list[str]:
    return re.findall(r'<td class="cell-lead tight"><a href="[^"]+">([^<]+)</a>', page)


@pytest.fixture
def three(world: Any) -> dict[str, Any]:
    other = make_client(world.company, "Andere & Söhne")
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=dt.date(2026, 3, 1), rate=1, source="manual"
    )
    return {
        "old": payment(world, "100.00", all_of(invoice(world)), on=dt.date(2026, 3, 4), reference="RF18 Rechnung 7"),
        "cash": payment(world, "20.00", on=dt.date(2026, 3, 9), method="cash", client=other),
        "new": payment(world, "5.00", currency="USD", on=TODAY, reference="50% Anzahlung"),
    }


def test_newest_first_with_totals_per_currency(accountant: Browser, three: dict[str, Any]) -> None:
    page = shown(accountant)
    assert days(page) == ["16 Mar 2026", "9 Mar 2026", "4 Mar 2026"]
    foot = page[page.index("<tfoot>") : page.index("</tfoot>")]
    assert re.findall(r"(\d+ payments? in \w+)", foot) == ["2 payments in EUR", "1 payment in USD"]
    assert re.findall(r'class="money[^"]*">([^<]+)<', foot) == ["€20.00", "€120.00", "US$5.00", "US$5.00"]


def test_cancelled_money_is_struck_and_not_counted(world: Any, accountant: Browser, three: dict[str, Any]) -> None:
    cancel_payment(company=world.company, payment_uuid=three["cash"].uuid, reason="x", actor=world.owner, at=AT)
    page = shown(accountant, method="cash")
    assert days(page) == ["9 Mar 2026"]
    assert "<del" in page
    assert "<tfoot>" not in page
    assert days(shown(accountant, method="cash", unapplied="on")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "rechnung 7"}, ["4 Mar 2026"]),
        ({"q": "50%"}, ["16 Mar 2026"]),
        ({"q": "_"}, []),
        ({"method": "cash"}, ["9 Mar 2026"]),
        ({"since": "2026-03-09"}, ["16 Mar 2026", "9 Mar 2026"]),
        ({"until": "2026-03-09"}, ["9 Mar 2026", "4 Mar 2026"]),
        ({"since": "2026-03-05", "until": "2026-03-15"}, ["9 Mar 2026"]),
        ({"unapplied": "on"}, ["16 Mar 2026", "9 Mar 2026"]),
        ({"client": "söhne"}, ["9 Mar 2026"]),
        ({"client": "nobody"}, []),
    ],
)
def test_filters(accountant: Browser, three: dict[str, Any], query: dict[str, str], found: list[str]) -> None:
    assert days(shown(accountant, **query)) == found


def test_client_by_link(accountant: Browser, three: dict[str, Any]) -> None:
    assert days(shown(accountant, client=str(three["cash"].client.uuid))) == ["9 Mar 2026"]


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ({"since": "yesterday"}, "since", "Enter a valid date."),
        ({"since": "2026-03-09", "until": "2026-03-08"}, "until", "This day lies before the first one."),
        ({"method": "barter"}, "method", "Select a valid choice."),
        ({"q": "\0"}, "q", "Null characters are not allowed."),
    ],
)
def test_unreadable_filter_is_said_at_its_field(
    accountant: Browser, three: dict[str, Any], query: dict[str, str], field: str, says: str
) -> None:
    page = shown(accountant, **query)
    error = page[page.index(f'id="id_{field}_error"') :]
    assert says in error[: error.index("</div>")]
    assert days(page) == []


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_payments(world: Any, accountant: Browser, count: int) -> None:
    for number in range(count):
        payment(world, "10.00", on=dt.date(2026, 3, number + 1), client=make_client(world.company, f"Kunde {number}"))
    shown(accountant)
    with CaptureQueriesContext(connection) as asked:
        shown(accountant)
    assert len(asked) == QUERIES, "\n".join(query["sql"][:150] for query in asked)


def test_pages_by_keyset(world: Any, accountant: Browser) -> None:
    for number in range(52):
        payment(world, f"{number + 1}.00", on=TODAY - dt.timedelta(days=number % 5))
    first = shown(accountant)
    older = re.search(r'rel="next"[^>]*href="\?([^"]+)"', first)
    assert older
    second = html.unescape(accountant.get(f"{LIST}?{older[1]}").content.decode())
    assert (len(days(first)), len(days(second))) == (50, 2)
    assert "52 payments in EUR" in second


def test_everyone_here_may_look_and_strangers_see_nothing(world: Any, stranger: Any, three: dict[str, Any]) -> None:
    payment(stranger, "777.00", reference="geheim")
    for role, person in world.people.items():
        page = shown(office_client(person))
        assert len(days(page)) == 3
        assert "geheim" not in page
        assert ("Record payment" in page) is (role in ("owner", "accountant"))
    assert office_client(stranger.accountant).get(LIST).status_code == 404
    outsider = shown(office_client(world.accountant), client=str(stranger.client.uuid))
    assert days(outsider) == []


def test_new_company_is_told_what_to_do(world: Any, accountant: Browser) -> None:
    assert "No payments yet" in shown(accountant)
    assert "No payments match" in shown(accountant, q="x")
