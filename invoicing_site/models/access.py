"""A platform admin's time-limited look into one company's rows (SPEC A2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import Frozen
from invoicing_site.models.base import Noun


class BreakGlass(Noun):
    user = models.ForeignKey("invoicing_site.User", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta(Noun.Meta):
        verbose_name = _("break-glass access")
        verbose_name_plural = _("break-glass accesses")
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(reason=""), name="breakglass_reasoned"),
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("opened_at")), name="breakglass_ends"),
            Frozen(name="breakglass_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.company}"
