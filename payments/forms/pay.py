"""What a customer chooses to pay: documents of one client in one currency, in part where that is allowed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from payments.actions.allocate import Share
from payments.forms.fields import AmountField, MoneyForm, plain


class PayForm(MoneyForm):
    """For each of `documents` whether it is paid, and how much of it where `part` payments are taken.

    A single document needs no tick of the reader's. `group` tells the forms of one page apart.
    """

    def __init__(
        self, *args: Any, documents: Sequence[Any], part: bool, chosen: Sequence[Any] = (), **kwargs: Any
    ) -> None:
        self.group = f"{documents[0].client.uuid.hex}-{documents[0].currency}"
        super().__init__(*args, auto_id=f"{self.group}_%s", **kwargs)
        self.documents, self.part = list(documents), part
        self.fields["group"] = forms.CharField(widget=forms.HiddenInput, initial=self.group)
        for document in self.documents:
            key, label = document.uuid.hex, {"number": document.number}
            # A lone document is named too: another may have been chosen on the page, and be settled by now.
            several = len(self.documents) > 1
            self.fields[f"pay_{key}"] = forms.BooleanField(
                label=gettext("Pay %(number)s") % label,
                required=False,
                initial=not several or not chosen or document.uuid in chosen,
                widget=forms.CheckboxInput if several else forms.HiddenInput,
            )
            if part:
                self.fields[f"amount_{key}"] = AmountField(
                    label=gettext("Amount for %(number)s") % label,
                    required=False,
                    initial=plain(document.open_amount, document.currency),
                )

    @property
    def client(self) -> Any:
        return self.documents[0].client

    @property
    def currency(self) -> str:
        return str(self.documents[0].currency)

    def rows(self) -> list[dict[str, Any]]:
        """Each document with its fields, for the page."""
        return [
            {
                "document": document,
                "pay": self[f"pay_{document.uuid.hex}"],
                "amount": self[f"amount_{document.uuid.hex}"] if self.part else None,
            }
            for document in self.documents
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.shares():
            raise forms.ValidationError(_("Choose at least one document to pay."))
        return cleaned

    def shares(self) -> list[Share]:
        """What the valid form asks for; an amount left blank is the whole of what is open."""
        return [Share(document.uuid, self._amount(document)) for document in self._chosen()]

    def refuse(self, error: BusinessError) -> None:
        """The verb's sentence at the document it is about."""
        head, _dot, index = (error.field or "").partition(".")
        chosen = self._chosen()
        field = None
        if head == "shares" and index.isdigit() and int(index) < len(chosen):
            key = chosen[int(index)].uuid.hex
            field = next((name for name in (f"amount_{key}", f"pay_{key}") if name in self.fields), None)
        self.add_error(field, sentence(error))

    def _chosen(self) -> list[Any]:
        data = self.cleaned_data
        return [row for row in self.documents if data.get(f"pay_{row.uuid.hex}")]

    def _amount(self, document: Any) -> Decimal:
        typed: Decimal | None = self.cleaned_data.get(f"amount_{document.uuid.hex}")
        whole: Decimal = document.open_amount
        return whole if typed is None else typed
