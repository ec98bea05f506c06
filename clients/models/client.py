"""The buyer: a company or a person."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from clients.rules.naming import sort_name
from clients.states import Einvoice, Treatment
from invoicing_site.guards import History
from invoicing_site.models.base import Noun, OwnedQuerySet, history


class Kind(models.TextChoices):
    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class ClientQuerySet(OwnedQuerySet):
    def active(self) -> Self:
        return self.filter(archived_at=None)

    def named(self, text: str) -> Self:
        """Clients whose name contains `text`, case and accents aside; folded in Python, so every server agrees on ß and ü."""
        return self.filter(sort_name__contains=sort_name(text))

    def search(self, text: str) -> Self:
        """Clients whose name, number, contact or external id contains `text`, or whose tax id equals it.

        A union of indexed look-ups: an OR across tables would scan (PERFORMANCE 3).
        """
        from clients.models.parts import Contact, ExternalId, TaxId
        from invoicing_site.crypto import digest

        wanted = text.strip()
        upper = wanted.upper()
        ids = (
            self.model.objects.named(wanted)
            .values("pk")
            .union(
                self.model.objects.filter(number__iexact=wanted).values("pk"),
                Contact.objects.annotate(upper_email=Upper("email"))
                .filter(upper_email__contains=upper)
                .values("client_id"),
                ExternalId.objects.filter(value=wanted).values("client_id"),
                TaxId.objects.filter(value_digest=digest(wanted, "client.tax_id")).values("client_id"),
            )
        )
        return self.filter(pk__in=ids)


class Client(Noun):
    number = models.CharField(_("client number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    name = models.CharField(_("name"), max_length=160)
    sort_name = models.CharField(max_length=160, db_collation="C", editable=False)
    language = models.CharField(_("language"), max_length=5, default="en")
    currency = models.CharField(_("currency"), max_length=3)
    term = models.CharField(_("payment term"), max_length=10, blank=True)
    net_days = models.PositiveSmallIntegerField(_("payment term in days"), null=True, blank=True)
    term_day = models.PositiveSmallIntegerField(_("day of the month"), default=0)
    discount_percent = models.DecimalField(
        _("early-payment discount %"), max_digits=9, decimal_places=6, default=Decimal(0)
    )
    discount_days = models.PositiveSmallIntegerField(_("discount within days"), default=0)
    withholding_percent = models.DecimalField(_("tax withheld %"), max_digits=9, decimal_places=6, default=Decimal(0))
    tax_treatment = models.CharField(_("tax"), max_length=10, default="auto")
    einvoice = models.CharField(_("electronic invoice"), max_length=10, blank=True)
    endpoint_scheme = models.CharField(_("scheme of the electronic address"), max_length=4, blank=True)
    endpoint = models.CharField(_("electronic address"), max_length=60, blank=True)
    buyer_reference = models.CharField(_("buyer reference"), max_length=60, blank=True)
    order_required = models.BooleanField(_("wants a purchase order on each invoice"), default=False)
    email = models.EmailField(_("e-mail address for documents"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    notes = models.TextField(_("internal notes"), blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    history = history()
    objects: ClassVar[Any] = ClientQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["company", "sort_name", "id"], name="client_by_name"),
            GinIndex(fields=["sort_name"], opclasses=["gin_trgm_ops"], name="client_name_part"),
        ]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(fields=["company", "number"], name="client_number_once"),
            History(name="client_history"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def treatment_name(self) -> str:
        return str(Treatment(self.tax_treatment).label)

    @property
    def einvoice_name(self) -> str:
        return str(Einvoice(self.einvoice).label)
