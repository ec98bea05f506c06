"""The form of a payment provider: names, and where its secrets are. A secret itself is never typed into it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.models.gateway import Mode, Provider


class GatewayForm(forms.Form):
    provider = forms.ChoiceField(label=_("Provider"), choices=Provider.choices)
    label = forms.CharField(label=_("Name"), max_length=60, help_text=_("What you call it"))
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices, help_text=_("Test moves no money."))
    account_id = forms.CharField(
        label=_("Account at the provider"), max_length=80, required=False, help_text=_("Such as acct_1ABC; checked where given.")
    )  # fmt: skip
    api_key = forms.CharField(
        label=_("Where the secret key is"),
        max_length=200,
        help_text=_("Where the operator put it for this company. Never the key itself."),
        widget=forms.TextInput({"placeholder": "file:stripe.key"}),
    )
    webhook_secret = forms.CharField(
        label=_("Where the webhook's secret is"),
        max_length=200,
        help_text=_("Where the operator put it for this company."),
        widget=forms.TextInput({"placeholder": "file:stripe-webhook.secret"}),
    )
    part_payments = forms.BooleanField(label=_("Customers may pay in part"), required=False)

    def __init__(self, *args: Any, connected: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if connected:  # what it is stays
            del self.fields["provider"]
