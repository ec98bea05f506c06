"""An e-invoice somebody sent us: the file as it came, and what it states."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.fields import money_column
from invoicing_site.guards import AppendOnly, SameCompany
from invoicing_site.models.base import Noun, OwnedQuerySet


class Received(Noun):
    """`stated` is the reading (billing/documents/received) as JSON, encrypted; the other columns repeat of it what lists show.

    The same file is received once. Amounts are what the sender wrote: nothing is counted here.
    """

    blob = models.ForeignKey("invoicing_site.Blob", models.PROTECT, related_name="+", db_constraint=False)
    name = models.CharField(_("file"), max_length=200)
    syntax = models.CharField(max_length=3)
    type_code = models.CharField(max_length=4)
    number = models.CharField(_("number"), max_length=100)
    issuer = models.CharField(_("sender"), max_length=200)
    issue_date = models.DateField(_("date"), null=True)
    due_date = models.DateField(_("due on"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    payable = money_column(_("to pay"))
    stated = models.BinaryField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+", db_index=False)

    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("received e-invoice")
        verbose_name_plural = _("received e-invoices")
        ordering = ["-id"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "blob"], name="received_once"),
            SameCompany("blob", name="received_blob"),
            AppendOnly(name="received_append_only"),
        ]

    def __str__(self) -> str:
        return self.number
