"""How a company wants its taxes decided: its own mapping, its own table of sales tax, an engine outside (SPEC B7)."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import percent_column
from billing.models.tax import DateRange, TaxCode
from invoicing_site.guards import History, SameCompany
from invoicing_site.models.base import Noun, OwnedQuerySet, history


class Zone(models.TextChoices):
    """Where a supply goes, as billing/rules/tax_mapping.py tells them apart."""

    HOME = "home", _("In our own country")
    EU_GOODS = "eu_goods", _("Goods to a business in the EU")
    EU_SERVICES = "eu_services", _("Services to a business in the EU")
    EU_CONSUMER = "eu_consumer", _("To consumers in the EU (One Stop Shop)")
    ABROAD_GOODS = "abroad_goods", _("Goods outside the EU")
    ABROAD_SERVICES = "abroad_services", _("Services outside the EU")


class TaxClass(models.TextChoices):
    STANDARD = "standard", _("Standard")
    INTERMEDIATE = "intermediate", _("Intermediate")
    REDUCED = "reduced", _("Reduced")
    SUPER_REDUCED = "super_reduced", _("Super-reduced")
    ZERO = "zero", _("Zero")
    EXEMPT = "exempt", _("Exempt")


class TaxMapping(Noun):
    """What the company chooses instead of the rule: for a class of supply in a zone, this tax."""

    zone = models.CharField(_("where it goes"), max_length=20, choices=Zone.choices)
    tax_class = models.CharField(_("class"), max_length=20, choices=TaxClass.choices)
    tax_code = models.ForeignKey(TaxCode, models.PROTECT, related_name="+", db_constraint=False)

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("tax mapping")
        verbose_name_plural = _("tax mappings")
        ordering = ["zone", "tax_class"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "zone", "tax_class"], name="taxmapping_once"),
            SameCompany("tax_code", name="taxmapping_tax_code"),
            History(name="taxmapping_history"),
        ]

    def __str__(self) -> str:
        return f"{self.zone}: {self.tax_code}"


class SalesTaxRate(Noun):
    """Sales tax in per cent where the company is registered: for postcodes that begin with `prefix`, or a whole state."""

    region = models.CharField(_("state"), max_length=3)
    prefix = models.CharField(_("ZIP code begins with"), max_length=10, blank=True)
    name = models.CharField(_("name on documents"), max_length=60)
    rate = percent_column(_("rate %"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("sales tax rate")
        verbose_name_plural = _("sales tax rates")
        ordering = ["region", "prefix", "valid_from"]
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=models.Q(rate__gt=0, rate__lte=30), name="salestaxrate_in_bounds"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="salestaxrate_ends_after_start",
            ),
            ExclusionConstraint(
                name="salestaxrate_no_overlap",
                expressions=[
                    ("company", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    ("prefix", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
            History(name="salestaxrate_history"),
        ]

    def __str__(self) -> str:
        return self.name


class TaxEngine(Noun):
    """A service outside that decides instead of our own rules. `secret` is a reference (invoicing_site/secrets.py)."""

    url = models.CharField(_("address"), max_length=300)
    secret = models.CharField(_("where the key is"), max_length=200)
    archived_at = models.DateTimeField(null=True, blank=True)

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("tax engine")
        verbose_name_plural = _("tax engines")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(archived_at=None), name="taxengine_one_active"
            ),
            History(name="taxengine_history"),
        ]

    def __str__(self) -> str:
        return self.url
