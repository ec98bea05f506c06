"""What a demo company sells, at which price in which currency."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Article:
    """A product: name and, for documents in English, `english`; `price` in base currency; `tax` the code at home."""

    sku: str
    name: str
    unit: str
    price: str
    tax: str
    english: str = ""
    goods: bool = False
    text: str = ""


@dataclass(frozen=True)
class Catalogue:
    """`details` are what a line may say beside the name, by the beginning of the SKU: (company's language, English)."""

    articles: tuple[Article, ...]
    rates: dict[str, str]
    monthly: tuple[str, ...]
    projects: tuple[tuple[str, str], ...]
    details: dict[str, tuple[tuple[str, str], ...]]
    own_prices: tuple[tuple[str, str, str, str], ...]

    def article(self, sku: str) -> Article:
        return next(article for article in self.articles if article.sku == sku)

    def said_of(self, article: Article) -> tuple[tuple[str, str], ...]:
        return next((said for begin, said in self.details.items() if article.sku.startswith(begin)), (("", ""),))


def price_in(catalogue: Catalogue, article: Article, currency: str) -> Decimal:
    """The list price in `currency`: the base price at the usual rate, rounded to what one would print."""
    price = Decimal(article.price)
    if currency not in catalogue.rates:
        return price
    worth = price / Decimal(catalogue.rates[currency])
    for least, step in ((10000, "500"), (1000, "10"), (100, "1"), (10, "0.5"), (1, "0.05"), (0, "0.0005")):
        if worth >= least:
            return (worth / Decimal(step)).quantize(Decimal(1)) * Decimal(step)
    raise AssertionError("a price is never below zero")
