"""The revaluation on screen and as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from billing.models import ExchangeRate
from tests.helpers.money import invoice, payment
from tests.helpers.people import office_client
from tests.world import TODAY, make_client

PAGE, FILE = "/acme/books/revaluation/", "/acme/books/revaluation/csv/"


@pytest.fixture
def auditor(world: Any) -> Browser:
    for days, value in ((10, "0.90"), (0, "0.96")):
        day = TODAY - dt.timedelta(days=days)
        ExchangeRate.objects.create(
            company=world.company, currency="USD", rate_date=day, rate=Decimal(value), source="ECB"
        )
    return office_client(world.people["auditor"])


def shown(browser: Browser, **query: str) -> str:
    answer = browser.get(PAGE, query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_per_currency_client_and_document(world: Any, auditor: Browser) -> None:
    document = invoice(world, "100.00", "USD", on=TODAY - dt.timedelta(days=9))
    payment(world, "10.00", currency="USD", client=make_client(world.company, "Andere AG"))
    page = shown(auditor, as_of=TODAY.isoformat())
    for text in (str(document.number), "US$100.00", "€90.00", "€96.00", "€6.00", "Andere AG", "Agrees with the ledger"):
        assert text in page
    assert "Nothing is open in a foreign currency" in shown(auditor, as_of="2020-01-01")
    assert "Agrees" not in shown(auditor, as_of="yesterday")


def test_the_csv_holds_no_formula(world: Any, auditor: Browser) -> None:
    names = ['=HYPERLINK("http://x")', "+49", "-1+1", "@SUM(A1)", " =1", "Müller, Söhne"]
    for name in names:
        invoice(world, "100.00", "USD", client=make_client(world.company, name), on=TODAY - dt.timedelta(days=9))
    payment(world, "10.00", currency="USD")
    answer = auditor.get(FILE, {"as_of": TODAY.isoformat()})
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "text/csv; charset=utf-8", f'attachment; filename="revaluation-acme-{TODAY}.csv"',
    )  # fmt: skip
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (len(head), {len(row) for row in rows}) == (13, {13})
    assert sorted(row[2] for row in rows) == sorted([*(f"'{name}" for name in names[:5]), names[5], world.client.name])
    figures = [row[5:] for row in rows if row[2] == names[5]]
    assert figures == [["100.00", "90.00", "0.9600000000", str(TODAY), "ECB", "96.00", "6.00", "EUR"]]
    assert [row[5] for row in rows if row[2] == world.client.name] == ["-10.00"]
    empty = auditor.get(FILE, {"as_of": "2020-01-01"}).content.decode("utf-8-sig")
    assert empty.count("\n") == 1


def test_only_of_the_own_company(world: Any, stranger: Any, auditor: Browser) -> None:
    ExchangeRate.objects.create(
        company=stranger.company, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="ECB"
    )
    invoice(stranger, "777.00", "USD")
    assert "777" not in shown(auditor, as_of=TODAY.isoformat())
    assert "777" not in auditor.get(FILE).content.decode()
    assert office_client(stranger.owner).get(PAGE).status_code == 404
