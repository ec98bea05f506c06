"""Money given back from what of a payment was unapplied; undone only by an inverse row (it bounced)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import money_column
from invoicing_site.guards import AppendOnly, AtMinorUnit, SameCompany, Tally
from invoicing_site.models.base import Noun
from payments.models.payment import Payment
from payments.states import Method


class Refund(Noun):
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", db_constraint=False, db_index=False)
    method = models.CharField(_("method"), max_length=12, choices=Method.choices)
    currency = models.CharField(max_length=3)
    amount = money_column(_("amount"))
    base_amount = money_column()
    refunded_on = models.DateField(_("refunded on"))
    reference = models.CharField(_("reference"), max_length=140, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    recorded_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    class Meta(Noun.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["payment", "id"], name="refund_of_payment")]
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="refund_reasoned"),
            AtMinorUnit("amount", name="refund_unit"),
            SameCompany("payment", name="refund_payment"),
            SameCompany("reverses", name="refund_reverses"),
            Tally(
                name="refund_tally", parent="payment", total="amount", open="unapplied", also=["payments_allocation"]
            ),
            AppendOnly(name="refund_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
