"""How a company's documents look, version by version (SPEC B14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import Frozen, History, SameCompany
from invoicing_site.models.base import Noun, history


class Look(models.TextChoices):
    CLASSIC = "classic", _("Classic")
    MODERN = "modern", _("Modern")
    COMPACT = "compact", _("Compact")
    CUSTOM = "custom", _("Own template")


class Layout(Noun):
    """One version of a layout. What it says never changes: a change is the next version under the same name, and what was
    issued with this one can be printed again. Only whether it is in use and how its trial went may still change."""

    name = models.CharField(_("name"), max_length=40)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(_("language"), max_length=5, blank=True)
    look = models.CharField(_("look"), max_length=10, choices=Look.choices)
    look_version = models.PositiveSmallIntegerField()
    options = models.JSONField()
    # The text of a custom template; its hash stands in the options and so in every snapshot.
    source = models.ForeignKey(
        "invoicing_site.Blob",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    is_active = models.BooleanField(default=False)
    tried_at = models.DateTimeField(null=True, blank=True)
    trial_pages = models.PositiveIntegerField(null=True, blank=True)
    trial_ms = models.PositiveIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, blank=True, related_name="+")

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "name", "version"], name="layout_version_once"),
            models.UniqueConstraint(
                fields=["company", "language"], condition=models.Q(is_active=True), name="layout_one_in_use"
            ),
            models.CheckConstraint(
                condition=models.Q(look=Look.CUSTOM, source__isnull=False)
                | (~models.Q(look=Look.CUSTOM) & models.Q(source__isnull=True)),
                name="layout_source",
            ),
            models.CheckConstraint(
                condition=~models.Q(look=Look.CUSTOM)
                | models.Q(is_active=False)
                | models.Q(tried_at__isnull=False, problem=""),
                name="layout_tried",
            ),
            SameCompany("source", name="layout_source_company"),
            Frozen(name="layout_frozen", but=("is_active", "tried_at", "trial_pages", "trial_ms", "problem")),
            History(name="layout_history"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
