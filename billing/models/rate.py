"""Exchange rates as entered, base currency per unit of the foreign one."""

import datetime as dt
from typing import Any, ClassVar, Optional

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import rate_column
from invoicing_site.guards import History
from invoicing_site.models.base import Noun, OwnedQuerySet, history


class ExchangeRateQuerySet(OwnedQuerySet):
    def latest_for(self, currency: str, day: dt.date) -> Optional["ExchangeRate"]:
        """The newest rate for `currency` dated on or before `day`."""
        found: ExchangeRate | None = self.filter(currency=currency, rate_date__lte=day).order_by("-rate_date").first()
        return found


class ExchangeRate(Noun):
    currency = models.CharField(_("currency"), max_length=3)
    rate_date = models.DateField(_("date"))
    rate = rate_column(_("base currency per unit"))
    source = models.CharField(_("source"), max_length=20)

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
