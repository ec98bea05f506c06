"""What issuing a document fixes: tax per rate, and when how much is due."""

from django.db import models

from billing.models.document import Document
from billing.models.fields import money_column, percent_column
from invoicing_site.guards import AppendOnly, SameCompany
from invoicing_site.models.base import Owned


class TaxTotal(Owned):
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="tax_totals", db_constraint=False, db_index=False
    )
    tax_code = models.ForeignKey("billing.TaxCode", models.PROTECT, null=True, related_name="+", db_constraint=False)
    category = models.CharField(max_length=2)
    rate = percent_column()
    base = money_column()
    amount = money_column()
    base_currency_amount = money_column()

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(
                fields=["document", "tax_code", "rate"], name="taxtotal_once", nulls_distinct=False
            ),
            SameCompany("document", name="taxtotal_document"),
            SameCompany("tax_code", name="taxtotal_tax_code"),
            AppendOnly(name="taxtotal_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.rate}: {self.amount}"


class DueItem(Owned):
    """The one target of instalments, aging and matching."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="due_items", db_constraint=False, db_index=False
    )
    due_on = models.DateField()
    amount = money_column()

    class Meta(Owned.Meta):
        ordering = ["due_on"]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["document", "due_on"], name="dueitem_once"),
            SameCompany("document", name="dueitem_document"),
            AppendOnly(name="dueitem_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"
