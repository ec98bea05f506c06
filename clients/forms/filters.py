"""What the list of clients can be narrowed by; it stands in the URL."""

from django import forms
from django.utils.translation import gettext_lazy as _

STATES = (("", _("Active")), ("archived", _("Archived")), ("all", _("All")))


class ClientFilter(forms.Form):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, number, e-mail, tax id")}),
    )
    state = forms.ChoiceField(label=_("Show"), choices=STATES, required=False)
