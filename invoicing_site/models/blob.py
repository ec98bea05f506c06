"""A stored file: its bytes are in the file store, encrypted, named by their SHA-256 (SPEC O6)."""

from django.db import models

from invoicing_site.guards import AppendOnly
from invoicing_site.models.base import Noun


class Blob(Noun):
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=80)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta(Noun.Meta):
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "sha256"], name="blob_by_content"),
            AppendOnly(name="blob_append_only"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
