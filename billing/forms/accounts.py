"""What accounts are typed into."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models.ledger import Purpose


class AccountForm(forms.Form):
    code = forms.CharField(label=_("Number"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        required=False,
        choices=[("", _("None")), *Purpose.choices],
        help_text=_("What the books use it for by themselves; the account that had it loses it."),
    )
    is_revenue = forms.BooleanField(label=_("May be chosen on lines"), required=False)

    def clean_purpose(self) -> str | None:
        return self.cleaned_data["purpose"] or None
