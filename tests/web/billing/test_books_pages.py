"""The books: the proof and its differences, the journal, the trial balance, the receivables."""

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
from django.urls import reverse

from billing.models import Document, Entry, ExchangeRate, Posting, Proof
from invoicing_site.models import Period
from payments.models import Allocation
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.people import office_client
from tests.world import AT, TODAY, make_client

BOOKS, JOURNAL, BALANCE, RECEIVABLES = (
    "/acme/books/",
    "/acme/books/journal/",
    "/acme/books/balance/",
    "/acme/receivables/",
)
JOURNAL_ASKS, BALANCE_ASKS, RECEIVABLES_ASKS, BOOKS_ASKS = 10, 8, 10, 8


@pytest.fixture
def accountant(world: Any) -> Browser:
    return office_client(world.accountant)


def shown(browser: Browser, url: str, **query: str) -> str:
    answer = browser.get(url, query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def facts(page: str) -> list[str]:
    """What each entry of the journal is called."""
    return re.findall(r'class="cell-lead"><a href="[^"]+">([^<]+)</a>', page)


def dollars(world: Any) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=dt.date(2025, 1, 1), rate=Decimal("0.9"), source="manual"
    )


# proof


def test_prove_now_keeps_the_outcome(world: Any, accountant: Browser) -> None:
    payment(world, "160.00", all_of(invoice(world)))
    assert "Not proven yet" in shown(accountant, BOOKS)
    answer = accountant.post("/acme/books/prove/")
    assert (answer.status_code, answer["Location"]) == (302, BOOKS)
    proof = Proof.objects.get()
    assert (proof.differences, proof.company_id) == ([], world.company.pk)
    page = shown(accountant, BOOKS)
    assert "The books are proven: every check holds." in page
    assert re.search(r'<span class="badge badge-good">Proven</span>', page)
    assert page.count("holds</span>") == proof.checks
    assert "Numbers run without a gap" in page


