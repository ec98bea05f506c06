"""Exchange rates as entered or imported, base currency per unit of the foreign one, and the files they came in."""

import datetime as dt
from typing import Any, ClassVar, Optional

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import rate_column
from invoicing_site.guards import History, SameCompany
from invoicing_site.models.base import Noun, OwnedQuerySet, history


class ExchangeRateQuerySet(OwnedQuerySet):
    def latest_for(self, currency: str, day: dt.date) -> Optional["ExchangeRate"]:
        """The newest rate for `currency` dated on or before `day`."""
        found: ExchangeRate | None = self.filter(currency=currency, rate_date__lte=day).order_by("-rate_date").first()
        return found


class ExchangeRate(Noun):
    """One rate a day and currency. `imported` tells those of a file from those of people; `derivation` the figures it was computed from."""

    currency = models.CharField(_("currency"), max_length=3)
    rate_date = models.DateField(_("date"))
    rate = rate_column(_("base currency per unit"))
    source = models.CharField(_("source"), max_length=20)
    imported = models.BooleanField(_("imported"), default=False)
    derivation = models.CharField(_("derivation"), max_length=80, blank=True, default="")

    history = history()
    objects: ClassVar[Any] = ExchangeRateQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("exchange rate")
        ordering = ["-rate_date", "currency"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "currency", "rate_date"], name="exchangerate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchangerate_positive"),
            History(name="exchangerate_history"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate} ({self.rate_date})"


class RateOrigin(models.TextChoices):
    UPLOAD = "upload", _("Uploaded")
    COMMAND = "command", _("By command")
    SOURCE = "source", _("Fetched")


class RateFile(Noun):
    """A file of published rates as it came (`blob`; none where the source did not answer), and what became of it.

    The counts are those of the last time it was stored; `problem` is the code that refused it as a whole.
    """

    origin = models.CharField(_("origin"), max_length=10, choices=RateOrigin.choices)
    name = models.CharField(_("name"), max_length=120)
    blob = models.ForeignKey(
        "invoicing_site.Blob",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("file"),
    )
    since = models.DateField(_("rates since"), null=True)
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    new = models.PositiveIntegerField(_("new"), default=0)
    same = models.PositiveIntegerField(_("the same"), default=0)
    kept = models.PositiveIntegerField(_("kept"), default=0)
    doubtful = models.PositiveIntegerField(_("unusual"), default=0)
    problem = models.CharField(_("problem"), max_length=40, blank=True)
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(
        "invoicing_site.User", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("taken by")
    )
    stored_at = models.DateTimeField(_("stored"), null=True)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("file of exchange rates")
        verbose_name_plural = _("files of exchange rates")
        ordering = ["-taken_at", "-id"]
        indexes = [models.Index(fields=["company", "-taken_at", "-id"], name="ratefile_by_time")]
        constraints = [
            *Noun.Meta.constraints,
            SameCompany("blob", name="ratefile_blob"),
            History(name="ratefile_history"),
        ]

    def __str__(self) -> str:
        return self.name
