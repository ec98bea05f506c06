"""A customer's try to pay online, and what it is for. It becomes a Payment when the provider says that the money came."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import money_column
from invoicing_site.guards import AppendOnly, AtMinorUnit, Frozen, History, SameCompany, Transitions
from invoicing_site.models.base import Noun, Owned, OwnedQuerySet, history
from payments.models.gateway import GatewayAccount
from payments.models.payment import Payment
from payments.states import ATTEMPT_FROZEN_EXCEPT, ATTEMPT_TRANSITIONS, AttemptState


class Attempt(Noun):
    account = models.ForeignKey(
        GatewayAccount, models.PROTECT, related_name="attempts", db_constraint=False, db_index=False
    )
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+", db_constraint=False)
    state = models.CharField(max_length=12, choices=AttemptState.choices, default=AttemptState.CREATED)
    currency = models.CharField(max_length=3)
    amount = money_column(_("amount"))
    language = models.CharField(max_length=5)
    recipient = models.EmailField(blank=True)
    return_path = models.CharField(max_length=300)
    session_id = models.CharField(max_length=120, blank=True)
    intent_id = models.CharField(max_length=120, blank=True)
    page_url = models.CharField(max_length=2000, blank=True)
    method = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=80, blank=True)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="attempt", db_constraint=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("online payment")
        verbose_name_plural = _("online payments")
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["created", "open", "unknown", "processing"]),
                name="attempt_unfinished",
            )
        ]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["account", "session_id"], condition=~models.Q(session_id=""), name="attempt_session_once"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="attempt_positive"),
            models.CheckConstraint(
                condition=models.Q(state="succeeded", payment__isnull=False)
                | ~models.Q(state="succeeded") & models.Q(payment__isnull=True),
                name="attempt_paid_once",
            ),
            AtMinorUnit("amount", name="attempt_unit"),
            SameCompany("account", name="attempt_account"),
            SameCompany("client", name="attempt_client"),
            SameCompany("payment", name="attempt_payment"),
            Transitions(name="attempt_transitions", field="state", first="created", allowed=ATTEMPT_TRANSITIONS),
            Frozen(name="attempt_frozen", but=ATTEMPT_FROZEN_EXCEPT),
            History(name="attempt_history"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class AttemptShare(Owned):
    """What of the attempt is meant for which document, in the document's currency, which is the attempt's."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="shares", db_constraint=False, db_index=False)
    document = models.ForeignKey("billing.Document", models.PROTECT, related_name="+", db_constraint=False)
    amount = money_column()

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["attempt", "document"], name="attemptshare_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="attemptshare_positive"),
            SameCompany("attempt", name="attemptshare_attempt"),
            SameCompany("document", name="attemptshare_document"),
            AppendOnly(name="attemptshare_append_only"),
        ]

    def __str__(self) -> str:
        return str(self.amount)
