"""What the lines of a document choose from: taxes, accounts, bank accounts, products with their prices."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q

from billing.models import Account, Price, Product, TaxCode
from clients.models import Client
from invoicing_site.models import BankAccount, Company


class Offer(NamedTuple):
    """A product and its price in the asked currency, for that client; None where it has none."""

    product: Product
    price: Decimal | None


class Catalogue:
    """The lists of one company, each read once and only when asked for. `today` is the company's date.

    `bank_id` is offered even when archived: the draft at hand names it.
    """

    def __init__(self, company: Company, today: dt.date, bank_id: int | None = None) -> None:
        self.company, self.today, self.bank_id = company, today, bank_id

    @cached_property
    def taxes(self) -> list[TaxCode]:
        """All of them, archived ones too: a draft may still carry one."""
        return list(TaxCode.objects.for_company(self.company).order_by("code"))

    @cached_property
    def tax_ids(self) -> dict[str, int]:
        return {tax.code: tax.pk for tax in self.taxes}

    @cached_property
    def tax_codes(self) -> dict[int, str]:
        return {tax.pk: tax.code for tax in self.taxes}

    @cached_property
    def accounts(self) -> list[Account]:
        """Those lines may be booked on."""
        return list(Account.objects.for_company(self.company).filter(is_revenue=True).order_by("code"))

    @cached_property
    def account_ids(self) -> dict[str, int]:
        return {account.code: account.pk for account in self.accounts}

    @cached_property
    def account_codes(self) -> dict[int, str]:
        return {account.pk: account.code for account in self.accounts}

    @cached_property
    def banks(self) -> list[BankAccount]:
        offered = Q(archived_at=None) | Q(pk=self.bank_id)
        return list(BankAccount.objects.for_company(self.company).filter(offered))

    def products(self, skus: Collection[str]) -> dict[str, int]:
        """Ids by SKU of those in `skus` the company has; one query, none for an empty collection."""
        if not skus:
            return {}
        rows = Product.objects.for_company(self.company).filter(sku__in=skus)
        return dict(rows.values_list("sku", "pk"))

    def offers(self, skus: Collection[str], currency: str, client_id: int | None) -> dict[str, Offer]:
        """Active products by SKU with the price in `currency`: the client's own before everybody's. Two queries."""
        if not skus:
            return {}
        products = {row.sku: row for row in Product.objects.for_company(self.company).active().filter(sku__in=skus)}
        rows = Price.objects.for_company(self.company).filter(product__in=products.values(), currency=currency)
        theirs = rows.filter(Q(client=None) | Q(client=client_id)) if client_id else rows.filter(client=None)
        prices = dict(theirs.order_by(F("client_id").asc(nulls_first=True)).values_list("product_id", "unit_price"))
        return {sku: Offer(product, prices.get(product.pk)) for sku, product in products.items()}


def product_suggestions(company: Company, text: str, limit: int) -> list[tuple[str, str]]:
    """SKU and name of active products whose SKU begins with `text` or whose name contains it."""
    rows = Product.objects.for_company(company).active().order_by("sku")
    if text:
        rows = (rows.filter(sku__istartswith=text) | rows.filter(name__icontains=text)).order_by("sku")
    return list(rows.values_list("sku", "name")[:limit])


def client_by_uuid(company: Company, uuid: UUID) -> Client | None:
    found: Client | None = Client.objects.for_company(company).active().filter(uuid=uuid).first()
    return found
