"""What a tax engine has to know about a draft, read from the rows (SPEC B7)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from billing.models import Product, SalesTaxRate
from billing.rules.draft import Draft, DraftLine
from billing.rules.places import state_of
from billing.rules.sales_tax import LocalRate, local_rate
from billing.rules.tax_mapping import SERVICE, Buyer, Seller
from billing.rules.usual_rates import STANDARD
from billing.tax_engines.base import Question, Supply
from clients.models import Client
from clients.models.client import Kind
from invoicing_site.models import Company


class Sold(NamedTuple):
    """What a product is to tax law, and the tax it bears at home."""

    kind: str
    tax_class: str
    home: int | None


# A line without a product: a service of the standard class.
UNKNOWN = Sold(SERVICE, STANDARD, None)


def products_of(company: Company, lines: tuple[DraftLine, ...]) -> dict[int | None, Sold]:
    """The products the lines name, by id. One query, none without products."""
    ids = {line.product_id for line in lines if line.product_id}
    if not ids:
        return {}
    rows = Product.objects.for_company(company).filter(pk__in=ids)
    values = rows.values_list("pk", "kind", "tax_code__tax_class", "tax_code_id")
    return {pk: Sold(kind, tax_class or STANDARD, home) for pk, kind, tax_class, home in values}


def question_of(company: Company, draft: Draft, products: Mapping[int | None, Sold], today: dt.date) -> Question:
    """The question about `draft`, whose client need not be known yet. At most four queries, whatever the lines."""
    client = Client.objects.for_company(company).filter(pk=draft.client_id).first()
    buyer = buyer_of(client) if client else Buyer("")
    day = draft.tax_point(today)
    sold = [products.get(line.product_id, UNKNOWN) for line in draft.lines]
    amounts = [Decimal(line.quantity * line.unit_price) for line in draft.lines]
    return Question(
        Seller(company.country, company.postcode, company.small_business, company.oss),
        buyer,
        day,
        draft.currency,
        tuple(Supply(each.kind, each.tax_class, amount) for each, amount in zip(sold, amounts, strict=True)),
        _local(company, buyer, day) if company.country == "US" else None,
    )


def buyer_of(client: Client) -> Buyer:
    """Where the client is, and which countries' VAT ids it shows. Two queries."""
    addresses = {row["kind"]: row for row in client.addresses.values()}
    ids = [{"scheme": row.scheme, "value": row.value} for row in client.tax_ids.all()]
    return buyer_from(addresses, ids, client.kind, client.tax_treatment)


def buyer_from(
    addresses: Mapping[str, Mapping[str, Any]], ids: Iterable[Mapping[str, str]], kind: str, treatment: str
) -> Buyer:
    """The same from rows already read: addresses by kind, tax ids with scheme and value."""
    billing, delivery = addresses.get("billing", {}), addresses.get("delivery", {})
    states = [state_of(row["value"]) for row in ids if row["scheme"] == "VAT"]
    return Buyer(
        country=billing.get("country", ""),
        postcode=billing.get("postcode", ""),
        region=billing.get("region", ""),
        delivery_country=delivery.get("country", ""),
        delivery_postcode=delivery.get("postcode", ""),
        delivery_region=delivery.get("region", ""),
        business=kind == Kind.COMPANY,
        vat_states=frozenset(state for state in states if state),
        treatment=treatment,
    )


def _local(company: Company, buyer: Buyer, day: dt.date) -> LocalRate | None:
    """The company's own rate where the goods go. One query."""
    region, postcode = buyer.region, buyer.postcode
    if buyer.delivery_country:
        region, postcode = buyer.delivery_region, buyer.delivery_postcode
    rows = SalesTaxRate.objects.for_company(company).filter(region=region.strip().upper())
    return local_rate(
        [LocalRate(r.region, r.prefix, r.rate, r.valid_from, r.valid_to, r.name) for r in rows], region, postcode, day
    )
