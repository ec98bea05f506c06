"""The outcome of one prove_books run; the newest one is the dashboard's badge."""

from django.db import models

from invoicing_site.guards import AppendOnly
from invoicing_site.models.base import Noun


class Proof(Noun):
    as_of = models.DateField()
    proven_at = models.DateTimeField()
    checks = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    differences = models.JSONField(default=list)

    class Meta(Noun.Meta):
        ordering = ["-id"]
        constraints = [*Noun.Meta.constraints, AppendOnly(name="proof_append_only")]

    def __str__(self) -> str:
        return f"{self.as_of}: {len(self.differences)}"
