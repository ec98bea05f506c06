"""The small forms of offers, deposits and opening balances."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.forms.header import DayField
from billing.reports.clients import find
from clients.models import Client
from invoicing_site.choices import currencies
from invoicing_site.forms import DecimalField
from invoicing_site.models import Company
from invoicing_site.once import FIELD

ACCEPT, DECLINE = "accepted", "declined"


class AnswerForm(forms.Form):
    """Two buttons named `answer` send it; the name is typed by whoever answers."""

    said_by = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)


class OfficeAnswerForm(AnswerForm):
    said_by = forms.CharField(label=_("Who said so"), max_length=120)
    answer = forms.ChoiceField(label=_("Answer"), choices=[(ACCEPT, _("Accepted")), (DECLINE, _("Declined"))])
    field_order = ("answer", "said_by", "note")


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays in the document's history."))


class DepositForm(forms.Form):
    """Percent or amount; the verb says which is missing or too much."""

    percent = DecimalField(label=_("Per cent of the whole"), required=False, max_digits=9, decimal_places=6)
    amount = DecimalField(label=_("or amount, tax included"), required=False, max_digits=19, decimal_places=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = forms.CharField(widget=forms.HiddenInput, required=False, initial=lambda: uuid.uuid4().hex)
        self.fields = {FIELD: key, **self.fields}


class OpeningForm(forms.Form):
    client = forms.CharField(
        label=_("Client"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "clients", "autocomplete": "off"}),
        help_text=_("Name or number"),
    )
    number = forms.CharField(label=_("Number of the invoice"), max_length=35)
    issue_date = DayField(label=_("Invoice date"))
    due_on = DayField(label=_("Due on"))
    amount = DecimalField(
        label=_("Still unpaid"), max_digits=19, decimal_places=4, help_text=_("With tax, as the client owes it")
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    text = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, company: Company, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_client(self) -> Client:
        found = find(self.company, self.cleaned_data["client"])
        if len(found) != 1:
            raise ValidationError(
                gettext("Several clients match. Write the number of the one you mean.")
                if found
                else gettext("No client matches this. Choose one from the list, or add the client first.")
            )
        return found[0]
