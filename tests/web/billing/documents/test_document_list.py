"""The list of documents: filters in the URL, search, pages by keyset, sums, and only one's own."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any

import lxml.html
import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.actions.issue import issue
from billing.actions.void import void
from billing.models import Document
from billing.reports.documents import Filters, listing, sums
from billing.reports.keyset import keyset
from billing.rules.draft import DraftLine
from payments.actions.allocate import Share
from payments.actions.receive import Receipt, record_payment
from tests.helpers.editor import draft_of
from tests.world import AT, TODAY, make_client

LIST = "/acme/documents/"


def document(world: Any, amount: str = "100", **fields: Any) -> Document:
    """A draft of one line without tax."""
    return draft_of(world, DraftLine("Arbeit", Decimal(1), Decimal(amount)), allowances=(), **fields)


def issued(world: Any, amount: str = "100", **fields: Any) -> Document:
    made = document(world, amount, **fields)
    return issue(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=AT)


def paid(world: Any, invoice: Document, amount: str | None = None) -> None:
    sum = Decimal(amount) if amount else invoice.total
    receipt = Receipt(invoice.client_id, "transfer", TODAY, invoice.currency, sum, "")
    shares = (Share(invoice.uuid, sum),)
    record_payment(company=world.company, receipt=receipt, shares=shares, actor=world.accountant, at=AT)


def rows(browser: Browser, **query: str) -> list[list[str]]:
    answer = browser.get(LIST, query)
    assert answer.status_code == 200
    page = lxml.html.fromstring(answer.content.decode())
    return [[cell.text_content().strip() for cell in row.xpath("td")] for row in page.xpath("//tbody/tr")]


def numbers(browser: Browser, **query: str) -> list[str]:
    return [row[0] for row in rows(browser, **query)]


@pytest.fixture
def six(world: Any, stranger: Any) -> dict[str, Document]:
    """One document in each state, and as many of another company."""
    made: dict[str, Document] = {}
    for one in (stranger, world):
        late = issued(one, "10", issue_date=dt.date(2026, 2, 1))
        gone = issued(one, "20", issue_date=dt.date(2026, 2, 2))
        void(company=one.company, document_uuid=gone.uuid, reason="wrong", actor=one.accountant, at=AT)
        settled, part = issued(one, "30", issue_date=dt.date(2026, 3, 10)), issued(one, "40")
        paid(one, settled)
        paid(one, part, "15")
        made = {"overdue": late, "void": gone, "paid": settled, "partly_paid": part, "open": issued(one, "50")}
        made["draft"] = document(one, "60")
    return made


def test_a_row_says_what_a_person_looks_for(world: Any, six: dict[str, Document], clerk: Browser) -> None:
    name = "Nordlicht Medien GmbH"
    assert rows(clerk) == [
        ["Draft", name, "Draft", "", "", "€60.00", ""],
        ["RE-2026-00005", name, "Open", "16 Mar 2026", "30 Mar 2026", "€50.00", "€50.00"],
        ["RE-2026-00004", name, "Partly paid", "16 Mar 2026", "30 Mar 2026", "€40.00", "€25.00"],
        ["RE-2026-00003", name, "Paid", "10 Mar 2026", "24 Mar 2026", "€30.00", ""],
        ["RE-2026-00002", name, "Void", "2 Feb 2026", "16 Feb 2026", "€20.00", ""],
        ["RE-2026-00001", name, "Overdue", "1 Feb 2026", "15 Feb 2026", "€10.00", "€10.00"],
    ]


@pytest.mark.parametrize(
    ("state", "found"),
    [("draft", [""]), ("open", [5, 4, 1]), ("overdue", [1]), ("partly_paid", [4]), ("paid", [3]), ("void", [2])],
)
def test_each_state_finds_its_own(six: dict[str, Document], clerk: Browser, state: str, found: list[int]) -> None:
    assert numbers(clerk, state=state) == [f"RE-2026-{seq:05}" if seq else "Draft" for seq in found]


def test_what_is_found_is_added_up_by_currency_without_void_ones(
    world: Any, six: dict[str, Document], clerk: Browser
) -> None:
    document(world, "7", currency="JPY")
    page = lxml.html.fromstring(clerk.get(LIST).content.decode())
    foot = [[cell.text_content().strip() for cell in row.xpath("td")] for row in page.xpath("//tfoot/tr")]
    assert foot == [["6 documents in EUR", "€190.00", "€85.00"], ["1 document in JPY", "JP¥7", "JP¥0"]]


def test_text_finds_number_client_order_and_total(world: Any, stranger: Any, clerk: Browser) -> None:
    other = make_client(world.company, "Äpfel & Söhne")
    issued(world, "11")
    issued(world, "1234.5", client_id=other.pk)
    issued(world, "13", purchase_order="Bestellung 4711/a")
    issued(stranger, "1234.5", purchase_order="Bestellung 4711/a")
    found = {
        text: [number[-1] for number in numbers(clerk, q=text)]
        for text in ("00002", "re-2026", "äpfel", "4711/A", "1,234.50", "1234.5", "12", "100%", "globex", "_")
    }
    assert found == {
        "00002": ["2"], "re-2026": ["3", "2", "1"], "äpfel": ["2"], "4711/A": ["3"], "1,234.50": ["2"],
        "1234.5": ["2"], "12": [], "100%": [], "globex": [], "_": [],
    }  # fmt: skip


def test_a_client_is_named_by_uuid_label_or_a_part_of_its_name(world: Any, stranger: Any, clerk: Browser) -> None:
    other = make_client(world.company, "Fuchs")
    issued(world)
    issued(world, client_id=other.pk)
    for wanted in (str(other.uuid), "Fuchs (K0002)", "fuc"):
        assert numbers(clerk, client=wanted) == ["RE-2026-00002"], wanted
    assert numbers(clerk, client=str(stranger.client.uuid)) == []
    answer = clerk.get(LIST, {"client": other.uuid.hex})
    assert 'value="Fuchs (K0002)"' in answer.content.decode()


def test_days_narrow_the_list_and_count_both_ends(six: dict[str, Document], clerk: Browser) -> None:
    assert numbers(clerk, since="2026-02-02", until="2026-03-10") == ["RE-2026-00003", "RE-2026-00002"]


@pytest.mark.parametrize(
    ("query", "name", "sentence"),
    [
        ({"since": "yesterday"}, "since", "Enter a valid date."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until", "This day lies before the first one."),
        ({"q": "x" * 161}, "q", "Ensure this value has at most 160 characters (it has 161)."),
        ({"q": "a\0b"}, "q", "Null characters are not allowed."),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_at_its_field(
    six: dict[str, Document], clerk: Browser, query: dict[str, str], name: str, sentence: str
) -> None:
    page = lxml.html.fromstring(clerk.get(LIST, query).content.decode())
    assert page.get_element_by_id(f"id_{name}_error").text_content().strip() == sentence


@pytest.mark.parametrize(
    "query", [{"state": "'; DROP"}, {"after": "x"}, {"before": "9999-99-99.1"}, {"after": ".99e9"}]
)
def test_what_nobody_gave_out_leads_to_the_first_page(six: dict[str, Document], clerk: Browser, query: Any) -> None:
    assert len(numbers(clerk, **query)) == 6


def test_pages_hold_every_document_once_in_both_directions(
    world: Any, clerk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.reports.documents.keyset", partial(keyset, size=3))
    days = [None, None, None, None, *(dt.date(2026, 3, day) for day in (9, 9, 9, 8, 7)), None]
    made = [document(world, issue_date=day) for day in days]
    expected = [str(made[n].uuid) for n in (9, 3, 2, 1, 0, 6, 5, 4, 7, 8)]

    def page(**cursors: str) -> Any:
        return listing(world.company, Filters(), cursors, today=TODAY, language="en")

    def ids(pages: Iterable[Any]) -> list[str]:
        return [row.url.split("/")[-2] for found in pages for row in found.rows]

    pages = [page()]
    while pages[-1].older:
        pages.append(page(after=pages[-1].older))
    assert (ids(pages), pages[0].newer) == (expected, None)
    back = [pages[-1]]
    while back[-1].newer:
        back.append(page(before=back[-1].newer))
    assert (ids(reversed(back)), back[-1].newer) == (expected, None)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_list_costs_the_same_for_any_number_of_rows(
    world: Any, clerk: Browser, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        document(world)
    with django_assert_num_queries(2):
        listing(world.company, Filters(), {}, today=TODAY, language="en")
    clerk.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert len(numbers(clerk)) == count
    frame = [query for query in queries.captured_queries if query["sql"] and "billing_document" not in query["sql"]]
    assert len(queries) - len(frame) == 2


def test_a_filter_costs_no_further_statement(world: Any, django_assert_num_queries: Any) -> None:
    filters = Filters(q="re", state="open", client="nord", since=TODAY, until=TODAY)
    listing(world.company, filters, {}, today=TODAY, language="en")  # reads the key of encrypted tax ids, once
    with django_assert_num_queries(2):
        listing(world.company, filters, {}, today=TODAY, language="en")


def test_beyond_the_cap_there_is_a_count_but_no_sum(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.reports.documents.CAP", 2)
    for _ in range(3):
        document(world)
    found = sums(Document.objects.for_company(world.company))
    assert (found.documents, found.capped, found.amounts) == (2, True, ())


def test_an_empty_list_says_what_to_do(world: Any, browser: Any) -> None:
    clerk, auditor = browser("clerk"), browser("auditor")
    assert "Write the first invoice." in clerk.get(LIST).content.decode()
    assert "No document matches" in clerk.get(LIST, {"q": "zzz"}).content.decode()
    for page in (auditor.get(LIST), auditor.get(LIST, {"q": "zzz"})):
        assert (page.status_code, "documents/new" in page.content.decode()) == (200, False)
