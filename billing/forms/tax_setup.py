"""What a company's own ways of deciding taxes are typed into."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import TaxCode
from billing.models.tax_setup import TaxClass, Zone
from invoicing_site.models import Company


class MappingForm(forms.Form):
    zone = forms.ChoiceField(label=_("Where it goes"), choices=Zone.choices)
    tax_class = forms.ChoiceField(label=_("Class"), choices=TaxClass.choices)
    tax_code = forms.ChoiceField(label=_("Tax"))

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taxes = TaxCode.objects.for_company(company).filter(archived_at=None).order_by("code")
        self.fields["tax_code"].choices = [(str(row.uuid), f"{row.code} – {row.name}") for row in taxes]  # type: ignore[attr-defined]


class SalesTaxForm(forms.Form):
    table = forms.FileField(
        label=_("CSV file"),
        max_length=200,
        help_text=_("Columns: region, prefix, name, rate, valid_from, valid_to. Dates as 2026-01-31."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class EngineForm(forms.Form):
    url = forms.CharField(
        label=_("Address"), max_length=300, widget=forms.TextInput({"placeholder": "https://", "inputmode": "url"})
    )
    secret = forms.CharField(
        label=_("Where the key is"),
        max_length=200,
        help_text=_("Where the operator put it for this company. Never the key itself."),
        widget=forms.TextInput({"placeholder": "file:tax-engine.key"}),
    )
