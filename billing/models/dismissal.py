"""That a person looked at two documents and said: no duplicate (SPEC B5). A copy of a draft is a new document and keeps none."""

from django.db import models

from billing.models.document import Document
from invoicing_site.guards import FrozenWith, SameCompany
from invoicing_site.models.base import Owned


class Dismissal(Owned):
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="dismissals", db_constraint=False, db_index=False
    )
    candidate = models.ForeignKey(Document, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    dismissed_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField()

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["document", "candidate"], name="dismissal_once"),
            SameCompany("document", name="dismissal_document"),
            SameCompany("candidate", name="dismissal_candidate"),
            FrozenWith(name="dismissal_frozen", parent="document"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} is not {self.candidate_id}"
