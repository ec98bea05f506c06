"""What providers told us, stored before it is worked; each event once (SPEC P3, FAULTS I9)."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.crypto import EncryptedText
from invoicing_site.guards import Frozen, SameCompany
from invoicing_site.models.base import Noun, OwnedQuerySet
from payments.models.gateway import GatewayAccount
from payments.states import InboxState


class InboxEvent(Noun):
    """`payload` is the verified body, encrypted: providers put names and addresses into it."""

    account = models.ForeignKey(
        GatewayAccount, models.PROTECT, related_name="events", db_constraint=False, db_index=False
    )
    event_id = models.CharField(max_length=120)
    type = models.CharField(_("type"), max_length=80)
    payload = EncryptedText(label="inbox.payload")
    told_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=models.functions.Now())
    polled = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=InboxState.choices, default=InboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("provider's message")
        verbose_name_plural = _("providers' messages")
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="inboxevent_due")]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["account", "event_id"], name="inboxevent_once"),
            SameCompany("account", name="inboxevent_account"),
            Frozen(name="inboxevent_frozen", but=("state", "attempts", "due_at", "claimed_until", "error", "done_at")),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
