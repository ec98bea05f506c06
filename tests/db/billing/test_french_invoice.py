"""What a French invoice names since September 2026, from draft to paper (SPEC B18)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.checks_legal import legal
from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.documents.source import read
from billing.models import Product
from billing.reports.page import issued_facts, issued_view
from billing.rules.draft import Draft, DraftLine
from clients.models import TaxId
from invoicing_site.errors import BusinessError
from tests.world import make_client, make_company

D = Decimal
AT = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
SIREN = "732829320"

pytestmark = pytest.mark.django_db


def french() -> tuple[Any, Any]:
    company = make_company(
        "lune", country="FR", language="en", vat_id="FR40303265045", city="Paris", postcode="75001",
        register="SARL au capital de 10 000 €, RCS Paris 732 829 320",
    )  # fmt: skip
    client = make_client(
        company,
        "Étoile SA",
        language="en",
        address={"line1": "1", "city": "Lyon", "postcode": "69001", "country": "FR"},
    )
    return company, client


def invoice(company: Any, client: Any, *kinds: str, day: dt.date = dt.date(2026, 11, 20)) -> Any:
    products: list[int | None] = []
    for kind in kinds:
        sku = f"{kind}-{Product.objects.count()}"
        products.append(Product.objects.create(company=company, sku=sku, name=sku, kind=kind).pk if kind else None)
    lines = tuple(DraftLine("Chose", D(1), D(100), product_id=pk, automatic=True) for pk in products)
    draft = Draft(client_id=client.pk, currency="EUR", lines=lines, issue_date=day)
    made = create_draft(company=company, draft=draft, actor=None, at=AT)
    return issue(company=company, document_uuid=made.uuid, actor=None, at=AT)


def printed(document: Any) -> dict[str, str]:
    return {row.label: row.value for row in issued_view(document).meta}


def test_the_clients_siren_is_asked_for_and_its_vat_id_gives_it() -> None:
    company, client = french()
    with pytest.raises(BusinessError, match=r"legal\.fr_client_siren"):
        invoice(company, client, "goods")
    TaxId.objects.create(company=company, client=client, scheme="VAT", value=f"FR44{SIREN}", value_digest=b"0" * 32)
    assert invoice(company, client, "goods").tax == 20


@pytest.mark.parametrize(("kind", "codes"), [("quote", []), ("invoice", ["legal.fr_client_siren"])])
def test_the_law_of_invoices_is_not_the_law_of_offers(kind: str, codes: list[str]) -> None:
    company, client = french()
    line = DraftLine("Chose", D(1), D(100), automatic=True)
    draft = Draft(client_id=client.pk, currency="EUR", kind=kind, lines=(line,))
    made = create_draft(company=company, draft=draft, actor=None, at=AT)
    sources = read(company.pk, [made.pk], AT.date())
    assert [row.code for row in legal(sources.documents[made.pk], sources, AT.date())] == codes


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("goods", "goods"), "Goods"),
        (("service", ""), "Services"),
        (("digital",), "Services"),
        (("goods", ""), "Goods and services"),
    ],
)
def test_the_category_of_supply_is_printed(kinds: tuple[str, ...], words: str) -> None:
    company, client = french()
    TaxId.objects.create(company=company, client=client, scheme="TAX", value=SIREN, value_digest=b"0" * 32)
    assert printed(invoice(company, client, *kinds))["Supply"] == words


def test_not_before_its_day_nor_elsewhere(world: Any) -> None:
    from tests.helpers.money import invoice as german

    company, client = french()
    assert "Supply" not in printed(invoice(company, client, "goods", day=dt.date(2026, 8, 31)))
    assert "operation" not in issued_facts(german(world))
