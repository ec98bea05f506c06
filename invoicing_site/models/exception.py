"""Leave for one person to book into days that are softly closed: reasoned, for some days at most, revocable (SPEC L3)."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import Frozen, History
from invoicing_site.models.base import Noun, OwnedQuerySet, history

LONGEST = dt.timedelta(days=7)


class PeriodExceptionQuerySet(OwnedQuerySet):
    def current(self, at: dt.datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at)


class PeriodException(Noun):
    person = models.ForeignKey("invoicing_site.User", models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    expires_at = models.DateTimeField()
    granted_by = models.ForeignKey("invoicing_site.User", models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    single_handed = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    history = history()
    objects: ClassVar[Any] = PeriodExceptionQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("exception from a closed period")
        verbose_name_plural = _("exceptions from closed periods")
        indexes = [
            models.Index(
                fields=["company", "person", "expires_at"],
                condition=models.Q(revoked_at=None),
                name="periodexception_current",
            )
        ]
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(reason=""), name="periodexception_reasoned"),
            models.CheckConstraint(
                condition=models.Q(
                    expires_at__gt=models.F("granted_at"), expires_at__lte=models.F("granted_at") + LONGEST
                ),
                name="periodexception_short",
            ),
            models.CheckConstraint(
                condition=models.Q(~models.Q(person=models.F("granted_by")), single_handed=False)
                | models.Q(person=models.F("granted_by"), single_handed=True),
                name="periodexception_second_person",
            ),
            Frozen(name="periodexception_given", but=("revoked_at", "revoked_by"), when="OLD.revoked_at IS NULL"),
            Frozen(name="periodexception_revoked", when="OLD.revoked_at IS NOT NULL"),
            History(name="periodexception_history"),
        ]

    def __str__(self) -> str:
        return f"{self.person} until {self.expires_at}"