def test_every_difference_is_named_with_its_link(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    made = payment(world, "160.00", all_of(document))
    part, entry = Allocation.objects.get(), Entry.objects.order_by("id").first()
    subjects = [
        ("document", document),
        ("payment", made),
        ("allocation", part),
        ("entry", entry),
        ("client", world.client),
    ]
    found = [
        {"check": "totals-from-lines", "subject_kind": kind, "subject": str(row.uuid), "text": f"{kind} is off by 0.01"}
        for kind, row in subjects
    ]
    Proof.objects.create(company=world.company, as_of=TODAY, proven_at=AT, checks=5, rows=1, differences=found)
    page = shown(accountant, BOOKS)
    names = ["billing:document", "payments:payment", "payments:allocation", "billing:entry", "clients:client"]
    for name, (kind, row) in zip(names, subjects, strict=True):
        assert f'<a href="{reverse(name, args=["acme", row.uuid])}">' in page
        assert f"{kind} is off by 0.01" in page
    assert page.count("The net total of each document is the sum of its lines") == 6
    assert '<span class="badge badge-bad">5 differences</span>' in page


def test_difference_without_a_page_leads_to_the_books(world: Any, accountant: Browser) -> None:
    found = [{"check": "new-check", "subject_kind": "series", "subject": "", "text": "counter 3, documents 2"}]
    Proof.objects.create(company=world.company, as_of=TODAY, proven_at=AT, checks=5, rows=1, differences=found)
    page = shown(accountant, BOOKS)
    assert f'<a href="{BOOKS}">series</a>' in page
    assert "New check" in page


def test_real_tampering_shows_on_the_page(
    transactional_db: None, superuser_sql: Any, request: pytest.FixtureRequest
) -> None:
    world = request.getfixturevalue("world")
    invoice(world)
    superuser_sql("UPDATE billing_posting SET amount = amount + 0.01 WHERE amount > 0")
    accountant = office_client(world.accountant)
    accountant.post("/acme/books/prove/")
    page = shown(accountant, BOOKS)
    assert "The books do not add up." in page
    assert "Each ledger entry balances, per currency and in base currency" in page
    assert reverse("billing:entry", args=["acme", Entry.objects.get().uuid]) in page


def test_proving_is_a_post_and_needs_no_right_to_write(world: Any, stranger: Any, accountant: Browser) -> None:
    assert accountant.get("/acme/books/prove/").status_code == 405
    assert Proof.objects.count() == 0
    assert office_client(world.people["auditor"]).post("/acme/books/prove/").status_code == 302
    assert Proof.objects.get().company_id == world.company.pk
    assert office_client(stranger.owner).post("/acme/books/prove/").status_code == 404
    assert Proof.objects.count() == 1


def test_period_and_who_may_close_it(world: Any, accountant: Browser) -> None:
    page = shown(accountant, BOOKS)
    assert "No period is closed." in page
    assert reverse("office:books_close", args=["acme"]) in page
    Period.objects.filter(company=world.company).update(closed_through=dt.date(2026, 2, 28))
    page = shown(office_client(world.people["clerk"]), BOOKS)
    assert "Closed through 28 Feb 2026." in page
    assert reverse("office:books_close", args=["acme"]) not in page


# journal


@pytest.fixture
def booked(world: Any) -> dict[str, Any]:
    dollars(world)
    document = invoice(world, on=dt.date(2026, 3, 2))
    return {"document": document, "payment": payment(world, "160.00", all_of(document), on=dt.date(2026, 3, 9))}


def test_entries_with_their_postings(world: Any, accountant: Browser, booked: dict[str, Any]) -> None:
    page = shown(accountant, JOURNAL)
    assert facts(page) == ["Payment applied", "Payment received", f"Issued {booked['document'].number}"]
    part = Allocation.objects.get()
    for name, row in (("document", booked["document"]), ("payment", booked["payment"]), ("allocation", part)):
        app = "billing" if name == "document" else "payments"
        assert f'<a href="{reverse(f"{app}:{name}", args=["acme", row.uuid])}">' in page
    first = page[page.index("Issued") :]
    assert re.findall(r'class="mono">(\d+)</span>', first) == ["1400", "8400"]
    assert re.findall(r'class="money">([^<]+)<', first) == ["€100.00", "€100.00"]


def test_foreign_amounts_show_their_base(world: Any, accountant: Browser) -> None:
    dollars(world)
    invoice(world, "100.00", "USD")
    page = shown(accountant, JOURNAL)
    assert re.findall(r'class="money">([^<]+)<', page) == ["US$100.00", "€90.00", "US$100.00", "€90.00"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"account": "1200"}, ["Payment received"]),
        ({"account": "1593"}, ["Payment applied", "Payment received"]),
        ({"source": "allocation"}, ["Payment applied"]),
        ({"since": "2026-03-03", "until": "2026-03-09"}, ["Payment applied", "Payment received"]),
        ({"until": "2026-03-08"}, ["Issued RE-2026-00001"]),
        ({"account": "8400", "source": "payment"}, []),
    ],
)
def test_journal_filters(
    world: Any, accountant: Browser, booked: dict[str, Any], query: dict[str, str], found: list[str]
) -> None:
    assert facts(shown(accountant, JOURNAL, **query)) == found


@pytest.mark.parametrize(
    ("url", "query", "field", "says"),
    [
        (JOURNAL, {"account": "9999"}, "account", "Select a valid choice."),
        (JOURNAL, {"since": "soon"}, "since", "Enter a valid date."),
        (JOURNAL, {"since": "2026-03-09", "until": "2026-03-08"}, "until", "This day lies before the first one."),
        (BALANCE, {"as_of": "2026-13-01"}, "as_of", "Enter a valid date."),
        (RECEIVABLES, {"age": "old"}, "age", "Select a valid choice."),
        (RECEIVABLES, {"currency": "XYZ"}, "currency", "Select a valid choice."),
    ],
)
def test_unreadable_filter_is_said_at_its_field(
    world: Any, accountant: Browser, booked: dict[str, Any], url: str, query: dict[str, str], field: str, says: str
) -> None:
    page = shown(accountant, url, **query)
    error = page[page.index(f'id="id_{field}_error"') :]
    assert says in error[: error.index("</div>")]
    assert "<tbody>" not in page


def test_one_entry(world: Any, stranger: Any, accountant: Browser, booked: dict[str, Any]) -> None:
    entry = Entry.objects.for_company(world.company).get(source=booked["document"].uuid)
    page = shown(accountant, reverse("billing:entry", args=["acme", entry.uuid]))
    assert booked["document"].number in page
    assert "2 Mar 2026" in page
    invoice(stranger)
    theirs = Entry.objects.for_company(stranger.company).get()
    assert accountant.get(reverse("billing:entry", args=["acme", theirs.uuid])).status_code == 404


