"""Proof that a client paid the tax it withheld to the authority; taken back only by an inverse row (SPEC B7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.document import Document
from billing.models.fields import money_column
from invoicing_site.guards import AppendOnly, AtMinorUnit, Capped, SameCompany
from invoicing_site.models.base import Noun


class WithholdingCertificate(Noun):
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="certificates", db_constraint=False, db_index=False
    )
    number = models.CharField(_("certificate number"), max_length=60)
    received_on = models.DateField(_("received on"))
    currency = models.CharField(max_length=3)
    amount = money_column(_("amount"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    recorded_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    class Meta(Noun.Meta):
        verbose_name = _("withholding certificate")
        verbose_name_plural = _("withholding certificates")
        ordering = ["id"]
        indexes = [models.Index(fields=["document", "id"], name="certificate_of_document")]
        constraints = [
            *Noun.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="certificate_positive"),
            models.CheckConstraint(
                condition=~models.Q(number="") & (models.Q(reverses=None) | ~models.Q(reason="")),
                name="certificate_says_why",
            ),
            AtMinorUnit("amount", name="certificate_unit"),
            SameCompany("document", name="certificate_document"),
            SameCompany("reverses", name="certificate_reverses"),
            Capped(parent="document", most="withheld", name="certificate_within_withheld"),
            AppendOnly(name="certificate_append_only"),
        ]

    def __str__(self) -> str:
        return self.number
