"""What a company starts with, and the taxes of its country for one that was founded before there were any."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.usual_taxes import add_usual_taxes
from billing.models import TaxCode, TaxRate
from billing.rules.usual_rates import COUNTRIES
from billing.rules.usual_taxes import usual_taxes
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, Event
from tests.world import AT, make_company

STARTS = {
    "DE": ["DE19", "DE7", "EU-IC", "EU-RC", "EXPORT", "OUTSIDE"],
    "AT": ["AT10", "AT13", "AT20", "EU-IC", "EU-RC", "EXPORT", "OUTSIDE"],
    "FR": ["EU-IC", "EU-RC", "EXPORT", "FR10", "FR2.1", "FR20", "FR5.5", "OUTSIDE"],
    "ES": ["ES10", "ES21", "ES4", "EU-IC", "EU-RC", "EXPORT", "OUTSIDE"],
    "PL": ["EU-IC", "EU-RC", "EXPORT", "OUTSIDE", "PL23", "PL5", "PL8"],
    "GB": ["EXPORT", "GB0", "GB20", "GB5", "OUTSIDE"],
    "CH": ["CH2.6", "CH3.8", "CH8.1", "EXPORT", "OUTSIDE"],
    "US": ["ABROAD", "EXEMPT", "NO-TAX", "NYC"],
    "JP": ["EXPORT", "JP10", "JP8", "OUTSIDE"],
    "KW": ["NO-TAX"],
}


def codes(company: Any) -> list[str]:
    return list(TaxCode.objects.for_company(company).order_by("code").values_list("code", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("country", STARTS)
def test_a_company_starts_with_its_countrys_taxes(country: str) -> None:
    company = make_company(country.lower(), country=country, language="en", vat_id="")
    assert codes(company) == STARTS[country]
    for tax in TaxCode.objects.for_company(company):
        (rate,) = tax.rates.all().on(dt.date(2026, 3, 16))
        assert (rate.rate > 0) == (tax.category == "S")
        assert bool(tax.reason) == (tax.category not in ("S", "Z"))


@pytest.mark.django_db
def test_a_french_company_starts_with_the_sentence_on_late_payment() -> None:
    company = make_company("lune", country="FR", language="en", vat_id="")
    assert "pénalités" in company.document_notes
    assert "40 €" in company.document_notes


@pytest.mark.django_db
def test_a_small_business_starts_without_taxes_and_is_told_so() -> None:
    company = make_company("klein", small_business=True)
    assert codes(company) == []
    with pytest.raises(BusinessError, match=r"tax\.small_business"):
        add_usual_taxes(company_id=company.pk, actor=None, at=AT)
    assert codes(company) == []


def test_what_is_missing_is_added_and_what_people_wrote_stays(world: Any) -> None:
    mine = TaxCode.objects.filter(company=world.company)
    TaxRate.objects.filter(company=world.company, tax_code__code="OUTSIDE").delete()
    mine.filter(code="OUTSIDE").delete()
    mine.filter(code="DE7").update(tax_class="standard", name="Sieben Prozent")
    TaxRate.objects.filter(tax_code__code="DE19", company=world.company, valid_to=None).delete()
    TaxRate.objects.filter(tax_code__code="DE19", company=world.company, rate=16).update(valid_to=None)
    changed = add_usual_taxes(company_id=world.company.pk, actor=world.accountant, at=AT)
    assert [tax.code for tax in changed] == ["DE19", "DE7", "OUTSIDE"]
    row = mine.get(code="DE7")
    assert (row.tax_class, row.name) == ("reduced", "Sieben Prozent")
    last = mine.get(code="DE19").rates.order_by("-valid_from")[:2]
    assert [(rate.rate, rate.valid_from, rate.valid_to) for rate in last] == [
        (Decimal(19), dt.date(2021, 1, 1), None),
        (Decimal(16), dt.date(2020, 7, 1), dt.date(2020, 12, 31)),
    ]
    events = Event.objects.count()
    assert add_usual_taxes(company_id=world.company.pk, actor=world.accountant, at=AT) == []
    assert (Event.objects.count(), codes(world.company)) == (events, STARTS["DE"])


def test_a_company_that_moves_gets_the_new_countrys_too(world: Any) -> None:
    Company.objects.filter(pk=world.company.pk).update(country="AT")
    add_usual_taxes(company_id=world.company.pk, actor=None, at=AT)
    assert codes(world.company) == sorted({*STARTS["DE"], *STARTS["AT"]})


@pytest.mark.parametrize("country", sorted({*COUNTRIES, "KW", "US"}))
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja"])
def test_every_usual_tax_fits_its_columns(country: str, language: str) -> None:
    found = usual_taxes(country, language)
    assert len({each.code for each in found}) == len(found)
    for each in found:
        assert 0 < len(each.code) <= 12
        assert 0 < len(each.name) <= 60
        assert len(each.reason) <= 200
        assert len(each.reason_code) <= 20
