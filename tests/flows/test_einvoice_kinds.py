"""Every kind that asks for or gives back money, through the product's own verbs: its stored XML breaks no official rule and says the
figures of the rows (SPEC B15)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.attachments import attach
from billing.actions.deposits import take_off
from billing.actions.issue import issue
from billing.actions.offers import invoice_from
from billing.actions.render_xml import render_einvoice
from billing.documents.einvoice.checker import Checker
from billing.documents.einvoice.rulebooks import schema_errors
from billing.documents.received.stated import read_xml
from billing.models import Document
from invoicing_site import files
from tests.helpers import kinds, notes
from tests.helpers.routes import a_draft, ready
from tests.world import AT

pytestmark = pytest.mark.django_db
# CII wants the element of the delivery even where nothing is to be said of one; the rule against empty elements only warns.
EMPTY = {"PEPPOL-EN16931-R008"}


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    made = Checker(seconds=60)
    yield made
    made.stop()


def judged(checker: Checker, document: Document, route: str) -> dict[str, Any]:
    rendition = render_einvoice(document_id=document.pk, at=AT)
    assert rendition is not None
    xml = files.fetch(rendition.blob)
    assert schema_errors(xml, rendition.format) == []
    answer = checker.ask(xml, rendition.format, route)
    assert [finding for finding in answer.findings if finding.rule not in EMPTY] == []
    assert answer.fired > 50
    stated = read_xml(xml)
    for name in ("net", "tax", "total", "prepaid", "payable"):
        assert Decimal(stated[name]) == getattr(document, name), name
    return stated


@pytest.mark.parametrize("route", ["peppol", "xrechnung", "facturx"])
def test_credit_notes_name_what_they_correct(world: Any, checker: Checker, route: str) -> None:
    ready(world, route)
    notes.series(world)
    billed = notes.billed(world)
    judged(checker, billed, route)
    part = notes.credited(world, billed, notes.chosen(billed, 2, quantity="1"))
    rest = notes.credited(world, billed)
    for note in (part, rest):
        stated = judged(checker, note, route)
        assert (stated["type_code"], [each["number"] for each in stated["earlier"]]) == ("381", [billed.number])


@pytest.mark.parametrize("route", ["peppol", "facturx"])
def test_deposits_and_the_final_invoice(world: Any, checker: Checker, route: str) -> None:
    ready(world, route)
    order = kinds.accepted(world)
    deposit = kinds.paid_deposit(world, order)
    assert judged(checker, deposit, route)["type_code"] == "386"
    final = invoice_from(company=world.company, document_uuid=order.uuid, actor=world.accountant, at=AT)
    take_off(company=world.company, document_uuid=final.uuid, deposits=[deposit.uuid], actor=world.accountant, at=AT)
    final = kinds.issued(world, final)
    stated = judged(checker, final, route)
    assert Decimal(stated["prepaid"]) == deposit.total
    assert [each["number"] for each in stated["earlier"]] == [deposit.number]


def test_attached_files_go_along(world: Any, checker: Checker) -> None:
    ready(world, "peppol")
    draft = a_draft(world)
    attach(
        company=world.company,
        document_uuid=draft.uuid,
        name="Aufmass.pdf",
        content=b"%PDF-1.7 measured",
        actor=None,
        at=AT,
    )
    document = issue(company=world.company, document_uuid=draft.uuid, actor=None, at=AT)
    stated = judged(checker, document, "peppol")
    assert stated["files"] == [{"name": "Aufmass.pdf", "media_type": "application/pdf"}]
    rendition = render_einvoice(document_id=document.pk, at=AT)
    assert rendition is not None
    assert b"JVBERi0xLjcgbWVhc3VyZWQ=" in files.fetch(rendition.blob)
