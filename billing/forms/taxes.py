"""What taxes and their rates are typed into."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.tax import Category
from invoicing_site.forms import DateField, DecimalField


def rate_field() -> DecimalField:
    return DecimalField(
        label=pgettext_lazy("tax", "Rate"), max_digits=9, decimal_places=6, min_value=Decimal(0), max_value=Decimal(100)
    )


class TaxForm(forms.Form):
    """What later documents print."""

    name = forms.CharField(label=_("Name on documents"), max_length=60)
    printed = forms.CharField(
        label=_("Reason printed on documents"),
        required=False,
        max_length=200,
        help_text=_("What the law wants written where no tax is charged"),
    )


class NewTaxForm(TaxForm):
    code = forms.CharField(label=_("Code"), max_length=12, help_text=_("What you call it, such as DE19"))
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices, initial=Category.STANDARD)
    rate = rate_field()
    valid_from = DateField(label=_("Valid from"))
    field_order = ("code", "category", "name", "rate", "valid_from", "printed")


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
