"""What exchange rates are typed into: either way round, as banks quote them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.rules.rates import inverse
from invoicing_site.choices import Choices, currencies
from invoicing_site.forms import DateField, DecimalField
from invoicing_site.models import Company
from invoicing_site.models.base import REASON

BASE, FOREIGN = "base", "foreign"


def _reasoned(data: dict[str, Any]) -> dict[str, Any]:
    """A reason belongs to what is accepted with it, and to nothing else."""
    return data | {"reason": ""} if data.get("reason") and not data.get("accept") else data


class RateForm(forms.Form):
    currency = forms.ChoiceField(label=_("Currency"))
    rate_date = DateField(label=_("Date"))
    quoted = forms.ChoiceField(label=_("Quoted as"))
    rate = DecimalField(label=_("Rate"), max_digits=20, decimal_places=10, min_value=Decimal("1E-10"))
    source = forms.CharField(label=_("Source"), max_length=20, help_text=_("Who says so, such as ECB; it is printed."))

    def __init__(self, *args: Any, company: Company, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.data:
            self.ask_why()
        base = company.currency
        self.fields["currency"].choices = foreign(base)  # type: ignore[attr-defined]
        self.fields["quoted"].choices = [  # type: ignore[attr-defined]
            (BASE, gettext("%(base)s for 1 unit of it") % {"base": base}),
            (FOREIGN, gettext("Units of it for 1 %(base)s") % {"base": base}),
        ]
        self.fields["rate_date"].initial = today

    def ask_why(self) -> None:
        """Offer to accept the rate with a reason, once it was refused as unusual."""
        self.fields["accept"] = forms.BooleanField(label=_("The rate is right"), required=False)
        self.fields["reason"] = forms.CharField(label=_("Reason"), max_length=REASON, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("rate") and data.get("quoted") == FOREIGN:
            data["rate"] = inverse(data["rate"])
        return _reasoned(data)


class RateFilter(forms.Form):
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [("", gettext("All")), *foreign(company.currency)]  # type: ignore[attr-defined]


class RateUploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of the ECB"),
        help_text=_("XML, CSV or zip, as published: one day, the last 90 days, or all days"),
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,.zip"}),
        max_length=200,
    )
    since = DateField(label=_("Rates since"), required=False, help_text=_("Earlier days are left out."))


class StoreRatesForm(forms.Form):
    overwrite = forms.BooleanField(label=_("Replace rates entered by hand"), required=False)
    accept = forms.BooleanField(label=_("The unusual rates are right"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=REASON, required=False)

    def clean(self) -> dict[str, Any]:
        return _reasoned(super().clean() or {})


def foreign(base: str) -> Choices:
    return [(code, label) for code, label in currencies() if code != base]
