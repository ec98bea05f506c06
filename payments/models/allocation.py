"""Which part of a payment settles which document; both amounts, each in its own currency (SPEC P1)."""

from django.db import models

from billing.models.fields import money_column, rate_column
from invoicing_site.guards import AppendOnly, AtMinorUnit, SameCompany, Tally
from invoicing_site.models.base import Noun
from payments.models.payment import Payment


class Allocation(Noun):
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False
    )
    settlement = models.OneToOneField(
        "billing.Settlement", models.PROTECT, related_name="allocation", db_constraint=False
    )
    currency = models.CharField(max_length=3)
    amount = money_column()
    base_amount = money_column()
    rate = rate_column(default=1)
    allocated_on = models.DateField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta(Noun.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["payment", "id"], name="allocation_of_payment")]
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="allocation_positive"),
            AtMinorUnit("amount", name="allocation_unit"),
            SameCompany("payment", name="allocation_payment"),
            SameCompany("settlement", name="allocation_settlement"),
            SameCompany("reverses", name="allocation_reverses"),
            Tally(
                name="allocation_tally", parent="payment", total="amount", open="unapplied", also=["payments_refund"]
            ),
            AppendOnly(name="allocation_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
