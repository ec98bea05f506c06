"""The frozen content of an issued document, and the files made from it."""

from django.db import models

from billing.models.document import Document
from invoicing_site.guards import AppendOnly, SameCompany
from invoicing_site.models.base import Owned


class Snapshot(Owned):
    """Canonical bytes in two parts, encrypted. The chain hashes facts ‖ salted digest of parties, so erasing parties and salt
    after retention leaves it verifiable (docs/adr/0005)."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="snapshot", db_constraint=False)
    schema = models.PositiveSmallIntegerField()
    facts = models.BinaryField()
    parties = models.BinaryField()
    salt = models.BinaryField()
    parties_digest = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            SameCompany("document", name="snapshot_document"),
            AppendOnly(name="snapshot_append_only"),
        ]

    def __str__(self) -> str:
        return bytes(self.hash).hex()[:12]


class Rendition(Owned):
    """A file made from the snapshot; its bytes and hash never change."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="renditions", db_constraint=False, db_index=False
    )
    format = models.CharField(max_length=10, default="pdf")
    template = models.CharField(max_length=40)
    template_version = models.PositiveSmallIntegerField()
    blob = models.ForeignKey("invoicing_site.Blob", models.PROTECT, related_name="+", db_constraint=False)
    fingerprint = models.CharField(max_length=200)
    rendered_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(
                fields=["document", "format", "template", "template_version"], name="rendition_once"
            ),
            SameCompany("document", name="rendition_document"),
            SameCompany("blob", name="rendition_blob"),
            AppendOnly(name="rendition_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.template} {self.template_version}"


class Reading(Owned):
    """What an independent reader found printed in a rendition's stored bytes (SPEC L2): `missing` names figures it did not find."""

    rendition = models.OneToOneField(Rendition, models.PROTECT, related_name="reading", db_constraint=False)
    figures = models.PositiveIntegerField()
    missing = models.JSONField(default=list)
    read_at = models.DateTimeField()

    class Meta(Owned.Meta):
        constraints = [
            *Owned.Meta.constraints,
            SameCompany("rendition", name="reading_rendition"),
            AppendOnly(name="reading_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.figures} figures, {len(self.missing)} missing"
