"""Money that came in: frozen once recorded, apart from what of it is still unapplied."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import money_column, rate_column
from invoicing_site.guards import AtMinorUnit, Frozen, History, SameCompany, Transitions
from invoicing_site.models.base import Noun, OwnedQuerySet, history
from payments.states import FROZEN_EXCEPT, TRANSITIONS, Method, PaymentState


class Payment(Noun):
    client = models.ForeignKey(
        "clients.Client", models.PROTECT, related_name="payments", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=12, choices=PaymentState.choices, default=PaymentState.RECEIVED)
    method = models.CharField(_("method"), max_length=12, choices=Method.choices)
    received_on = models.DateField(_("received on"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = money_column(_("amount"))
    unapplied = money_column()
    base_amount = money_column()
    fx_rate = rate_column(default=1)
    fx_rate_date = models.DateField(null=True)
    fx_source = models.CharField(max_length=20, blank=True)
    reference = models.CharField(_("reference"), max_length=140, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = [
            models.Index(fields=["company", "-received_on", "-id"], name="payment_by_date"),
            models.Index(fields=["client", "-id"], name="payment_by_client"),
            models.Index(fields=["company", "client"], condition=models.Q(unapplied__gt=0), name="payment_unapplied"),
        ]
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=models.Q(unapplied__gte=0, unapplied__lte=models.F("amount")),
                name="payment_unapplied_in_bounds",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="cancelled")
                | models.Q(unapplied=models.F("amount"), cancelled_on__isnull=False) & ~models.Q(cancel_reason=""),
                name="payment_cancelled_whole",
            ),
            AtMinorUnit("amount", "unapplied", name="payment_unit"),
            SameCompany("client", name="payment_client"),
            Transitions(name="payment_transitions", field="state", first="received", allowed=TRANSITIONS),
            Frozen(name="payment_frozen", but=FROZEN_EXCEPT),
            History(name="payment_history"),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount} {self.currency}"
