"""What number series are typed into."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models.series import Reset
from billing.rules.numbering import LARGEST_SEQ
from billing.states import Kind


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
    kind = forms.ChoiceField(
        label=_("For documents of the kind"), choices=Kind.choices, initial=Kind.INVOICE, required=False
    )
    external = forms.BooleanField(
        label=_("Numbers are given elsewhere"),
        required=False,
        help_text=_(
            "For documents of another system: numbers are typed, unique, and nothing is counted. No pattern is needed."
        ),
    )
    preferred = forms.BooleanField(label=_("Number new documents from this series"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if self.data.get("external"):
            self.fields["pattern"].required = self.fields["reset"].required = False

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.INVOICE.value


class JumpForm(forms.Form):
    next_seq = forms.IntegerField(label=_("Next running number"), min_value=1, max_value=LARGEST_SEQ)
    reason = forms.CharField(
        label=_("Reason"), max_length=100, help_text=_("The gap ledger shows it beside the numbers skipped.")
    )
