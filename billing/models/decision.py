"""What a tax engine outside said of a draft: kept beside the revision it was asked about (SPEC B7)."""

from django.db import models

from billing.models.document import Document
from invoicing_site.guards import FrozenWith, SameCompany
from invoicing_site.models.base import Owned


class TaxDecision(Owned):
    """`engine` is what the document will say (``remote/3``, ``own/1 (fallback)``), `question` the digest of what was asked
    without amounts, `answer` the taxes by line as the engine gave them; they go with the draft and freeze with it."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="tax_decisions", db_constraint=False, db_index=False
    )
    revision = models.PositiveIntegerField()
    engine = models.CharField(max_length=40)
    question = models.CharField(max_length=64)
    answer = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta(Owned.Meta):
        indexes = [models.Index(fields=["company", "question", "-decided_at"], name="taxdecision_by_question")]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["document", "revision"], name="taxdecision_once"),
            SameCompany("document", name="taxdecision_document"),
            FrozenWith(parent="document", name="taxdecision_frozen"),
        ]

    def __str__(self) -> str:
        return self.engine
