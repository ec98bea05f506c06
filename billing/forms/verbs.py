"""The small forms on a document's page: void it, note its delivery."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.header import DayField
from invoicing_site.once import FIELD


class VoidForm(forms.Form):
    """Acts once: the key is the form's own, so a second click meets the first one's answer."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays in the document's history."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        key = forms.CharField(widget=forms.HiddenInput, required=False, initial=lambda: uuid.uuid4().hex)
        self.fields = {FIELD: key, **self.fields}


class DeliveryForm(forms.Form):
    on = DayField(label=_("Handed over or posted on"))
