"""Explain this number: every amount on the document's page leads to how it came about."""

import datetime as dt
from decimal import Decimal
from typing import Any

import lxml.html
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.actions.credit import cancel
from billing.actions.issue import issue
from billing.models import Document, ExchangeRate, TaxRate
from billing.rules.draft import DraftAllowance, DraftLine
from tests.helpers.editor import draft_of, tax
from tests.world import AT, TODAY


def url(document: Document, path: str = "") -> str:
    return f"/acme/documents/{document.uuid}/" + (f"explain/{path}/" if path else "")


def steps(answer: Any) -> list[str]:
    """The rows of the tree as read, deeper ones behind dots."""
    page = lxml.html.fromstring(answer.content.decode())
    rows = page.xpath("//*[@class='step-row']")
    depth = [len(row.xpath("ancestor::ul[@class='steps']")) - 1 for row in rows]
    return [
        "· " * deep + " ".join(cell.text_content().strip() for cell in row)
        for deep, row in zip(depth, rows, strict=True)
    ]


def head(answer: Any) -> str:
    page = lxml.html.fromstring(answer.content.decode())
    (node,) = page.xpath("//*[h2[@id='explained']]")
    return " | ".join(" ".join(part.text_content().split()) for part in node)


def issued(world: Any, **fields: Any) -> Document:
    return issue(company=world.company, document_uuid=draft_of(world, **fields).uuid, actor=world.accountant, at=AT)


def test_a_total_is_told_in_steps_that_add_up(world: Any, clerk: Browser) -> None:
    document = issued(world)
    answer = clerk.get(url(document, "total"))
    assert head(answer) == "Total | €310.32"
    assert steps(answer) == [
        " Net 263.36",
        "+ USt 19 % 45.17",
        "·  Exact result 45.1706",
        "· ·  What USt 19 % is charged on 237.74",
        "· · × Rate of USt 19 %, valid from 1 Jan 2021 19%",
        "· − Rounding, half up to 0.01 0.0006",
        "+ USt 7 % 1.79",
        "·  Exact result 1.7934",
        "· ·  What USt 7 % is charged on 25.62",
        "· · × Rate of USt 7 %, valid from 1 Jan 2021 7%",
        "· − Rounding, half up to 0.01 0.0034",
        "= Total €310.32",
    ]


def test_every_amount_on_the_page_leads_to_its_steps(world: Any, clerk: Browser) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate=Decimal("0.9213"), rate_date=TODAY, source="ECB"
    )
    more = {"currency": "USD", "cash_unit": Decimal("0.05"), "withholding_percent": Decimal(10)}
    for document in (issued(world, **more), draft_of(world, **more), issued(world, prices_include_tax=True)):
        page = lxml.html.fromstring(clerk.get(url(document)).content.decode())
        links = {link.get("href"): link.text_content() for link in page.xpath("//a[@class='why']")}
        assert len(links) >= 8
        seen = set(links)
        for place in links:
            answer = clerk.get(place)
            assert answer.status_code == 200, place
            figure = head(answer).partition(" | ")[2]
            assert "".join(c for c in figure if c.isdigit()) == "".join(c for c in links[place] if c.isdigit()), place
            inner = lxml.html.fromstring(answer.content.decode()).xpath("//a[@class='why']/@href")
            seen |= set(inner)
        assert {clerk.get(place).status_code for place in seen} == {200}


def test_a_credit_note_is_explained_by_what_was_billed(world: Any, clerk: Browser) -> None:
    document = issued(world, cash_unit=Decimal("0.05"))
    note = cancel(company=world.company, document_uuid=document.uuid, reason="Storno", actor=world.accountant, at=AT)
    page = lxml.html.fromstring(clerk.get(url(note)).content.decode())
    links = {link.get("href"): link.text_content() for link in page.xpath("//a[@class='why']")}
    assert len(links) >= 6
    for place, text in links.items():
        answer = clerk.get(place)
        assert answer.status_code == 200, place
        figure = head(answer).partition(" | ")[2]
        assert "".join(c for c in figure if c.isdigit()) == "".join(c for c in text if c.isdigit()), place


def test_the_rate_names_its_version_and_the_exchange_its_source(world: Any, clerk: Browser) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate=Decimal("0.9213"), rate_date=TODAY, source="ECB"
    )
    document = issued(world, currency="USD")
    assert "Rate of USt 19 %, valid from 1 Jan 2021" in " ".join(steps(clerk.get(url(document, "tax/1"))))
    assert steps(clerk.get(url(document, "fx/total"))) == [
        " Exact result 285.897816",
        "·  Total 310.32",
        "· × Exchange rate (ECB, 16 Mar 2026) 0.9213",
        "+ Rounding, half up to 0.01 0.002184",
        "= Total in EUR €285.90",
    ]


def test_htmx_gets_the_steps_alone(world: Any, clerk: Browser) -> None:
    document = issued(world)
    answer = clerk.get(url(document, "net"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert head(answer) == head(clerk.get(url(document, "net")))


def test_an_issued_document_is_explained_by_what_was_frozen(world: Any, clerk: Browser) -> None:
    document = issued(world)
    before = steps(clerk.get(url(document, "total")))
    TaxRate.objects.filter(company=world.company).update(rate=Decimal(1))
    without_since = [row.replace(", valid from 1 Jan 2021", "") for row in before]
    assert steps(clerk.get(url(document, "total"))) == without_since


def test_a_typed_amount_says_that_nothing_was_computed(world: Any, clerk: Browser) -> None:
    line = DraftLine("Frei", Decimal(1), Decimal(100), tax_codes=(tax(world),))
    document = draft_of(world, line, allowances=(DraftAllowance("", amount=Decimal(5)),))
    answer = clerk.get(url(document, "allowances/1"))
    assert (head(answer), steps(answer)) == ("Discount | €5.00", [])
    assert "nothing was computed" in answer.content.decode()


def test_what_is_not_there_is_not_found(world: Any, clerk: Browser) -> None:
    document = issued(world)
    for path in ("lines/9/amount", "fx/total", "nonsense", "lines/0/amount", "tax/1/gross/1x"):
        assert clerk.get(url(document, path)).status_code == 404, path
    draft = draft_of(world)
    assert clerk.get(url(draft, "total")).status_code == 200
    TaxRate.objects.filter(company=world.company, valid_to=None).update(valid_from=TODAY + dt.timedelta(days=1))
    assert clerk.get(url(draft, "total")).status_code == 404  # its taxes have no rate any more


def test_the_page_asks_the_database_little(world: Any, clerk: Browser) -> None:
    document = issued(world)
    clerk.get(url(document, "total"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        clerk.get(url(document, "lines/1/amount"))
    with CaptureQueriesContext(connection) as many:
        clerk.get(url(document, "total"))
    assert len(few) == len(many)


def test_the_customers_page_has_no_such_links(world: Any) -> None:
    from django.template.loader import render_to_string

    from billing.reports.page import issued_view

    said = render_to_string("billing/documents/paper.html", {"paper": issued_view(issued(world))})
    assert 'class="why"' not in said
