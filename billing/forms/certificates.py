"""What a certificate of withheld tax is typed into."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from invoicing_site.forms import DateField, DecimalField


class CertificateForm(forms.Form):
    number = forms.CharField(label=_("Certificate number"), max_length=60)
    received_on = DateField(label=_("Received on"))
    amount = DecimalField(label=_("Amount"), max_digits=19, decimal_places=4, min_value=Decimal(0))


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", False)
        super().__init__(*args, **kwargs)
