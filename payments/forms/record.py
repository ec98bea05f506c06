"""The form of a payment as it came in, and of a refund made outside."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from invoicing_site.errors import BusinessError
from invoicing_site.forms import DateField
from invoicing_site.messages import sentence
from invoicing_site.money import is_at_minor_unit
from payments.forms.fields import AmountField, MoneyForm, currency_choices
from payments.states import BY_HAND, Method


class PaymentForm(MoneyForm):
    amount = AmountField(label=_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"))
    received_on = DateField(label=_("Received on"))
    method = forms.ChoiceField(label=_("Method"), choices=[(each.value, each.label) for each in BY_HAND])
    reference = forms.CharField(
        label=_("Reference"), max_length=140, required=False, help_text=_("As on the bank statement or the cheque.")
    )
    another = forms.BooleanField(label=_("This is another payment, record it too"), required=False)

    def __init__(self, *args: Any, currencies: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = currency_choices(currencies)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        amount, currency = cleaned.get("amount"), cleaned.get("currency")
        if amount is not None and currency and not (amount > 0 and is_at_minor_unit(amount, currency)):
            self.add_error("amount", sentence(BusinessError("payment.amount")))
        return cleaned


class RefundForm(MoneyForm):
    amount = AmountField(label=_("Amount"))
    refunded_on = DateField(label=_("Refunded on"))
    method = forms.ChoiceField(label=_("Method"), choices=[(each.value, each.label) for each in BY_HAND])
    reference = forms.CharField(label=_("Reference"), max_length=140, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays in the history."))


class CreditRefundForm(RefundForm):
    """Paying out a credit note; `online` where the payment provider can give it back."""

    def __init__(self, *args: Any, online: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if online:
            choice = (Method.ONLINE.value, _("The way it was paid, through the provider"))
            self.fields["method"].choices = [choice, *self.fields["method"].choices]  # type: ignore[attr-defined]


class OrderForm(MoneyForm):
    """A refund the provider makes: it knows whom to pay back and how."""

    amount = AmountField(label=_("Amount"))
    unapply = forms.BooleanField(
        label=_("Take the money back from documents where needed"),
        required=False,
        help_text=_("The newest first; they open again by that amount."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays in the history."))


class FilterForm(forms.Form):
    """The list's filters, all in the URL. `client` is part of a name or number when typed, a uuid in links."""

    q = forms.CharField(label=_("Reference"), required=False, max_length=140)
    client = forms.CharField(label=_("Client"), required=False, max_length=160)
    method = forms.ChoiceField(label=_("Method"), required=False, choices=[("", _("All")), *Method.choices])
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("To"), required=False)
    unapplied = forms.BooleanField(label=_("Unapplied only"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, dt.date) and isinstance(until, dt.date) and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return cleaned
