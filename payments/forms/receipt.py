"""Sending a receipt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.forms.fields import MoneyForm


class SendForm(MoneyForm):
    """To whom the receipt goes."""

    recipient = forms.EmailField(label=_("E-mail address"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="send_%s", **kwargs)
