"""Lines that leave their tax to the rules: what is proposed, what is added, what an engine outside says and what when it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache

from billing.actions.drafts import count, create_draft, save_draft
from billing.actions.issue import issue
from billing.actions.propose import answer_for
from billing.models import Document, Product, SalesTaxRate, TaxCode, TaxDecision, TaxEngine, TaxMapping
from billing.rules.draft import Draft, DraftLine
from clients.models import TaxId
from invoicing_site.crypto import digest
from invoicing_site.models import Company, Event
from tests.helpers.engine import Service, service, standard
from tests.world import AT, TODAY, make_client, make_company

D = Decimal
LINE = DraftLine("Arbeit", D(1), D(100), automatic=True)


def vat_id(client: Any, value: str) -> None:
    TaxId.objects.create(
        company=client.company, client=client, scheme="VAT", value=value, value_digest=digest(value, "client.tax_id")
    )


def buyer(world: Any, country: str, vat: str = "", **fields: Any) -> Any:
    place = {"line1": "1", "city": "X", "postcode": "1000", "country": country} | fields.pop("address", {})
    client = make_client(world.company, f"Client {country} {vat}", address=place, **fields)
    if vat:
        vat_id(client, vat)
    return client


def product(world: Any, kind: str, tax: str = "DE19", sku: str = "P") -> Any:
    code = TaxCode.objects.get(company=world.company, code=tax)
    return Product.objects.create(company=world.company, sku=sku, name=sku, kind=kind, tax_code=code)


def a_draft(client: Any, *lines: DraftLine, **fields: Any) -> Draft:
    return Draft(client_id=client.pk, currency="EUR", lines=lines or (LINE,), **fields)


def save(company: Company, draft: Draft, **more: Any) -> Document:
    return create_draft(company=company, draft=draft, actor=None, at=AT, **more)


def taxes(document: Document) -> list[tuple[str, str]]:
    rows = [tax for line in document.lines.order_by("position") for tax in line.taxes.select_related("tax_code")]
    return [(row.tax_code.code, f"{row.rate.normalize():f}") for row in rows]


def test_inland_lines_bear_their_products_tax(world: Any) -> None:
    TaxCode.objects.filter(code="DE7").update(tax_class="reduced")
    book = product(world, "goods", "DE7")
    lines = (LINE, DraftLine("Buch", D(1), D(10), product_id=book.pk, automatic=True))
    made = save(world.company, a_draft(world.client, *lines))
    assert (taxes(made), made.tax, made.tax_engine) == ([("DE19", "19"), ("DE7", "7")], D("19.70"), "own/1")
    assert TaxDecision.objects.count() == 0


@pytest.mark.parametrize(
    ("country", "vat", "kind", "code"),
    [
        ("FR", "FR40303265045", "goods", "EU-IC"),
        ("FR", "FR40303265045", "service", "EU-RC"),
        ("FR", "", "goods", "DE19"),
        ("US", "", "goods", "EXPORT"),
    ],
)
def test_the_client_decides(world: Any, country: str, vat: str, kind: str, code: str) -> None:
    thing = product(world, kind)
    line = DraftLine("Ding", D(1), D(100), product_id=thing.pk, automatic=True)
    made = save(world.company, a_draft(buyer(world, country, vat), line))
    assert [name for name, _rate in taxes(made)] == [code]


def test_a_choice_of_ones_own_wins(world: Any) -> None:
    chosen = TaxCode.objects.get(company=world.company, code="DE7")
    line = DraftLine("Arbeit", D(1), D(100), tax_codes=(chosen.pk,))
    made = save(world.company, a_draft(buyer(world, "US"), line))
    assert taxes(made) == [("DE7", "7")]


def test_the_companys_own_mapping_comes_before_the_rule(world: Any) -> None:
    own = TaxCode.objects.create(
        company=world.company, code="§4.8", name="§ 4 Nr. 8", category="E", reason="§ 4 Nr. 8 UStG"
    )
    own.rates.create(company=world.company, rate=0, valid_from=dt.date(2000, 1, 1))
    TaxMapping.objects.create(company=world.company, zone="eu_services", tax_class="standard", tax_code=own)
    made = save(world.company, a_draft(buyer(world, "FR", "FR40303265045")))
    assert taxes(made) == [("§4.8", "0")]


def test_what_the_company_has_not_got_is_added_once_with_its_versions(world: Any) -> None:
    Company.objects.filter(pk=world.company.pk).update(oss=True)
    world.company.refresh_from_db()
    thing, person = product(world, "goods"), buyer(world, "EE", kind="person")
    line = DraftLine("Ding", D(1), D(100), product_id=thing.pk, automatic=True)
    draft = a_draft(person, line)
    assert count(world.company, draft, TODAY).total == 124  # counted before it is there
    assert not TaxCode.objects.filter(code="OSS-EE-S").exists()
    made = save(world.company, draft)
    late = save(world.company, a_draft(person, line, supply_to=dt.date(2025, 6, 30)))
    assert (taxes(made), taxes(late)) == ([("OSS-EE-S", "24")], [("OSS-EE-S", "22")])
    code = TaxCode.objects.get(code="OSS-EE-S")
    assert (code.country, code.tax_class, code.name) == ("EE", "standard", "KM 24 % (EE)")
    assert [(f"{r.rate.normalize():f}", str(r.valid_to)) for r in code.rates.order_by("valid_from")] == [
        ("20", "2023-12-31"), ("22", "2025-06-30"), ("24", "None"),
    ]  # fmt: skip
    assert Event.objects.filter(type="tax.added", subject=code.uuid).count() == 1


def test_several_lines_are_counted_before_their_taxes_are_there(world: Any) -> None:
    Company.objects.filter(pk=world.company.pk).update(oss=True)
    world.company.refresh_from_db()
    TaxCode.objects.filter(code="DE7").update(tax_class="reduced")
    thing, book, person = (
        product(world, "goods"),
        product(world, "goods", "DE7", "B"),
        buyer(world, "FR", kind="person"),
    )
    lines = [DraftLine("x", D(1), D(100), product_id=pk, automatic=True) for pk in (thing.pk, thing.pk, book.pk)]
    chosen = DraftLine("y", D(1), D(100), tax_codes=(TaxCode.objects.get(code="DE19", company=world.company).pk,))
    draft = a_draft(person, *lines, chosen)
    counted = count(world.company, draft, TODAY)
    assert [(part.name, part.amount) for part in counted.tax_totals] == [
        ("TVA 20 % (FR)", 40), ("USt 19 %", 19), ("TVA 5,5 % (FR)", D("5.5")),
    ]  # fmt: skip
    made = save(world.company, draft)
    assert (made.tax, [code for code, _rate in taxes(made)]) == (
        D("64.50"), ["OSS-FR-S", "OSS-FR-S", "OSS-FR-R", "DE19"],
    )  # fmt: skip


def test_a_class_the_country_lacks_bears_its_standard_rate(world: Any) -> None:
    Company.objects.filter(pk=world.company.pk).update(oss=True)
    world.company.refresh_from_db()
    TaxCode.objects.filter(code="DE7").update(tax_class="reduced")
    book = product(world, "goods", "DE7", "B")
    line = DraftLine("Buch", D(1), D(100), product_id=book.pk, automatic=True)
    assert taxes(save(world.company, a_draft(buyer(world, "DK", kind="person"), line))) == [("OSS-DK-S", "25")]


@pytest.mark.django_db
def test_zero_rated_goods_of_a_british_seller() -> None:
    company = make_company("bath", country="GB", currency="GBP", vat_id="GB980780684", language="en")
    zero = TaxCode.objects.get(company=company, code="GB0")
    book = Product.objects.create(company=company, sku="B", name="B", kind="goods", tax_code=zero)
    client = make_client(company, "Bath Books", address={"line1": "1", "city": "Bath", "country": "GB"})
    line = DraftLine("Book", D(1), D(10), product_id=book.pk, automatic=True)
    draft = Draft(client_id=client.pk, currency="GBP", lines=(line,))
    assert taxes(save(company, draft)) == [("GB0", "0")]
    TaxCode.objects.filter(pk=zero.pk).update(archived_at=AT)
    assert taxes(save(company, draft)) == [("GB0", "0")]


def test_a_service_outside_the_union_says_why(world: Any) -> None:
    made = save(world.company, a_draft(buyer(world, "CH")))
    code = TaxCode.objects.get(code="OUTSIDE")
    assert taxes(made) == [("OUTSIDE", "0")]
    assert (code.category, code.reason, code.reason_code) == (
        "O", "Nicht steuerbar: Leistungsort beim Empfänger", "VATEX-EU-O",
    )  # fmt: skip


def test_a_small_business_charges_nothing(world: Any) -> None:
    Company.objects.filter(pk=world.company.pk).update(small_business=True)
    world.company.refresh_from_db()
    made = save(world.company, a_draft(buyer(world, "FR", "FR40303265045")))
    assert (taxes(made), made.tax) == ([], 0)


@pytest.mark.django_db
def test_sales_tax_follows_the_companys_own_table() -> None:
    company = make_company("hudson", country="US", currency="USD", region="NY", vat_id="", language="en")
    for prefix, rate, since, until in (
        ("", "4", "2020-01-01", None),
        ("100", "8.5", "2020-01-01", "2025-12-31"),
        ("100", "8.875", "2026-01-01", None),
    ):
        SalesTaxRate.objects.create(
            company=company, region="NY", prefix=prefix, name=f"NY {rate} %", rate=D(rate), valid_from=since, valid_to=until
        )  # fmt: skip
    place = {"line1": "1", "city": "New York", "postcode": "10001", "region": "NY", "country": "US"}
    client = make_client(company, "Hudson", address=place)
    draft = Draft(client_id=client.pk, currency="USD", lines=(LINE,))
    old = save(company, Draft(client_id=client.pk, currency="USD", lines=(LINE,), supply_to=dt.date(2025, 12, 31)))
    assert (taxes(old), taxes(save(company, draft))) == ([("NY100", "8.5")], [("NY100", "8.875")])
    client.addresses.update(region="OR", postcode="97201")
    assert taxes(save(company, draft)) == [("NO-TAX", "0")]
    client.addresses.update(region="NY", postcode="14201")
    assert taxes(save(company, draft)) == [("NY", "4")]
    client.tax_treatment = "exempt"
    client.save()
    assert taxes(save(company, draft)) == [("EXEMPT", "0")]


# An engine outside


@pytest.fixture
def engine(world: Any, settings: Any, monkeypatch: Any) -> Iterator[Service]:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("ACME__TAX_KEY", "k3y")
    cache.clear()
    with service() as there:
        TaxEngine.objects.create(company=world.company, url=there.url, secret="env:ACME__TAX_KEY")
        yield there


def asked_and_saved(world: Any, **fields: Any) -> Document:
    draft = a_draft(world.client, **fields)
    return save(world.company, draft, taxes=answer_for(world.company, draft, TODAY))


def test_an_engine_outside_decides_and_is_named(world: Any, engine: Service) -> None:
    engine.answer = lambda question: {"version": "7", "lines": [standard("19", "", country="")]}
    made = asked_and_saved(world)
    assert (taxes(made), made.tax_engine) == ([("DE19", "19")], "remote/7")
    kept = TaxDecision.objects.get()
    assert (kept.document_id, kept.revision, kept.engine) == (made.pk, 1, "remote/7")
    assert engine.keys == ["Bearer k3y"]
    assert engine.asked[0]["buyer"]["country"] == "DE"
    assert "Nordlicht" not in str(engine.asked)
    issued = issue(company=world.company, document_uuid=made.uuid, actor=None, at=AT)
    assert issued.tax_engine == "remote/7"


def test_a_rate_only_the_engine_knows_becomes_a_tax(world: Any, engine: Service) -> None:
    made = asked_and_saved(world)
    code = TaxCode.objects.get(code="US-6.625")
    assert (taxes(made), code.name, code.country) == ([("US-6.625", "6.625")], "NJ sales tax", "US")
    assert taxes(asked_and_saved(world)) == [("US-6.625", "6.625")]
    assert TaxCode.objects.filter(country="US").count() == 1


def saved_with(world: Any, engine: Service, answer: Any) -> Document:
    engine.answer = lambda question: answer
    return asked_and_saved(world)


@pytest.mark.parametrize(
    "answer",
    [
        {"version": "7", "lines": [standard("150")]},
        {"version": "7", "lines": [standard("-5")]},
        {"version": "7", "lines": [standard("NaN")]},
        {"version": "7", "lines": [standard("0")]},
        {"version": "7", "lines": [standard("19.12345678")]},
        {"version": "7", "lines": []},
        {"version": "7", "lines": [standard(), standard()]},
        {"version": "7", "lines": [standard(country="Atlantis")]},
        {"version": "7", "lines": [{"category": "X", "rate": "1"}]},
        {"version": "7", "lines": [{"category": "E", "reason": "reverse"}]},
        {"lines": [standard()]},
        ["lines"],
        b"<html>",
        (503, b"down"),
    ],
)
def test_an_answer_that_cannot_be_believed_leaves_it_to_our_own_rules(world: Any, engine: Service, answer: Any) -> None:
    made = saved_with(world, engine, answer)
    assert (taxes(made), made.tax_engine) == ([("DE19", "19")], "own/1 (fallback)")
    kept = TaxDecision.objects.get()
    assert kept.engine == "own/1 (fallback)"
    issued = issue(company=world.company, document_uuid=made.uuid, actor=None, at=AT)
    assert (issued.number, issued.tax_engine) == ("RE-2026-00001", "own/1 (fallback)")


def test_the_last_good_answer_to_the_same_question_holds(world: Any, engine: Service) -> None:
    good = saved_with(world, engine, {"version": "7", "lines": [standard("19", "", country="")]})
    again = saved_with(world, engine, b"nonsense")
    assert (taxes(again), again.tax_engine) == (taxes(good), "remote/7 (kept)")
    other = asked_and_saved(world, supply_to=dt.date(2026, 1, 5))
    assert other.tax_engine == "own/1 (fallback)"  # another question


def test_without_an_engine_our_own_rules_answer(world: Any) -> None:
    answer = answer_for(world.company, a_draft(world.client), TODAY)
    assert answer is not None
    assert (answer.engine, [line.category for line in answer.lines]) == ("own/1", ["S"])
    made = save(world.company, a_draft(world.client), taxes=answer)
    assert (taxes(made), TaxDecision.objects.count()) == ([("DE19", "19")], 0)


def test_what_was_kept_is_judged_again(world: Any, engine: Service) -> None:
    saved_with(world, engine, {"version": "7", "lines": [standard("19", "", country="")]})
    TaxDecision.objects.update(answer={"version": "7", "lines": [standard("99")]})
    assert saved_with(world, engine, b"nonsense").tax_engine == "own/1 (fallback)"


def test_an_answer_to_other_lines_is_not_used(world: Any, engine: Service) -> None:
    one = a_draft(world.client)
    answer = answer_for(world.company, one, TODAY)
    two = a_draft(world.client, LINE, LINE)
    made = save(world.company, two, taxes=answer)
    assert (taxes(made), made.tax_engine) == ([("DE19", "19"), ("DE19", "19")], "own/1")
    assert TaxDecision.objects.count() == 0


def test_reverse_charge_from_an_engine(world: Any, engine: Service) -> None:
    made = saved_with(world, engine, {"version": "7", "lines": [{"category": "AE", "zone": "eu_services"}]})
    assert (taxes(made), made.tax_engine) == ([("EU-RC", "0")], "remote/7")


def test_a_slow_engine_is_left_alone_after_three_tries(world: Any, engine: Service, monkeypatch: Any) -> None:
    monkeypatch.setattr("billing.tax_engines.remote.SECONDS", 0.2)
    engine.wait = 1
    engines = [asked_and_saved(world).tax_engine for _ in range(5)]
    assert engines == ["own/1 (fallback)"] * 5
    assert len(engine.asked) == 3


def test_an_engine_that_is_gone_or_has_no_key_blocks_nothing(world: Any, engine: Service, monkeypatch: Any) -> None:
    TaxEngine.objects.update(url="http://127.0.0.1:1/")
    assert asked_and_saved(world).tax_engine == "own/1 (fallback)"
    TaxEngine.objects.update(url=engine.url)
    monkeypatch.delenv("ACME__TAX_KEY")
    assert asked_and_saved(world).tax_engine == "own/1 (fallback)"
    assert engine.asked == []


def test_saving_again_with_taxes_chosen_asks_nobody(world: Any, engine: Service) -> None:
    made = asked_and_saved(world)
    chosen = TaxCode.objects.get(company=world.company, code="DE7")
    draft = a_draft(world.client, DraftLine("Arbeit", D(1), D(100), tax_codes=(chosen.pk,)))
    assert answer_for(world.company, draft, TODAY) is None
    after = save_draft(company=world.company, document_uuid=made.uuid, draft=draft, revision=1, actor=None, at=AT)
    assert (taxes(after), len(engine.asked), TaxDecision.objects.count()) == ([("DE7", "7")], 1, 1)


def test_a_decision_freezes_with_its_document_and_goes_with_its_draft(world: Any, engine: Service) -> None:
    from django.db import IntegrityError, transaction

    from billing.actions.drafts import delete_draft

    made = asked_and_saved(world)
    delete_draft(company=world.company, document_uuid=asked_and_saved(world).uuid, actor=None, at=AT)
    assert TaxDecision.objects.get().document_id == made.pk
    issue(company=world.company, document_uuid=made.uuid, actor=None, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        TaxDecision.objects.update(engine="own/1")
    assert TaxDecision.objects.get().engine == "remote/7"
