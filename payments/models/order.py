"""A refund asked of the provider; it becomes a Refund when the provider says that the money went."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import money_column
from invoicing_site.guards import AtMinorUnit, Frozen, History, SameCompany, Transitions
from invoicing_site.models.base import Noun, OwnedQuerySet, history
from payments.models.attempt import Attempt
from payments.models.refund import Refund
from payments.states import ORDER_FROZEN_EXCEPT, ORDER_TRANSITIONS, OrderState


class RefundOrder(Noun):
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="refund_orders", db_constraint=False)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.CREATED)
    currency = models.CharField(max_length=3)
    amount = money_column(_("amount"))
    reason = models.CharField(_("reason"), max_length=300)
    refund_id_at_provider = models.CharField(max_length=120, blank=True)
    failure = models.CharField(max_length=80, blank=True)
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="order", db_constraint=False)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("refund at the provider")
        verbose_name_plural = _("refunds at the provider")
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refundorder_positive"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="refundorder_reasoned"),
            AtMinorUnit("amount", name="refundorder_unit"),
            SameCompany("attempt", name="refundorder_attempt"),
            SameCompany("refund", name="refundorder_refund"),
            Transitions(name="refundorder_transitions", field="state", first="created", allowed=ORDER_TRANSITIONS),
            Frozen(name="refundorder_frozen", but=ORDER_FROZEN_EXCEPT),
            History(name="refundorder_history"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
