"""One document of the story: what it will say, and how a draft is made of that on its day."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from billing.demo.catalogue import Article, Catalogue, price_in
from billing.models import Account, Document, TaxCode
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from clients.demo.customer import Customer
from invoicing_site.demo_world.world import Firm
from invoicing_site.money import round_money

# Codes for services and for goods.
ABROAD = {
    "reverse": ("EU-RC", "EU-IC"),
    "third": ("DRITTLAND", "EXPORT"),
    "away": ("", ""),
    "exempt": ("EXEMPT", "EXEMPT"),
}

# The company's own closing text is in its language.
THANKS = "Thank you for your order. Questions about this invoice: {company.email}"


@dataclass(frozen=True)
class Item:
    """A line: `percent` is its discount, `off` a part of its amount given as a sum, `detail` (company's language, English)."""

    sku: str
    quantity: Decimal
    detail: tuple[str, str] = ("", "")
    percent: Decimal = Decimal(0)
    off: Decimal = Decimal(0)


@dataclass
class Sale:
    """`end` is what becomes of it: issued, void, draft, deleted. `piece` names a special case of payments/demo.

    `allowances` are (company's words, English, is charge, per cent, share of the first line).
    """

    customer: Customer
    day: dt.date
    items: tuple[Item, ...]
    end: str = "issued"
    piece: str = ""
    supply: tuple[dt.date | None, dt.date | None] = (None, None)
    opening: tuple[str, str] = ("", "")
    allowances: tuple[tuple[str, str, bool, Decimal | None, Decimal], ...] = ()
    references: dict[str, str] = field(default_factory=dict)
    delivered: bool = False
    document: Document | None = None

    @property
    def stored(self) -> Document:
        assert self.document is not None
        return self.document


class Shop:
    """A firm's catalogue with the ids its rows got."""

    def __init__(self, firm: Firm, catalogue: Catalogue) -> None:
        self.firm, self.catalogue = firm, catalogue
        self.taxes = dict(TaxCode.objects.for_company(firm.company).values_list("code", "pk"))
        self.accounts = dict(Account.objects.for_company(firm.company).values_list("code", "pk"))
        self.products: dict[str, int] = {}
        self.own = {(name, sku): Decimal(price) for name, sku, _, price in catalogue.own_prices}

    def account(self, article: Article) -> int | None:
        """Service revenue where the chart has an account for it."""
        return None if article.goods else self.accounts.get("4100")

    def draft(self, sale: Sale) -> Draft:
        """What the clerk types on the day."""
        customer, client = sale.customer, sale.customer.stored
        english = client.language == "en"
        lines = tuple(self._line(item, customer, english) for item in sale.items)
        company = self.firm.company
        return Draft(
            client_id=client.pk,
            currency=client.currency,
            language=client.language,
            lines=lines,
            allowances=tuple(self._allowance(each, lines[0], client.currency, english) for each in sale.allowances),
            prices_include_tax=customer.taxed == "consumer",
            supply_from=sale.supply[0],
            supply_to=sale.supply[1],
            net_days=company.net_days if client.net_days is None else client.net_days,
            introduction=sale.opening[english],
            notes=THANKS.format(company=company) if english and company.language != "en" else "",
            buyer_reference=sale.references.get("buyer_reference", ""),
            purchase_order=sale.references.get("purchase_order", ""),
            contract=sale.references.get("contract", ""),
        )

    def _line(self, item: Item, customer: Customer, english: bool) -> DraftLine:
        article, currency = self.catalogue.article(item.sku), customer.details.currency
        price = self.own.get((customer.name, item.sku)) or price_in(self.catalogue, article, currency)
        tax = ABROAD[customer.taxed][article.goods] if customer.taxed in ABROAD else article.tax
        if customer.taxed == "consumer":
            price = round_money(price * (Decimal("1.19") if tax == "DE19" else Decimal("1.07")), currency)
        name = article.english if english and article.english else article.name
        # Fall back to the company's own words where a detail needs no translation.
        detail = item.detail[english] or item.detail[0] or ("" if english else article.text)
        return DraftLine(
            description=f"{name}\n{detail}" if detail else name,
            quantity=item.quantity,
            unit_price=price,
            unit=article.unit,
            discount_percent=item.percent,
            discount_amount=round_money(price * item.quantity * item.off, currency),
            tax_codes=(self.taxes[tax],) if tax else (),
            product_id=self.products[item.sku],
            sku=item.sku,
            account_id=self.account(article),
        )

    def _allowance(
        self, each: tuple[str, str, bool, Decimal | None, Decimal], first: DraftLine, currency: str, english: bool
    ) -> DraftAllowance:
        own, other, is_charge, percent, share = each
        amount = None if percent is not None else round_money(first.unit_price * share, currency)
        return DraftAllowance((other if english else own) or own, is_charge, percent, amount)
