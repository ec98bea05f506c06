"""Taking in an e-invoice, and choosing whom a draft from it is for."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.reports.clients import MOST, find, label_of
from clients.models import Client
from invoicing_site.models import Company


class ReceiveForm(forms.Form):
    einvoice = forms.FileField(
        label=_("E-invoice"),
        help_text=_("XML (XRechnung, Peppol, UBL, CII) or a PDF with one in it (Factur-X, ZUGFeRD)"),
        widget=forms.FileInput(attrs={"accept": ".xml,.pdf,application/xml,text/xml,application/pdf"}),
        max_length=200,
    )


class DraftFromForm(forms.Form):
    client = forms.CharField(
        label=_("Client"), max_length=200, widget=forms.TextInput(attrs={"list": "clients", "autocomplete": "off"})
    )

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        self.company = company
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def clean_client(self) -> Client:
        found = find(self.company, self.cleaned_data["client"])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(gettext("No client matches this. Choose one from the list, or add the client first."))
        names = ", ".join(label_of(client) for client in found[:MOST])
        raise ValidationError(
            gettext("Several clients match: %(names)s. Write the number of the one you mean.") % {"names": names}
        )
