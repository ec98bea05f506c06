"""What has to be there before anything is sold: a tax, products with their prices, exchange rates every month."""

import datetime as dt
from decimal import Decimal
from typing import Any

from billing.actions.products import create_product
from billing.actions.rates import enter_rate
from billing.actions.taxes import add_tax
from billing.demo.catalogue import Article, price_in
from billing.demo.sale import Shop
from billing.rules.offer import PriceDetails, ProductDetails
from invoicing_site.demo_world.world import World
from invoicing_site.states import Role

# How far the currencies wander from month to month, per mille.
DRIFT = (0, 6, 11, 4, -7, -12, -9, -3, 8, 14, 17, 9, 2, -5, -14, -18, -11, 1, 7)
SOURCE = {"berlin": "ECB", "newyork": "Federal Reserve"}
# Services to businesses outside the Union are no German turnover at all; the chart a company starts with has no code for them.
OUTSIDE: dict[str, Any] = {
    "code": "DRITTLAND", "name": "Nicht steuerbar, Drittland", "category": "O",
    "printed": "Nicht im Inland steuerbare Leistung, § 3a Abs. 2 UStG / Not taxable in Germany",
}  # fmt: skip


def plan_taxes(world: World, shop: Shop) -> None:
    """The accountant adds the tax of documents to other continents, where the company has any."""

    def add(at: dt.datetime) -> None:
        tax = add_tax(
            company_id=shop.firm.company.pk, **OUTSIDE, rate=Decimal(0), valid_from=dt.date(2010, 1, 1),
            actor=shop.firm.people[Role.ACCOUNTANT], at=at,
        )  # fmt: skip
        shop.taxes[tax.code] = tax.pk

    if any(customer.taxed == "third" for customer in shop.firm.customers):
        world.plan(shop.firm, world.start + dt.timedelta(days=1), "08:40", add)


def plan_products(world: World, shop: Shop) -> None:
    """The clerk enters the catalogue on the second afternoon, when the first customers are there."""
    firm = shop.firm
    for number, article in enumerate(shop.catalogue.articles):

        def offer(at: dt.datetime, article: Article = article) -> None:
            product = create_product(
                company_id=firm.company.pk, details=_details(shop, article), actor=firm.people[Role.CLERK], at=at
            )
            shop.products[article.sku] = product.pk

        world.plan(firm, world.start + dt.timedelta(days=1), f"{14 + number // 12:02}:{number % 12 * 5:02}", offer)


def _details(shop: Shop, article: Article) -> ProductDetails:
    base = shop.firm.company.currency
    clients = {each.name: each.stored.pk for each in shop.firm.customers if each.client is not None}
    prices = [PriceDetails(code, price_in(shop.catalogue, article, code)) for code in (base, *shop.catalogue.rates)]
    prices += [
        PriceDetails(currency, Decimal(price), clients[name])
        for name, sku, currency, price in shop.catalogue.own_prices
        if sku == article.sku
    ]
    return ProductDetails(
        sku=article.sku,
        name=article.name,
        description=article.text,
        unit=article.unit,
        kind="goods" if article.goods else "service",
        tax_code_id=shop.taxes[article.tax],
        account_id=shop.account(article),
        prices=tuple(prices),
    )


def plan_rates(world: World, shop: Shop) -> None:
    """The accountant enters the rates of the month on its first day."""
    for number, month in enumerate(world.months()):
        for place, (currency, usual) in enumerate(shop.catalogue.rates.items()):
            drift = Decimal(1000 + DRIFT[(number + 5 * place) % len(DRIFT)]) / 1000
            rate = (Decimal(usual) * drift).quantize(Decimal("0.000001"))

            def enter(at: dt.datetime, currency: str = currency, rate: Decimal = rate, day: dt.date = month) -> None:
                enter_rate(
                    company_id=shop.firm.company.pk, currency=currency, rate_date=day, rate=rate,
                    source=SOURCE[shop.firm.key], actor=shop.firm.people[Role.ACCOUNTANT], at=at,
                )  # fmt: skip

            world.plan(shop.firm, month, f"{9 if number else 10:02}:{30 + place:02}", enter)
