"""What number series are typed into."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models.series import Reset
from billing.rules.numbering import LARGEST_SEQ


class SeriesForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    pattern = forms.CharField(
        label=_("Pattern"),
        max_length=40,
        help_text=_("{seq} is the running number, {seq:05} at least five digits; {year}, {yy} and {month} the date."),
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
    )
    reset = forms.ChoiceField(label=_("Starts again"), choices=Reset.choices, initial=Reset.YEARLY)


class NewSeriesForm(SeriesForm):
    preferred = forms.BooleanField(label=_("Number new documents from this series"), required=False)


class JumpForm(forms.Form):
    next_seq = forms.IntegerField(label=_("Next running number"), min_value=1, max_value=LARGEST_SEQ)
    reason = forms.CharField(
        label=_("Reason"), max_length=100, help_text=_("The gap ledger shows it beside the numbers skipped.")
    )
