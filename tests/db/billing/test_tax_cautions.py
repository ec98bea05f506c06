"""A tax that differs from the rules is said before issue and refused only where the law refuses it (SPEC B7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billing.actions.checks_tax import cautions
from billing.actions.issue import issue
from billing.actions.preflight import problems
from billing.documents.source import read
from billing.models import Product, TaxCode, TaxMapping
from billing.rules.draft import DraftLine
from clients.models import TaxId
from invoicing_site.models import Company
from tests.db.billing.test_tax_proposals import a_draft, buyer, save
from tests.world import AT, TODAY

D = Decimal


def said(world: Any, document: Any) -> list[tuple[str, str, str]]:
    world.company.refresh_from_db()
    sources = read(world.company.pk, [document.pk], TODAY)
    found = cautions(world.company, sources.documents[document.pk])
    return [(row.params["line"], row.params["chosen"], row.params["proposed"]) for row in found]


def chosen(world: Any, client: Any, *codes: str, **more: Any) -> Any:
    ids = [TaxCode.objects.get(company=world.company, code=code).pk if code else None for code in codes]
    lines = [DraftLine("Ding", D(1), D(100), tax_codes=(pk,) if pk else (), **more) for pk in ids]
    return save(world.company, a_draft(client, *lines))


OUTSIDE = "Nicht steuerbar: Leistungsort beim Empfänger"


def test_home_rates_are_a_persons_knowledge(world: Any) -> None:
    assert said(world, chosen(world, world.client, "DE19", "DE7")) == []


def test_lines_with_another_tax_are_named_together(world: Any) -> None:
    found = said(world, chosen(world, buyer(world, "CH"), "DE19", "DE7", "DE19", ""))
    assert found == [("1, 3", "USt 19 %", OUTSIDE), ("2", "USt 7 %", OUTSIDE)]


def test_a_line_without_tax_at_home(world: Any) -> None:
    assert said(world, chosen(world, world.client, "")) == [("1", "–", "USt 19 %")]


def test_what_the_company_maps_itself_is_right(world: Any) -> None:
    code = TaxCode.objects.get(company=world.company, code="EXPORT")
    TaxMapping.objects.create(company=world.company, zone="abroad_services", tax_class="standard", tax_code=code)
    client = buyer(world, "CH")
    assert said(world, chosen(world, client, "EXPORT")) == []
    assert [row[1] for row in said(world, chosen(world, client, "DE19"))] == ["USt 19 %"]


def test_a_product_of_the_reduced_class(world: Any) -> None:
    TaxCode.objects.filter(code="DE7").update(tax_class="reduced")
    code = TaxCode.objects.get(code="DE7", company=world.company)
    book = Product.objects.create(company=world.company, sku="B", name="B", kind="goods", tax_code=code)
    Company.objects.filter(pk=world.company.pk).update(oss=True)
    person = buyer(world, "FR", kind="person")
    found = said(world, chosen(world, person, "DE7", product_id=book.pk))
    assert found == [("1", "USt 7 %", "TVA 5,5 % (FR)")]


@pytest.mark.parametrize(
    ("code", "problem"), [("EU-RC", "document.tax_id_missing"), ("EU-IC", "document.vat_id_missing")]
)
def test_the_law_refuses_what_needs_a_vat_id(world: Any, code: str, problem: str) -> None:
    document = chosen(world, buyer(world, "FR"), code)
    sources = read(world.company.pk, [document.pk], TODAY)
    assert [row.code for row in problems(sources.documents[document.pk], sources, TODAY)] == [problem]


def test_a_caution_does_not_refuse(world: Any) -> None:
    document = chosen(world, buyer(world, "CH"), "DE19")
    assert said(world, document) != []
    assert issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT).tax == 19


def test_small_businesses_charge_nothing_without_a_word(world: Any) -> None:
    Company.objects.filter(pk=world.company.pk).update(small_business=True)
    assert said(world, chosen(world, world.client, "")) == []


def test_what_a_person_may_choose_without_a_word(world: Any) -> None:
    """Several taxes on one line; and an American seller, whose table is no rule of ours."""
    ids = tuple(TaxCode.objects.get(company=world.company, code=code).pk for code in ("DE19", "EXPORT"))
    document = save(world.company, a_draft(buyer(world, "CH"), DraftLine("Ding", D(1), D(1), tax_codes=ids)))
    assert said(world, document) == []
    other = chosen(world, buyer(world, "US"), "DE19")
    Company.objects.filter(pk=world.company.pk).update(country="US")
    assert said(world, other) == []


def test_zero_rated_at_home(world: Any) -> None:
    zero = TaxCode.objects.create(company=world.company, code="NULL", name="Null", category="Z", tax_class="zero")
    zero.rates.create(company=world.company, rate=0, valid_from=TODAY)
    book = Product.objects.create(company=world.company, sku="Z", name="Z", tax_code=zero)
    assert said(world, chosen(world, world.client, "DE19", product_id=book.pk)) == [("1", "USt 19 %", "0 %")]


def test_an_exemption_wants_its_certificate(world: Any) -> None:
    client = buyer(world, "DE", tax_treatment="exempt")
    document = chosen(world, client, "")
    sources = read(world.company.pk, [document.pk], TODAY)
    assert [row.code for row in cautions(world.company, sources.documents[document.pk])] == [
        "document.exempt_unproven", "document.tax_differs",
    ]  # fmt: skip
    TaxId.objects.create(
        company=world.company, client=client, scheme="CERT", value="ST-120 4711", value_digest=b"0" * 32
    )
    sources = read(world.company.pk, [document.pk], TODAY)
    assert [row.code for row in cautions(world.company, sources.documents[document.pk])] == ["document.tax_differs"]
