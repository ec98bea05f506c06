"""One answer per key: API writes and money forms of the UI share this table (docs/adr/0006)."""

from django.db import models

from invoicing_site.models.base import Owned


class Idempotency(Owned):
    user = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)
    location = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["company", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return self.key
