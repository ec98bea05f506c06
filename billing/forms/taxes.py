"""What taxes and their rates are typed into."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from billing.models.tax import Category
from billing.models.tax_setup import TaxClass
from invoicing_site.choices import Choices, countries
from invoicing_site.forms import DateField, DecimalField


def rate_field() -> DecimalField:
    return DecimalField(
        label=pgettext_lazy("tax", "Rate"), max_digits=9, decimal_places=6, min_value=Decimal(0), max_value=Decimal(100)
    )


def of_countries() -> Choices:
    return [("", gettext("Our own")), *countries()]


class TaxForm(forms.Form):
    """What later documents print."""

    name = forms.CharField(label=_("Name on documents"), max_length=60)
    printed = forms.CharField(
        label=_("Reason printed on documents"),
        required=False,
        max_length=200,
        help_text=_("What the law wants written where no tax is charged"),
    )
    tax_class = forms.ChoiceField(
        label=_("Class"),
        choices=TaxClass.choices,
        required=False,
        help_text=_("Rules and products find the rate of another country by it"),
    )
    reason_code = forms.CharField(
        label=_("Code of the reason"), required=False, max_length=20, help_text=_("For e-invoices, such as VATEX-EU-AE")
    )

    def clean_tax_class(self) -> str | None:
        return self.cleaned_data["tax_class"] or None


class NewTaxForm(TaxForm):
    code = forms.CharField(label=_("Code"), max_length=12, help_text=_("What you call it, such as DE19"))
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices, initial=Category.STANDARD)
    rate = rate_field()
    valid_from = DateField(label=_("Valid from"))
    country = forms.ChoiceField(
        label=_("Country of the rate"),
        choices=of_countries,
        required=False,
        help_text=_("Only where it is not your own"),
    )
    is_compound = forms.BooleanField(label=_("Charged on the other taxes of a line too"), required=False)
    field_order = (
        "code", "category", "name", "rate", "valid_from", "printed", "tax_class", "reason_code", "country", "is_compound",
    )  # fmt: skip

    def clean_tax_class(self) -> str:
        return self.cleaned_data["tax_class"] or TaxClass.STANDARD.value


class RateForm(forms.Form):
    rate = rate_field()
    valid_from = DateField(label=_("Valid from"))
    valid_to = DateField(label=_("Valid to"), required=False, help_text=_("Empty: until further notice"))
    ends_previous = forms.BooleanField(label=_("End the rate in force the day before"), required=False, initial=True)


class EndForm(forms.Form):
    """`valid_from` tells which rate."""

    valid_from = DateField(widget=forms.HiddenInput)
    valid_to = DateField(label=_("Last day"))

    def __init__(self, *args: Any, rate: Any = None, today: dt.date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"valid_from": rate.valid_from, "valid_to": today} if rate else None)
        super().__init__(*args, **kwargs)


class WithdrawForm(forms.Form):
    valid_from = DateField(widget=forms.HiddenInput)
