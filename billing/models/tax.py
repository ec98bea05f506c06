"""Tax codes and their versioned rates: a new rate never touches an issued document (SPEC B7)."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import percent_column
from invoicing_site.guards import History, SameCompany
from invoicing_site.models.base import Noun, Owned, OwnedQuerySet, history


class Category(models.TextChoices):
    """EN 16931 (UNTDID 5305)."""

    STANDARD = "S", _("Standard rate")
    ZERO = "Z", _("Zero rated")
    EXEMPT = "E", _("Exempt")
    REVERSE = "AE", _("Reverse charge")
    INTRA = "K", _("Intra-Community supply")
    EXPORT = "G", _("Export")
    OUTSIDE = "O", _("Outside the scope of tax")


class DateRange(models.Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class TaxCode(Noun):
    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=60)
    category = models.CharField(_("category"), max_length=2, choices=Category.choices, default=Category.STANDARD)
    reason = models.CharField(_("reason printed on documents"), max_length=200, blank=True)
    reason_code = models.CharField(_("reason code"), max_length=20, blank=True)
    tax_class = models.CharField(_("class"), max_length=20, default="standard")
    country = models.CharField(_("country of the rate"), max_length=2, blank=True)
    is_compound = models.BooleanField(_("charged on other taxes"), default=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("tax")
        verbose_name_plural = _("taxes")
        ordering = ["code"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "code"], name="taxcode_once"),
            History(name="taxcode_history"),
        ]

    def __str__(self) -> str:
        return self.name


class TaxRateQuerySet(OwnedQuerySet):
    def on(self, day: dt.date) -> "TaxRateQuerySet":
        """Rates in force on `day`."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)


class TaxRate(Owned):
    """A code's rate from `valid_from` to `valid_to`, both days included."""

    tax_code = models.ForeignKey(TaxCode, models.PROTECT, related_name="rates", db_constraint=False)
    rate = percent_column(_("rate %"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    history = history()
    objects: ClassVar[Any] = TaxRateQuerySet.as_manager()

    class Meta(Owned.Meta):
        ordering = ["valid_from"]
        constraints = [
            *Owned.Meta.constraints,
            models.CheckConstraint(condition=models.Q(rate__range=(0, 100)), name="taxrate_in_bounds"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="taxrate_ends_after_start",
            ),
            ExclusionConstraint(
                name="taxrate_no_overlap",
                expressions=[
                    ("tax_code", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
            SameCompany("tax_code", name="taxrate_tax_code"),
            History(name="taxrate_history"),
        ]

    def __str__(self) -> str:
        return f"{self.rate.normalize():f} %"
