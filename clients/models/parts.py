"""What belongs to a client: addresses, people, tax ids, ids in other systems."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from invoicing_site.crypto import EncryptedText
from invoicing_site.guards import History, SameCompany
from invoicing_site.models.base import Noun, Owned, history


class AddressKind(models.TextChoices):
    BILLING = "billing", _("Billing address")
    DELIVERY = "delivery", _("Delivery address")


class Address(Owned):
    client = models.ForeignKey(Client, models.CASCADE, related_name="addresses", db_constraint=False, db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=AddressKind.choices)
    attention = models.CharField(_("attention of"), max_length=120, blank=True)
    line1 = models.CharField(_("street and number"), max_length=120)
    line2 = models.CharField(_("address, second line"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("state or region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2)

    history = history()

    class Meta(Owned.Meta):
        verbose_name = _("address")
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["client", "kind"], name="address_one_per_kind"),
            SameCompany("client", name="address_client"),
            History(name="address_history"),
        ]

    def __str__(self) -> str:
        return f"{self.line1}, {self.city}"


class Contact(Noun):
    client = models.ForeignKey(Client, models.CASCADE, related_name="contacts", db_constraint=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    role = models.CharField(_("role"), max_length=60, blank=True)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("contact")
        indexes = [GinIndex(OpClass(Upper("email"), "gin_trgm_ops"), name="contact_email_part")]
        constraints = [
            *Noun.Meta.constraints,
            SameCompany("client", name="contact_client"),
            History(name="contact_history"),
        ]

    def __str__(self) -> str:
        return self.name


class TaxId(Owned):
    """Encrypted; `value_digest` finds it again exactly (case and punctuation aside)."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="tax_ids", db_constraint=False, db_index=False)
    scheme = models.CharField(_("kind of tax id"), max_length=10)
    value = EncryptedText(_("tax id"), label="client.tax_id")
    value_digest = models.BinaryField(max_length=32)

    history = history()

    class Meta(Owned.Meta):
        verbose_name = _("tax id")
        indexes = [models.Index(fields=["company", "value_digest"], name="taxid_search")]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["client", "scheme"], name="taxid_one_per_scheme"),
            SameCompany("client", name="taxid_client"),
            History(name="taxid_history"),
        ]

    def __str__(self) -> str:
        return self.scheme


class ExternalId(Owned):
    client = models.ForeignKey(Client, models.CASCADE, related_name="external_ids", db_constraint=False, db_index=False)
    system = models.CharField(_("system"), max_length=40)
    value = models.CharField(_("id in that system"), max_length=120)

    history = history()

    class Meta(Owned.Meta):
        verbose_name = _("external id")
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["client", "system"], name="externalid_one_per_system"),
            models.UniqueConstraint(fields=["company", "system", "value"], name="externalid_once"),
            SameCompany("client", name="externalid_client"),
            History(name="externalid_history"),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"
