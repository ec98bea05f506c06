"""Up to which day a company's books are closed. Verbs that book take the row FOR SHARE, closing takes it alone."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import History
from invoicing_site.models.base import Noun, history


class Period(Noun):
    closed_through = models.DateField(_("books closed through"), null=True, blank=True)
    soft_through = models.DateField(_("books closed, with exceptions, through"), null=True, blank=True)

    history = history()

    class Meta(Noun.Meta):
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company"], name="period_one_row"),
            History(name="period_history"),
        ]

    def __str__(self) -> str:
        return str(self.closed_through or "open")

    def is_open(self, day: dt.date) -> bool:
        return self.closed_through is None or day > self.closed_through

    def first_open(self, day: dt.date) -> dt.date:
        """`day` itself or, for outside facts that fall into closed books, the first open day after it."""
        return day if self.closed_through is None else max(day, self.closed_through + dt.timedelta(days=1))
