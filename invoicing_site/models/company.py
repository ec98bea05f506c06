"""The seller, and the bank accounts its customers pay to."""

import uuid
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.crypto import EncryptedText
from invoicing_site.guards import History
from invoicing_site.models.base import Noun, history


class CompanyQuerySet(models.QuerySet["Company"]):
    def visible_to(self, user: Any) -> Self:
        """Companies of which `user` is a current member."""
        from invoicing_site.models.membership import Membership

        return self.filter(pk__in=Membership.objects.current().filter(user=user).values("company_id"))


class Company(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("address in the URL"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    legal_name = models.CharField(_("legal name"), max_length=160)
    line1 = models.CharField(_("street and number"), max_length=120)
    line2 = models.CharField(_("address, second line"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("state or region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.CharField(_("website"), max_length=120, blank=True)
    contact_name = models.CharField(_("person to ask"), max_length=120, blank=True)
    endpoint_scheme = models.CharField(_("scheme of the electronic address"), max_length=4, blank=True)
    endpoint = models.CharField(_("electronic address"), max_length=60, blank=True)
    register = models.CharField(_("commercial register"), max_length=120, blank=True)
    managers = models.CharField(_("managing directors"), max_length=200, blank=True)
    vat_id = EncryptedText(_("VAT id"), label="company.vat_id", default="", blank=True)
    tax_number = EncryptedText(_("tax number"), label="company.tax_number", default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    currency = models.CharField(_("base currency"), max_length=3)
    language = models.CharField(_("language of documents"), max_length=5, default="en")
    net_days = models.PositiveSmallIntegerField(_("payment term in days"), default=14)
    small_business = models.BooleanField(_("small business, charges no tax"), default=False)
    oss = models.BooleanField(_("declares distance sales through the One Stop Shop"), default=False)
    tax_currency = models.CharField(_("currency of tax returns"), max_length=3, blank=True)
    tax_rounding = models.CharField(_("tax is rounded"), max_length=10, default="document")
    cash_unit = models.DecimalField(_("round what is to pay to"), max_digits=19, decimal_places=4, default=Decimal(0))
    data_region = models.CharField(_("data region"), max_length=20, default="EU")
    document_notes = models.TextField(_("closing text on documents"), blank=True)
    logo = models.ForeignKey("invoicing_site.Blob", models.PROTECT, null=True, blank=True, related_name="+")
    access_reviewed_on = models.DateField(_("access last reviewed"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    history = history()
    objects: ClassVar[Any] = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]
        constraints = [History(name="company_history")]

    def __str__(self) -> str:
        return self.name


class BankAccount(Noun):
    """Where customers pay. Changing one is a step-up action; the number is encrypted (SPEC S2)."""

    label = models.CharField(_("label"), max_length=60)
    holder = models.CharField(_("account holder"), max_length=120)
    iban = EncryptedText(_("IBAN"), label="bank.iban", default="", blank=True)
    bic = models.CharField(
        _("BIC"), max_length=11, blank=True, validators=[RegexValidator(r"^[A-Z0-9]{8}([A-Z0-9]{3})?$")]
    )
    bank_name = models.CharField(_("bank"), max_length=80, blank=True)
    account_number = EncryptedText(_("account number"), label="bank.account_number", default="", blank=True)
    routing_number = models.CharField(_("routing number"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    is_default = models.BooleanField(_("print on documents in this currency"), default=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["label"]
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["company", "currency"],
                condition=models.Q(is_default=True, archived_at=None),
                name="bankaccount_one_default",
            ),
            History(name="bankaccount_history"),
        ]

    def __str__(self) -> str:
        return self.label
