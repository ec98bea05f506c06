"""The stored PDF that says a payment came; one for each payment, language and template version."""

from django.db import models

from invoicing_site.guards import AppendOnly, SameCompany
from invoicing_site.models.base import Noun
from payments.models.payment import Payment


class PaymentReceipt(Noun):
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts", db_constraint=False, db_index=False)
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=40)
    blob = models.ForeignKey("invoicing_site.Blob", models.PROTECT, related_name="+", db_constraint=False)
    rendered_at = models.DateTimeField()

    class Meta(Noun.Meta):
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["payment", "language", "template"], name="paymentreceipt_once"),
            SameCompany("payment", name="paymentreceipt_payment"),
            SameCompany("blob", name="paymentreceipt_blob"),
            AppendOnly(name="paymentreceipt_append_only"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
