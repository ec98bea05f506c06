"""Before issue: the official rules and the German ones, for clients who get e-invoices and for nobody else (SPEC B15)."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.actions import checks_einvoice
from billing.actions.issue import issue
from billing.actions.preflight import problems
from billing.documents.einvoice.checker import Checker
from billing.documents.source import read
from billing.models import Document, Snapshot, TaxCode
from billing.rules.draft import DraftLine
from clients.models import Address
from invoicing_site.errors import BusinessError
from invoicing_site.models import BankAccount, Company
from tests.helpers.routes import a_draft, ready
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db


def found(world: Any, document: Document, today: dt.date = TODAY) -> list[tuple[str, str | None]]:
    sources = read(world.company.pk, [document.pk], today)
    return [(problem.code, problem.field) for problem in problems(sources.documents[document.pk], sources, today)]


def rules(world: Any, document: Document) -> set[str]:
    sources = read(world.company.pk, [document.pk], TODAY)
    return {
        str(p.params["rule"]) for p in problems(sources.documents[document.pk], sources, TODAY) if "rule" in p.params
    }


@pytest.mark.parametrize("route", ["xrechnung", "peppol", "facturx"])
def test_a_complete_document_is_issued(world: Any, route: str) -> None:
    ready(world, route)
    document = a_draft(world)
    assert found(world, document) == []
    assert issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT).number == "RE-2026-00001"


def test_the_clients_reference_is_the_documents_unless_it_has_its_own(world: Any) -> None:
    ready(world, "xrechnung")
    assert found(world, a_draft(world, buyer_reference="991-1")) == []
    ready(world, "xrechnung", buyer_reference="")
    assert found(world, a_draft(world)) == [("einvoice.br_de_15", "buyer_reference")]


def test_german_rules_stand_at_their_fields(world: Any) -> None:
    ready(world)
    Company.objects.update(contact_name="", phone="")
    BankAccount.objects.update(archived_at=AT)
    assert found(world, a_draft(world)) == [
        ("einvoice.br_de_5", "company.contact_name"),
        ("einvoice.br_de_6", "company.phone"),
        ("einvoice.br_de_1", "bank_account"),
    ]


def test_peppols_rules_name_their_id_and_field(world: Any) -> None:
    ready(world, "peppol", buyer_reference="", endpoint="", endpoint_scheme="")
    document = a_draft(world)
    assert found(world, document) == [("einvoice.rule", "buyer_reference"), ("einvoice.rule", "client.endpoint")]
    assert rules(world, document) == {"PEPPOL-EN16931-R003", "PEPPOL-EN16931-R010"}
    with pytest.raises(BusinessError) as refused:
        issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    assert refused.value.code == "einvoice.rule"
    document.refresh_from_db()
    assert (document.state, document.number, Snapshot.objects.count()) == ("draft", None, 0)


def test_what_the_format_cannot_carry_is_refused_at_the_field(world: Any) -> None:
    ready(world, "facturx")
    one, two = (TaxCode.objects.get(company=world.company, code=code).pk for code in ("DE19", "DE7"))
    line = DraftLine("Arbeit", Decimal(1), Decimal(100), tax_codes=(one, two))
    assert found(world, a_draft(world, lines=(line,))) == [("einvoice.two_taxes", "lines.0.tax_codes")]


def test_documents_on_other_routes_never_ask(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_einvoice, "CHECKER", None)
    document = a_draft(world)
    assert found(world, document) == []
    assert issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT).number
    ready(world, "peppol")
    assert found(world, a_draft(world, lines=())) == [("document.no_lines", "lines")]


def test_small_amounts_need_no_address_on_paper_but_in_xml(world: Any) -> None:
    ready(world, "peppol")
    Address.objects.all().delete()
    assert {("einvoice.rule", "client.country")} <= set(found(world, a_draft(world)))


def test_rules_that_cannot_be_asked_are_said_so(world: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "silent.py"
    program.write_text("import sys; sys.stdin.readline()")
    monkeypatch.setattr(checks_einvoice, "CHECKER", Checker(program, seconds=2))
    plain = a_draft(world)
    assert found(world, plain) == []
    ready(world, "peppol")
    assert found(world, a_draft(world)) == [("einvoice.unchecked", None)]


def test_the_same_draft_is_judged_once(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(world, "peppol", buyer_reference="")
    document = a_draft(world)
    first = found(world, document)
    monkeypatch.setattr(checks_einvoice, "CHECKER", None)
    assert found(world, document) == first == [("einvoice.rule", "buyer_reference")]
