"""Parts a draft is to be paid in; at issue they become due items."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.document import Document
from billing.models.fields import money_column, percent_column
from invoicing_site.guards import FrozenWith, History, SameCompany
from invoicing_site.models.base import Owned, history


class Instalment(Owned):
    """`percent` of what is to pay or a fixed `amount`, due after `days` as the document's terms count them."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="instalments", db_constraint=False, db_index=False
    )
    position = models.PositiveSmallIntegerField()
    percent = percent_column(_("per cent"), null=True, blank=True)
    amount = money_column(_("amount"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("after days"))

    history = history()

    class Meta(Owned.Meta):
        ordering = ["position"]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["document", "position"], name="instalment_position"),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True, amount__gt=0)
                | models.Q(amount__isnull=True, percent__gt=0, percent__lte=100),
                name="instalment_one_way",
            ),
            SameCompany("document", name="instalment_document"),
            FrozenWith(name="instalment_frozen", parent="document"),
            History(name="instalment_history"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.percent or self.amount}"
