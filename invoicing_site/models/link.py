"""A link that opens one thing for one purpose: the row's uuid plus an HMAC; nothing secret is stored (DESIGN §2)."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import History
from invoicing_site.models.base import Noun, OwnedQuerySet, history


class LinkPurpose(models.TextChoices):
    VIEW = "view", _("See a document")
    PAY = "pay", _("See and pay a document")


class Link(Noun):
    purpose = models.CharField(max_length=10, choices=LinkPurpose.choices)
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    recipient = models.EmailField(blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [models.Index(fields=["subject", "-id"], name="link_of_subject")]
        constraints = [*Noun.Meta.constraints, History(name="link_history")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"
