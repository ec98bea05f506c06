"""Forms of the company's own settings; the verbs judge what they hold."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from invoicing_site.choices import countries, currencies, languages, time_zones
from invoicing_site.forms.fields import DecimalField
from invoicing_site.models import BankAccount, Company
from invoicing_site.rules.eas import choices as schemes
from invoicing_site.states import TaxRounding

if TYPE_CHECKING:
    OfCompany = forms.ModelForm[Company]
    OfBankAccount = forms.ModelForm[BankAccount]
else:
    OfCompany = OfBankAccount = forms.ModelForm


class CompanyForm(OfCompany):
    """Details documents carry. Slug, base currency and data region are settled and stand on the page as facts."""

    country = forms.ChoiceField(label=_("Country"), choices=countries)
    language = forms.ChoiceField(label=_("Language of documents"), choices=languages)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    fiscal_year_start = forms.TypedChoiceField(
        label=_("First month of the fiscal year"), coerce=int, choices=lambda: list(MONTHS.items())
    )
    net_days = forms.IntegerField(label=_("Payment term in days"), min_value=0, max_value=3650)
    vat_id = forms.CharField(label=_("VAT id"), required=False, max_length=40)
    tax_number = forms.CharField(label=_("Tax number"), required=False, max_length=40)
    tax_currency = forms.ChoiceField(
        label=_("Currency of tax returns"),
        choices=lambda: [("", _("The base currency")), *currencies()],
        required=False,
        help_text=_("Documents in another currency state their tax in this one too."),
    )
    endpoint_scheme = forms.ChoiceField(label=_("Kind of electronic address"), choices=schemes, required=False)
    tax_rounding = forms.ChoiceField(
        label=_("Tax is rounded"),
        choices=TaxRounding.choices,
        required=False,
        help_text=_("E-invoices in the EU are rounded once per rate."),
    )
    cash_unit = DecimalField(
        label=_("Round what is to pay to"),
        required=False,
        max_digits=19,
        decimal_places=4,
        help_text=_("The smallest coin, such as 0.05; empty for none"),
    )

    class Meta:
        model = Company
        fields = (
            "name", "legal_name", "line1", "line2", "postcode", "city", "region", "country", "email", "phone", "website",
            "register", "managers", "vat_id", "tax_number", "time_zone", "fiscal_year_start", "language", "net_days",
            "small_business", "oss", "tax_currency", "tax_rounding", "cash_unit", "document_notes", "contact_name", "endpoint_scheme", "endpoint",
        )  # fmt: skip
        widgets = {"document_notes": forms.Textarea(attrs={"rows": 3})}

    def clean_tax_rounding(self) -> str:
        return self.cleaned_data["tax_rounding"] or TaxRounding.DOCUMENT.value

    def clean_cash_unit(self) -> Decimal:
        return self.cleaned_data["cash_unit"] or Decimal(0)

    def _post_clean(self) -> None:
        """The verb fills the company: a refused form must not leave its values in the one the page shows."""


class LogoForm(forms.Form):
    logo = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG or JPEG, at most 1 MB and 4,000 × 4,000 pixels"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        max_length=200,
    )


class BankAccountForm(OfBankAccount):
    iban = forms.CharField(label=_("IBAN"), required=False, max_length=42)
    bic = forms.CharField(label=_("BIC"), required=False, max_length=15)
    account_number = forms.CharField(label=_("Account number"), required=False, max_length=40)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)

    class Meta:
        model = BankAccount
        fields = (
            "label", "holder", "bank_name", "currency", "iban", "bic", "account_number", "routing_number", "is_default",
        )  # fmt: skip

    def _post_clean(self) -> None:
        """As above."""
