"""Verbs on products and their prices. Documents copy what they need, so no change here reaches one."""

import datetime as dt
import uuid

from billing.models import Account, Price, Product, TaxCode
from billing.rules.offer import PriceDetails, ProductDetails
from billing.rules.units import UNITS
from clients.models import Client
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.money import minor_unit
from invoicing_site.validation import check_fields

FIELDS = ("sku", "name", "description", "unit", "kind", "tax_code_id", "account_id")


@action
def create_product(
    *, company_id: int, details: ProductDetails, actor: User | None, at: dt.datetime, reason: str = ""
) -> Product:
    """Add a product with its prices. Locks the company, so SKUs are judged one at a time.

    Raises at the field: field.invalid, product.sku_taken, product.unit, product.choice, price.twice, price.client,
    line.price_negative, currency.unknown. Publishes product.created.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    product = Product(company=company)
    _fill(product, details)
    product.save()
    _save_prices(product, details.prices)
    publish("product.created", company=company, subject=("product", product.uuid), actor=actor, at=at)
    return product


@action
def change_product(
    *,
    company_id: int,
    product_uuid: uuid.UUID,
    details: ProductDetails,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Product:
    """Make the product what `details` say. Saving what is already stored changes nothing and tells nobody.

    Locks the company, then the product. Raises not_found, product.archived, and what create_product raises. Publishes
    product.changed with the names of the fields.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    product: Product = lock_row(Product.objects.for_company(company).filter(uuid=product_uuid))
    if product.archived_at is not None:
        raise BusinessError("product.archived")
    before = {name: getattr(product, name) for name in FIELDS}
    _fill(product, details)
    changed = [name.removesuffix("_id") for name, value in before.items() if getattr(product, name) != value]
    if changed:
        product.save()
    if _save_prices(product, details.prices):
        changed.append("prices")
    if changed:
        data = {"fields": changed}
        publish("product.changed", company=company, subject=("product", product.uuid), data=data, actor=actor, at=at)
    return product


@action
def archive_product(
    *, company_id: int, product_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Product:
    """Take the product out of menus and lists. Twice is once.

    Locks the product. Raises not_found. Publishes product.archived.
    """
    return _move(company_id, product_uuid, actor, at, archived_at=at)


@action
def restore_product(
    *, company_id: int, product_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Product:
    """Bring an archived product back. Twice is once. Locks it. Raises not_found. Publishes product.restored."""
    return _move(company_id, product_uuid, actor, at, archived_at=None)


def _move(
    company_id: int, product_uuid: uuid.UUID, actor: User | None, at: dt.datetime, archived_at: dt.datetime | None
) -> Product:
    rows = Product.objects.filter(company_id=company_id, uuid=product_uuid).select_related("company")
    product: Product = lock_row(rows)
    if (product.archived_at is None) != (archived_at is None):
        product.archived_at = archived_at
        product.save(update_fields=["archived_at"])
        kind = "product.restored" if archived_at is None else "product.archived"
        publish(kind, company=product.company, subject=("product", product.uuid), actor=actor, at=at)
    return product


def _fill(product: Product, details: ProductDetails) -> None:
    stored = {name: getattr(product, name) for name in FIELDS}
    for name in FIELDS:
        value = getattr(details, name)
        setattr(product, name, value.strip() if isinstance(value, str) else value)
    check_fields(product)
    if product.unit not in UNITS and product.unit != stored["unit"]:
        raise BusinessError("product.unit", "unit")
    # What is archived may stay where it is but is not chosen anew.
    taxes = TaxCode.objects.for_company(product.company).filter(archived_at=None)
    if product.tax_code_id not in (None, stored["tax_code_id"]) and not taxes.filter(pk=product.tax_code_id).exists():
        raise BusinessError("product.choice", "tax_code")
    accounts = Account.objects.for_company(product.company).filter(archived_at=None, is_revenue=True)
    if product.account_id not in (None, stored["account_id"]) and not accounts.filter(pk=product.account_id).exists():
        raise BusinessError("product.choice", "account")
    if Product.objects.for_company(product.company).exclude(pk=product.pk).filter(sku=product.sku).exists():
        raise BusinessError("product.sku_taken", "sku")


def _save_prices(product: Product, wanted: tuple[PriceDetails, ...]) -> bool:
    """Save by difference; whether anything changed."""
    stored = {(price.currency, price.client_id): price for price in product.prices.all()}
    asked = {price.client_id for price in wanted if price.client_id is not None}
    known = set(Client.objects.for_company(product.company).filter(pk__in=asked).values_list("pk", flat=True))
    changed = False
    seen = set()
    for index, details in enumerate(wanted):
        path = f"prices.{index}."
        key = (details.currency, details.client_id)
        if key in seen:
            raise BusinessError("price.twice", f"{path}currency")
        seen.add(key)
        if details.client_id is not None and details.client_id not in known:
            raise BusinessError("price.client", f"{path}client")
        _check_currency(details.currency, path)
        price = stored.get(key) or Price(
            company=product.company, product=product, currency=details.currency, client_id=details.client_id
        )
        if price.unit_price == details.unit_price:
            continue
        price.unit_price = details.unit_price
        check_fields(price, path)
        if price.unit_price < 0:
            raise BusinessError("line.price_negative", f"{path}unit_price")
        price.save()
        changed = True
    for gone in stored.keys() - seen:
        stored[gone].delete()
        changed = True
    return changed


def _check_currency(code: str, path: str) -> None:
    try:
        minor_unit(code)
    except BusinessError as error:
        raise BusinessError(error.code, f"{path}currency", **error.params) from None
