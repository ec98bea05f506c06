"""Things a company sells, with prices per currency and, where agreed, per client."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import quantity_column
from invoicing_site.guards import History, SameCompany
from invoicing_site.models.base import Noun, Owned, OwnedQuerySet, history


class ProductKind(models.TextChoices):
    """What it is to tax law: where it is taxed depends on it (billing/rules/tax_mapping.py)."""

    SERVICE = "service", _("Service")
    GOODS = "goods", _("Goods")
    DIGITAL = "digital", _("Digital service")


class ProductQuerySet(OwnedQuerySet):
    def active(self) -> Self:
        return self.filter(archived_at=None)


class Product(Noun):
    sku = models.CharField(_("SKU"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("text on documents"), blank=True, max_length=2000)
    unit = models.CharField(_("unit"), max_length=3, default="C62")
    kind = models.CharField(_("kind"), max_length=10, choices=ProductKind.choices, default=ProductKind.SERVICE)
    tax_code = models.ForeignKey(
        "billing.TaxCode", models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    account = models.ForeignKey(
        "billing.Account", models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    history = history()
    objects: ClassVar[Any] = ProductQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sku"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "sku"], name="product_sku_once"),
            SameCompany("tax_code", name="product_tax_code"),
            SameCompany("account", name="product_account"),
            History(name="product_history"),
        ]

    def __str__(self) -> str:
        return self.name


class Price(Owned):
    """A price in one currency; with a client, that client's own price."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="prices", db_constraint=False, db_index=False)
    client = models.ForeignKey(
        "clients.Client", models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    currency = models.CharField(_("currency"), max_length=3)
    unit_price = quantity_column(_("price"))

    history = history()

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["product", "client", "currency"], name="price_once", nulls_distinct=False),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="price_positive"),
            SameCompany("product", name="price_product"),
            SameCompany("client", name="price_client"),
            History(name="price_history"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_price} {self.currency}"
