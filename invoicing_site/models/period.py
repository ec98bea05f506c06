"""Up to which day a company's books are closed. Verbs that book take the row FOR SHARE, closing takes it alone."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guard_periods import OnlyForward
from invoicing_site.guards import History
from invoicing_site.models.base import Noun, history
from invoicing_site.rules.periods import Books


class Period(Noun):
    """`closed_through` binds everybody and only moves forward; `soft_through` binds who holds no PeriodException."""

    closed_through = models.DateField(_("books closed through"), null=True, blank=True)
    soft_through = models.DateField(_("books closed, with exceptions, through"), null=True, blank=True)

    history = history()

    class Meta(Noun.Meta):
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company"], name="period_one_row"),
            OnlyForward("closed_through", name="period_forward"),
            History(name="period_history"),
        ]

    def __str__(self) -> str:
        return str(self.closed_through or "open")

    def books(self, *, excepted: bool = False) -> Books:
        return Books(self.closed_through, self.soft_through, excepted)

    def is_open(self, day: dt.date) -> bool:
        """To somebody without an exception."""
        return self.books().is_open(day)

    def first_open(self, day: dt.date) -> dt.date:
        return self.books().first_open(day)
