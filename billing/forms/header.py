"""The head of a document: whom it bills, when, in what currency, with which texts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.forms import reading
from billing.forms.terms import TermsForm
from billing.models import Series
from billing.reports.clients import MOST, find, label_of
from billing.rules.terms import MAX_NET_DAYS
from billing.states import OFFERS, Kind
from clients.models import Client
from invoicing_site.choices import currencies, document_languages
from invoicing_site.forms import DateField
from invoicing_site.models import BankAccount, Company

TEXT_LENGTH = 5000
# What is written in the editor from nothing; the other kinds are made of another document.
STARTABLE = (Kind.INVOICE.value, *OFFERS, Kind.DEPOSIT.value)


class DayField(DateField):
    """A date within living memory: due dates are counted from it."""

    def clean(self, value: Any) -> dt.date | None:
        day: dt.date | None = super().clean(value)
        if day is not None and day.year not in reading.YEARS:
            raise ValidationError(gettext("Check the year."))
        return day


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class HeaderForm(TermsForm):
    """`of_preview` leaves the client unread: figures do not depend on it."""

    field_order = ("client", "issue_date", "supply_from", "supply_to", "net_days")

    client = forms.CharField(
        label=_("Client"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "clients", "autocomplete": "off"}),
        help_text=_("Name or number"),
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    valid_until = DayField(label=_("Valid until"), required=False, help_text=_("The last day it can be accepted"))
    external_number = forms.CharField(
        label=_("Number given elsewhere"),
        required=False,
        max_length=35,
        help_text=_("Only for documents another system issued; otherwise leave it empty"),
    )
    issue_date = DayField(label=_("Invoice date"), required=False, help_text=_("Empty: the day of issue"))
    supply_from = DayField(label=_("Supplied from"), required=False)
    supply_to = DayField(label=_("Supplied on or until"), required=False)
    net_days = forms.IntegerField(label=_("Payment term"), min_value=0, max_value=MAX_NET_DAYS)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    language = forms.ChoiceField(label=_("Language of the document"), choices=document_languages)
    prices_include_tax = forms.BooleanField(label=_("Prices include tax"), required=False)
    bank_account = forms.ChoiceField(label=_("Bank account"), required=False)
    buyer_reference = forms.CharField(label=_("Buyer reference"), required=False, max_length=60)
    purchase_order = forms.CharField(label=_("Purchase order"), required=False, max_length=60)
    contract = forms.CharField(label=_("Contract"), required=False, max_length=60)
    delivery_note = forms.CharField(label=_("Delivery note"), required=False, max_length=60)
    introduction = forms.CharField(label=_("Opening text"), required=False, max_length=TEXT_LENGTH, widget=_area(2))
    notes = forms.CharField(label=_("Closing text"), required=False, max_length=TEXT_LENGTH, widget=_area(3))

    def __init__(
        self, company: Company, banks: Sequence[BankAccount], *args: Any, of_preview: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        usual = gettext("The usual one for the currency")
        offered = [(str(bank.uuid), f"{bank.label} ({bank.currency})") for bank in banks]
        self.fields["bank_account"].choices = [("", usual), *offered]  # type: ignore[attr-defined]
        self.bank_ids = {str(bank.uuid): bank.pk for bank in banks}
        if of_preview:
            del self.fields["client"]

    def clean_client(self) -> Client:
        text = self.cleaned_data["client"]
        found = find(self.company, text)
        if not found:
            raise ValidationError(gettext("No client matches this. Choose one from the list, or add the client first."))
        if len(found) > 1:
            names = ", ".join(label_of(client) for client in found[:MOST])
            raise ValidationError(
                gettext("Several clients match: %(names)s. Write the number of the one you mean.") % {"names": names}
            )
        return found[0]

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        return kind if kind in STARTABLE else Kind.INVOICE.value

    def clean_external_number(self) -> str:
        """Only where numbers of the kind are given elsewhere at all."""
        number: str = self.cleaned_data["external_number"]
        rows = Series.objects.for_company(self.company).filter(kind=self.cleaned_data.get("kind"), is_external=True)
        return number if number and rows.exists() else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") not in OFFERS:
            data["valid_until"] = None
        return data

    def clean_introduction(self) -> str:
        return reading.text(self.cleaned_data["introduction"])

    def clean_notes(self) -> str:
        return reading.text(self.cleaned_data["notes"])
