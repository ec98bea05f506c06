"""What reduced the open amount of a document; undone only by an inverse row."""

from django.db import models

from billing.models.credit_caps import WRITTEN_OFF_OF_SETTLEMENT
from billing.models.document import Document
from billing.models.fields import money_column
from billing.states import OFFERS, SettlementKind
from invoicing_site.guards import AppendOnly, AtMinorUnit, Judged, SameCompany, Tally
from invoicing_site.models.base import Noun


class Settlement(Noun):
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="settlements", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=20, choices=SettlementKind.choices)
    currency = models.CharField(max_length=3)
    amount = money_column()
    base_amount = money_column()
    settled_on = models.DateField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    # Of an amount that moved between a credit note and a document: the row on the other one.
    counterpart = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="matched_by")
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    recorded_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    class Meta(Noun.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["document", "id"], name="settlement_of_document")]
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="settlement_positive"),
            AtMinorUnit("amount", name="settlement_unit"),
            SameCompany("document", name="settlement_document"),
            SameCompany("reverses", name="settlement_reverses"),
            SameCompany("counterpart", name="settlement_counterpart"),
            Tally(
                name="settlement_tally",
                parent="document",
                total="total - prepaid - withheld + rounding",
                open="open_amount",
                when=f"NEW.state <> 'draft' AND NEW.kind NOT IN {OFFERS}",
            ),
            Judged(
                name="settlement_written_off",
                on="INSERT",
                when="NEW.kind = 'write_off'",
                body=WRITTEN_OFF_OF_SETTLEMENT,
            ),
            AppendOnly(name="settlement_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
