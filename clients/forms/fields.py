"""The forms a client is typed into, one per part."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from clients.models.client import Kind
from clients.rules.details import EINVOICE, TAX, TERMS, AddressDetails
from clients.states import Einvoice, Scheme, Term, Treatment
from invoicing_site.choices import countries, currencies, document_languages
from invoicing_site.forms import DecimalField, Row, rows_of
from invoicing_site.rules.eas import choices as schemes


class ClientForm(forms.Form):
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.COMPANY)
    number = forms.CharField(label=_("Client number"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail address for documents"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    language = forms.ChoiceField(label=_("Language of documents"), choices=document_languages)
    net_days = forms.IntegerField(label=_("Payment term in days"), required=False, min_value=0, max_value=3650)
    term = forms.ChoiceField(label=_("The term counts"), choices=Term.choices, required=False)
    term_day = forms.IntegerField(label=_("Day of the month"), required=False, min_value=0, max_value=31)
    discount_percent = DecimalField(
        label=_("Early-payment discount"), required=False, max_digits=9, decimal_places=6, min_value=Decimal(0)
    )
    discount_days = forms.IntegerField(label=_("If paid within"), required=False, min_value=0, max_value=3650)
    tax_treatment = forms.ChoiceField(
        label=_("How it is taxed"), choices=Treatment.choices, initial=Treatment.AUTO, required=False
    )
    withholding_percent = DecimalField(
        label=_("Tax the client withholds"),
        required=False,
        max_digits=9,
        decimal_places=6,
        min_value=Decimal(0),
        help_text=_("Of the net; new documents start with it"),
    )
    order_required = forms.BooleanField(label=_("Wants its purchase order on each invoice"), required=False)
    einvoice = forms.ChoiceField(label=_("Electronic invoice"), choices=Einvoice.choices, required=False)
    buyer_reference = forms.CharField(label=_("Buyer reference (Leitweg-ID)"), max_length=60, required=False)
    endpoint_scheme = forms.ChoiceField(label=_("Kind of electronic address"), choices=schemes, required=False)
    endpoint = forms.CharField(label=_("Electronic address"), max_length=60, required=False)
    notes = forms.CharField(
        label=_("Internal notes"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_tax_treatment(self) -> str:
        return self.cleaned_data["tax_treatment"] or Treatment.AUTO.value

    def clean_withholding_percent(self) -> Decimal:
        return self.cleaned_data["withholding_percent"] or Decimal(0)

    def clean_term_day(self) -> int:
        return self.cleaned_data["term_day"] or 0

    def clean_discount_percent(self) -> Decimal:
        return self.cleaned_data["discount_percent"] or Decimal(0)

    def clean_discount_days(self) -> int:
        return self.cleaned_data["discount_days"] or 0

    @staticmethod
    def stored(client: Client) -> dict[str, Any]:
        names = ("revision", "name", "kind", "number", "email", "phone", "currency", "language", "net_days", "notes")
        return {name: getattr(client, name) for name in (*names, *TERMS, *TAX, *EINVOICE)}


class AddressForm(forms.Form):
    """All blank is no address; the country alone, which comes filled in, is blank too."""

    attention = forms.CharField(label=_("Attention of"), max_length=120, required=False)
    line1 = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    line2 = forms.CharField(label=_("Address, second line"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    region = forms.CharField(label=_("State or region"), max_length=80, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=countries, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.typed():
            for name in ("line1", "city", "country"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return data

    def typed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "country")

    def details(self) -> AddressDetails | None:
        return AddressDetails(**self.cleaned_data) if self.typed() else None


class ContactForm(Row):
    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.CharField(label=_("Role"), max_length=60, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class TaxIdForm(Row):
    scheme = forms.ChoiceField(label=_("Kind of tax id"), choices=Scheme.choices, initial=Scheme.VAT)
    value = forms.CharField(label=_("Tax id"), max_length=60)


class ExternalIdForm(Row):
    system = forms.CharField(label=_("System"), max_length=40)
    value = forms.CharField(label=_("Id in that system"), max_length=120)


Contacts = rows_of(ContactForm)
TaxIds = rows_of(TaxIdForm, max_num=10)
ExternalIds = rows_of(ExternalIdForm, max_num=20)
