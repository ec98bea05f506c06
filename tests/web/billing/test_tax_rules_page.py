"""Settings, How taxes are chosen: what each role sees and does there."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import SalesTaxRate, TaxCode, TaxEngine, TaxMapping
from invoicing_site.models import Company
from tests.helpers.people import office_client


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"billing:{name}", kwargs={"company": "acme"} | kwargs)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def accountant(world: Any) -> Any:
    return office_client(world.people["accountant"])


def test_a_choice_of_ones_own_and_back(world: Any, accountant: Any) -> None:
    tax = TaxCode.objects.get(company=world.company, code="EXPORT")
    body = {"zone": "abroad_goods", "tax_class": "reduced", "tax_code": str(tax.uuid)}
    answer = accountant.post(url("tax_map"), body, follow=True)
    assert "Later drafts follow your choice." in text(answer)
    row = TaxMapping.objects.get()
    assert (row.zone, row.tax_class, row.tax_code) == ("abroad_goods", "reduced", tax)
    assert "Reduced: <a" in text(answer)
    answer = accountant.post(url("tax_unmap", tax_mapping=row.uuid), follow=True)
    assert "The rules decide again." in text(answer)
    assert TaxMapping.objects.count() == 0
    assert accountant.post(url("tax_unmap", tax_mapping=row.uuid)).status_code == 404


def test_an_unknown_tax_is_refused_at_its_field(world: Any, accountant: Any) -> None:
    answer = accountant.post(url("tax_map"), {"zone": "home", "tax_class": "standard", "tax_code": "x"})
    assert (answer.status_code, list(answer.context["mapping_form"].errors)) == (422, ["tax_code"])
    assert TaxMapping.objects.count() == 0


def test_sales_tax_is_for_american_sellers(world: Any, accountant: Any) -> None:
    assert "Sales tax by state" not in text(accountant.get(url("tax_rules")))
    Company.objects.filter(pk=world.company.pk).update(country="US")
    assert "No sales tax is charged where this table has no rate." in text(accountant.get(url("tax_rules")))
    table = SimpleUploadedFile("rates.csv", b"region,prefix,rate,valid_from\nNY,100,8.875,2026-01-01\n", "text/csv")
    answer = accountant.post(url("sales_tax_import"), {"table": table}, follow=True)
    assert "The table is imported." in text(answer)
    assert "8.875" in text(answer)
    wrong = SimpleUploadedFile("rates.csv", b"region,rate,valid_from\nNY,150,2026-01-01\n", "text/csv")
    answer = accountant.post(url("sales_tax_import"), {"table": wrong})
    assert answer.status_code == 422
    assert "Line 2 cannot be read: check rate. Nothing was imported." in text(answer)
    assert SalesTaxRate.objects.count() == 1


def test_the_engine_belongs_to_the_owner(world: Any, accountant: Any) -> None:
    body = {"url": "https://tax.example/", "secret": "env:ACME__TAX_KEY"}
    assert accountant.post(url("tax_engine_connect"), body).status_code == 403
    assert "Connect engine" not in text(accountant.get(url("tax_rules")))
    owner = office_client(world.owner)
    answer = owner.post(url("tax_engine_connect"), body | {"secret": "s3cret"})
    assert (answer.status_code, list(answer.context["engine_form"].errors)) == (422, ["secret"])
    assert TaxEngine.objects.count() == 0
    assert "is asked from now on" in text(owner.post(url("tax_engine_connect"), body, follow=True))
    assert "https://tax.example/" in text(accountant.get(url("tax_rules")))
    assert "Our own rules decide again." in text(owner.post(url("tax_engine_disconnect"), follow=True))


def test_the_usual_taxes_at_the_press_of_a_button(world: Any, accountant: Any) -> None:
    assert "Add the usual taxes of Germany" in text(accountant.get(url("taxes")))
    assert "All usual taxes are there." in text(accountant.post(url("tax_usual"), follow=True))
    Company.objects.filter(pk=world.company.pk).update(country="AT")
    answer = accountant.post(url("tax_usual"), follow=True)
    assert "Added or completed: AT20, AT13, AT10." in text(answer)
    Company.objects.filter(pk=world.company.pk).update(small_business=True)
    assert "A small business charges no tax." in text(accountant.post(url("tax_usual"), follow=True))


def test_the_auditor_only_looks(world: Any) -> None:
    auditor = office_client(world.people["auditor"])
    page = text(auditor.get(url("tax_rules")))
    assert "Intra-Community supply, where the client shows a VAT id" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    assert auditor.post(url("tax_usual")).status_code == 403