def test_journal_pages_by_keyset(world: Any, accountant: Browser) -> None:
    for number in range(51):
        payment(world, f"{number + 1}.00", on=TODAY - dt.timedelta(days=number % 3))
    first = shown(accountant, JOURNAL)
    older = re.search(r'rel="next"[^>]*href="\?([^"]+)"', first)
    assert older
    second = html.unescape(accountant.get(f"{JOURNAL}?{older[1]}").content.decode())
    assert (len(facts(first)), len(facts(second))) == (50, 1)


# trial balance


def rows(page: str) -> dict[str, list[str]]:
    """account code → its figures"""
    found = {}
    for block in re.findall(r"<tr>(.*?)</tr>", page, re.S):
        code = re.search(r'class="mono">(\d+)</span>', block)
        if code:
            found[code[1]] = re.findall(r'class="money[^"]*">([^<]+)<', block)
    return found


def test_trial_balance_sums_to_zero(world: Any, accountant: Browser, booked: dict[str, Any]) -> None:
    page = shown(accountant, BALANCE, as_of="2026-03-09")
    assert rows(page) == {
        "1200": ["€160.00", "€160.00"],
        "1400": ["€0.00"],
        "1593": ["€60.00", "-€60.00"],
        "8400": ["€100.00", "-€100.00"],
    }
    assert "Sums to zero" in page


def test_trial_balance_of_an_earlier_day(world: Any, accountant: Browser, booked: dict[str, Any]) -> None:
    page = shown(accountant, BALANCE, as_of="2026-03-08")
    assert rows(page) == {"1400": ["€100.00", "€100.00"], "8400": ["€100.00", "-€100.00"]}
    assert "Nothing is booked up to 1 Mar 2026" in shown(accountant, BALANCE, as_of="2026-03-01")


def test_trial_balance_per_currency(world: Any, accountant: Browser) -> None:
    dollars(world)
    invoice(world, "100.00", "USD")
    invoice(world, "50.00")
    page = shown(accountant, BALANCE)
    assert rows(page) == {
        "1400": ["€50.00", "US$100.00", "€140.00"],
        "8400": ["€50.00", "US$100.00", "-€140.00"],
    }
    foot = page[page.index("<tfoot>") :]
    assert re.findall(r'class="money[^"]*">([^<]+)<', foot) == ["€50.00", "US$100.00"] * 2 + ["€0.00"]
    assert "Sums to zero" in foot


# receivables


def test_receivables_by_due_date(world: Any, accountant: Browser) -> None:
    dollars(world)
    later, sooner = invoice(world, net_days=20), invoice(world, "50.00", net_days=5)
    payment(world, "100.00", all_of(invoice(world)))
    invoice(world, "7.00", "USD")
    page = shown(accountant, RECEIVABLES, currency="EUR")
    assert re.findall(r'href="/acme/documents/([^/]+)/"', page) == [str(sooner.uuid), str(later.uuid)]
    assert re.findall(r"(\d+ documents in \w+)", page) == ["2 documents in EUR"]


# everybody


def test_everyone_here_may_read_and_strangers_find_nothing(world: Any, stranger: Any) -> None:
    payment(stranger, "777.00", all_of(invoice(stranger, "777.00")))
    for url in (BOOKS, JOURNAL, BALANCE, RECEIVABLES):
        for person in world.people.values():
            assert "777" not in shown(office_client(person), url)
        assert office_client(stranger.accountant).get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_statements_stay_the_same(world: Any, accountant: Browser, count: int) -> None:
    for number in range(count):
        client = make_client(world.company, f"Kunde {number}")
        payment(world, "4.00", all_of(invoice(world, "3.00", client=client)), client=client)
        invoice(world, "9.00", client=client)
        Proof.objects.create(company=world.company, as_of=TODAY, proven_at=AT, checks=1, rows=1, differences=[])
    asks = {JOURNAL: JOURNAL_ASKS, BALANCE: BALANCE_ASKS, RECEIVABLES: RECEIVABLES_ASKS, BOOKS: BOOKS_ASKS}
    found = {}
    for url in asks:
        shown(accountant, url)
        with CaptureQueriesContext(connection) as asked:
            shown(accountant, url)
        found[url] = len(asked)
    assert found == asks
    assert Document.objects.count() == 2 * count
    assert Posting.objects.exists()
