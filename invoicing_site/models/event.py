"""News: what happened (Event), who must hear it (Delivery), and the chain that proves nothing was altered (Seal).

An event holds ids and figures, never personal data, so it outlives erasure.
"""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import AppendOnly, Sealed
from invoicing_site.models.base import OwnedQuerySet
from invoicing_site.states import DeliveryState


class Event(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey("invoicing_site.Company", models.PROTECT, null=True, related_name="+")
    type = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    data = models.JSONField(default=dict)
    actor = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")
    request_id = models.CharField(max_length=64, default="", blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["subject", "id"], name="event_subject")]
        constraints = [AppendOnly(name="event_append_only"), Sealed(name="event_sealed")]

    def __str__(self) -> str:
        return self.type


class Delivery(models.Model):
    """One reaction to one event: claimed, retried, and parked as dead after its last attempt."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries", db_index=False)
    reaction = models.CharField(max_length=100)
    queue = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=models.functions.Now())
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state__in=["waiting", "running"]), name="delivery_due")
        ]
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.reaction} ← {self.event_id}"


class SealHead(models.Model):
    """The last link of each company's chain; chain 0 is the installation's own."""

    chain = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.chain} @ {self.seq}"


class Seal(models.Model):
    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="seal_seq"),
            AppendOnly(name="seal_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq}"


class Checkpoint(models.Model):
    """A signed statement of where a chain stood; kept outside too, it shows a tail that was cut off."""

    chain = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    hash = models.BinaryField()
    signature = models.BinaryField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [AppendOnly(name="checkpoint_append_only")]
        indexes = [models.Index(fields=["chain", "-seq"], name="checkpoint_chain")]

    def __str__(self) -> str:
        return f"{self.chain} @ {self.seq}"
