"""Number series and their counters. The counter row is locked last, in the issuing transaction (SPEC B4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.states import Kind
from invoicing_site.guards import AppendOnly, History, SameCompany
from invoicing_site.models.base import Noun, Owned, history


class Reset(models.TextChoices):
    NEVER = "never", _("never")
    YEARLY = "yearly", _("every year")
    MONTHLY = "monthly", _("every month")


class Series(Noun):
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=40)
    pattern = models.CharField(_("pattern"), max_length=40)
    reset = models.CharField(_("starts again"), max_length=10, choices=Reset.choices, default=Reset.YEARLY)
    is_default = models.BooleanField(default=True)
    is_external = models.BooleanField(_("numbers given elsewhere"), default=False)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["company", "kind"], condition=models.Q(is_default=True), name="series_one_default"
            ),
            models.UniqueConstraint(fields=["company", "pattern"], name="series_pattern_once"),
            History(name="series_history"),
        ]

    def __str__(self) -> str:
        return self.name


class Counter(Owned):
    """The last number of a series in one period, its date, and the head of the document chain."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="counters", db_constraint=False, db_index=False)
    period_key = models.CharField(max_length=7, blank=True)
    last = models.PositiveIntegerField(default=0)
    last_date = models.DateField(null=True)
    head = models.BinaryField(default=b"")

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["series", "period_key"], name="counter_once"),
            SameCompany("series", name="counter_series"),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period_key}: {self.last}"


class Jump(Owned):
    """Numbers a person skipped, with the reason: the gap ledger's proof that nobody else took them (SPEC B4)."""

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="jumps", db_constraint=False)
    after = models.PositiveIntegerField()
    upto = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    jumped_at = models.DateTimeField()
    jumped_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(upto__gt=models.F("after")) & ~models.Q(reason=""), name="jump_forward"
            ),
            SameCompany("counter", name="jump_counter"),
            AppendOnly(name="jump_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.after} → {self.upto}"
