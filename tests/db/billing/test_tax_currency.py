"""Totals in the seller's tax currency, where a document is neither in that nor in base currency (SPEC B9)."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from billing.actions.checks_rates import cautions
from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.preflight import problems
from billing.documents.einvoice import cii, ubl
from billing.documents.pdf import render
from billing.documents.snapshot import open_parts
from billing.documents.source import read
from billing.documents.view import document_view
from billing.models import Document, ExchangeRate, Snapshot, TaxCode
from billing.rules.draft import Draft, DraftLine
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.models import Company
from tests.helpers.notes import note_draft, series
from tests.helpers.people import office_client
from tests.world import AT, TODAY

D = Decimal
DAY = dt.timedelta(days=1)


def rate(world: Any, currency: str, value: str, days: int = 0, source: str = "ECB") -> None:
    ExchangeRate.objects.create(
        company=world.company, currency=currency, rate_date=TODAY - days * DAY, rate=D(value), source=source
    )


def stated_in(world: Any, currency: str) -> None:
    Company.objects.filter(pk=world.company.pk).update(tax_currency=currency)
    world.company.refresh_from_db()


def draft(world: Any, currency: str, tax: str = "DE19", **fields: Any) -> Document:
    codes = (TaxCode.objects.for_company(world.company).get(code=tax).pk,)
    line = DraftLine("Arbeit", D(1), D(100), tax_codes=codes)
    made = Draft(client_id=world.client.pk, currency=currency, lines=(line,), **fields)
    return create_draft(company=world.company, draft=made, actor=None, at=AT)


def facts(world: Any, document: Document) -> dict[str, Any]:
    issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    kept = Snapshot.objects.get(document=document)
    return open_parts(bytes(kept.facts), bytes(kept.parties))[0]


def test_screen_print_and_xml_say_the_same(world: Any) -> None:
    rate(world, "USD", "0.90")
    rate(world, "GBP", "1.20")
    stated_in(world, "GBP")
    document = draft(world, "USD", language="en")
    found = facts(world, document)
    kept = Snapshot.objects.get(document=document)
    parties = open_parts(bytes(kept.facts), bytes(kept.parties))[1]
    view = document_view(found, parties)
    rows = [[row.value for row in exchange.rows] for exchange in view.exchanges]
    assert rows == [["€90.00", "€17.10", "€107.10"], ["£75.00", "£14.25", "£89.25"]]
    assert "1 USD = 0.75 GBP" in view.exchanges[1].heading
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(render(view, assets={}, created=AT))).pages)
    screen = office_client(world.owner).get(f"/acme/documents/{document.uuid}/").content.decode()
    for figure in (*rows[0], *rows[1]):
        assert figure in text
        assert figure in screen
    for written in (ubl(found, parties), cii(found, parties)):
        assert re.search(rb"TaxCurrencyCode>GBP<", written)
        assert re.search(rb'currencyID="GBP">14\.25<', written)
        assert b"EUR" not in written


def test_across_the_base_currency(world: Any) -> None:
    rate(world, "USD", "0.90", days=1)
    rate(world, "GBP", "1.20", days=2, source="HMRC")
    stated_in(world, "GBP")
    found = facts(world, draft(world, "USD"))
    assert found["tax_fx"] == {
        "base_currency": "GBP", "rate": "0.75", "rate_date": "2026-03-14", "source": "ECB / HMRC", "net": "75.00",
        "tax": "14.25", "total": "89.25",
    }  # fmt: skip
    assert (found["fx"]["base_currency"], found["fx"]["tax"]) == ("EUR", "17.10")


def test_from_the_base_currency(world: Any) -> None:
    rate(world, "GBP", "1.20")
    stated_in(world, "GBP")
    found = facts(world, draft(world, "EUR"))
    assert found["tax_fx"] == {
        "base_currency": "GBP", "rate": "0.8333333333", "rate_date": "2026-03-16", "source": "ECB", "net": "83.33",
        "tax": "15.83", "total": "99.17",
    }  # fmt: skip
    assert found["fx"] is None


@pytest.mark.parametrize(
    ("currency", "value", "figures"),
    [("JPY", "0.006", ("15000", "2850", "17850")), ("KWD", "3", ("30.000", "5.700", "35.700"))],
)
def test_in_the_unit_of_the_tax_currency(world: Any, currency: str, value: str, figures: tuple[str, ...]) -> None:
    rate(world, "USD", "0.90")
    rate(world, currency, value)
    stated_in(world, currency)
    found = facts(world, draft(world, "USD"))["tax_fx"]
    assert tuple(found[name] for name in ("net", "tax", "total")) == figures


def test_a_credit_note_keeps_both_rates(world: Any) -> None:
    series(world)
    rate(world, "USD", "0.90", days=9)
    rate(world, "GBP", "1.20", days=9)
    stated_in(world, "GBP")
    document = draft(world, "USD")
    billed = facts(world, document)["tax_fx"]
    ExchangeRate.objects.filter(company=world.company).update(rate=D("0.5"))
    rate(world, "USD", "0.80")
    rate(world, "GBP", "1.60")
    note = note_draft(world, document)
    sources = read(world.company.pk, [note.pk], TODAY)
    assert cautions(sources.documents[note.pk], sources, TODAY) == []
    assert facts(world, note)["tax_fx"] == billed | {"base_currency": "GBP", "rate": "0.75", "tax": "14.25"}


@pytest.mark.parametrize(("stated", "currency"), [("", "USD"), ("EUR", "USD"), ("USD", "USD"), ("GBP", "GBP")])
def test_nothing_more_where_the_document_or_the_books_are_in_it(world: Any, stated: str, currency: str) -> None:
    rate(world, "USD", "0.90")
    rate(world, "GBP", "1.20")
    stated_in(world, stated)
    assert facts(world, draft(world, currency))["tax_fx"] is None


def test_a_missing_rate_refuses_at_the_currency(world: Any, stranger: Any) -> None:
    rate(world, "USD", "0.90")
    rate(world, "GBP", "1.20", days=-1)
    rate(stranger, "GBP", "1.20")
    stated_in(world, "GBP")
    document = draft(world, "USD")
    with pytest.raises(BusinessError) as refused:
        issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    assert (refused.value.code, refused.value.field) == ("document.no_tax_rate", "currency")
    assert "GBP" in sentence(refused.value)
    document.refresh_from_db()
    assert (document.state, document.number) == ("draft", None)


def test_without_tax_no_rate_is_missed(world: Any) -> None:
    rate(world, "USD", "0.90")
    stated_in(world, "GBP")
    assert facts(world, draft(world, "USD", tax="EXPORT"))["tax_fx"] is None


def test_an_old_rate_warns_and_is_used(world: Any) -> None:
    rate(world, "USD", "0.90", days=7)
    rate(world, "GBP", "1.20", days=8)
    stated_in(world, "GBP")
    document = draft(world, "USD")
    sources = read(world.company.pk, [document.pk], TODAY)
    source = sources.documents[document.pk]
    assert problems(source, sources, TODAY) == []
    (caution,) = cautions(source, sources, TODAY)
    assert (caution.code, caution.params) == (
        "document.old_rate", {"currency": "GBP", "day": TODAY - 8 * DAY, "age": 8},
    )  # fmt: skip
    page = office_client(world.people["clerk"]).get(f"/acme/documents/{document.uuid}/")
    assert [hint.url for hint in page.context["cautions"]] == ["/acme/settings/rates/"] * len(page.context["cautions"])
    assert page.context["hints"] == []
    later = cautions(source, sources, TODAY + DAY)
    assert [row.params["currency"] for row in later] == ["USD", "GBP"]
    assert "9 days old" in sentence(later[1])
    assert facts(world, document)["tax_fx"]["rate"] == "0.75"
