"""Files that go with a document: chosen on the draft, frozen with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.document import Document
from invoicing_site.guards import FrozenWith, History, SameCompany
from invoicing_site.models.base import Noun, history


class Attachment(Noun):
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="attachments", db_constraint=False, db_index=False
    )
    name = models.CharField(_("file name"), max_length=80)
    blob = models.ForeignKey("invoicing_site.Blob", models.PROTECT, related_name="+", db_constraint=False)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("attachment")
        ordering = ["name"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["document", "name"], name="attachment_name_once"),
            SameCompany("document", name="attachment_document"),
            SameCompany("blob", name="attachment_blob"),
            FrozenWith(name="attachment_frozen", parent="document"),
            History(name="attachment_history"),
        ]

    def __str__(self) -> str:
        return self.name
