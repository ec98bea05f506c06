"""Forms that correct a document: credit it, cancel it, ask for more, give it up, use a note's credit. Each acts once."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.documents.original import Corrected
from billing.rules.credit import Billed, Choice
from billing.states import Reason
from invoicing_site.errors import BusinessError
from invoicing_site.forms import DecimalField
from invoicing_site.forms.refusals import add_business_error
from invoicing_site.once import FIELD

REST, LINES, AMOUNT = "rest", "lines", "amount"


class OnceForm(forms.Form):
    """The key is the form's own, so a second click meets the first one's answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = forms.CharField(widget=forms.HiddenInput, required=False, initial=lambda: uuid.uuid4().hex)
        self.fields = {FIELD: key, **self.fields}


def _amount(label: Any, **options: Any) -> DecimalField:
    return DecimalField(label=label, max_digits=19, decimal_places=4, **options)


class CreditForm(OnceForm):
    """What to take back: all that is left, single lines by quantity or amount, or an amount over all lines."""

    how = forms.ChoiceField(
        label=_("What to credit"),
        choices=[
            (REST, _("Everything that is left")),
            (LINES, _("Single lines")),
            (AMOUNT, _("An amount over all lines")),
        ],
        widget=forms.RadioSelect,
        initial=REST,
    )
    amount = _amount(_("Amount over all lines"), required=False)
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose")), *((r.value, r.label) for r in Reason if r != Reason.CANCELLED)]
    )
    reason = forms.CharField(
        label=_("In words"), max_length=300, required=False, help_text=_("Printed on the credit note.")
    )

    def __init__(self, *args: Any, corrected: Corrected, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_lines = [line for line in corrected.billed.lines if line.left]
        for line in self.open_lines:
            self.fields[f"q{line.id}"] = DecimalField(
                label=_("Quantity"), max_digits=19, decimal_places=6, required=False
            )
            self.fields[f"a{line.id}"] = _amount(_("Amount"), required=False)

    @property
    def rows(self) -> Iterable[tuple[Billed, forms.BoundField, forms.BoundField]]:
        """Each line with something left, and its two fields."""
        return [(line, self[f"q{line.id}"], self[f"a{line.id}"]) for line in self.open_lines]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("how") == AMOUNT and typed.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Enter the amount."))
        for line in self.open_lines if typed.get("how") == LINES else ():
            if typed.get(f"q{line.id}") is not None and typed.get(f"a{line.id}") is not None:
                self.add_error(f"a{line.id}", _("Enter a quantity or an amount, not both."))
        return typed

    def choices(self) -> list[Choice]:
        """What is taken of which line, as typed."""
        typed = self.cleaned_data
        found = [Choice(line.id, typed.get(f"q{line.id}"), typed.get(f"a{line.id}")) for line in self.open_lines]
        return [choice for choice in found if choice.quantity is not None or choice.amount is not None]

    def refuse(self, error: BusinessError) -> None:
        """At the cell of the line the error names, else where `add_business_error` puts it."""
        head, _dot, rest = (error.field or "").partition(".")
        index = rest.partition(".")[0]
        chosen = self.choices()
        if head == "lines" and index.isdigit() and int(index) < len(chosen):
            choice = chosen[int(index)]
            cell = f"{'q' if choice.quantity is not None else 'a'}{choice.line_id}"
            error = BusinessError(error.code, cell, **error.params)
        add_business_error(self, error)


class CancelForm(OnceForm):
    again = forms.BooleanField(label=_("Draft it anew, to be put right"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Printed on the credit note."))


class DebitForm(OnceForm):
    description = forms.CharField(label=_("What for"), max_length=300)
    amount = _amount(_("Amount"))
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose")), *((r.value, r.label) for r in Reason if r != Reason.CANCELLED)]
    )
    reason = forms.CharField(label=_("In words"), max_length=300, required=False)


class WriteOffForm(OnceForm):
    amount = _amount(_("Amount"))
    tax_relief = forms.BooleanField(
        label=_("Claim the tax in it back"),
        required=False,
        help_text=_("The law allows it where the claim is beyond recovery, such as in an insolvency."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Why nobody will pay it."))


class ApplyForm(OnceForm):
    """To which open document of the client how much of the credit goes."""

    document = forms.ChoiceField(label=_("Document"))
    amount = _amount(_("Amount"))

    def __init__(self, *args: Any, documents: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].choices = [(str(row.uuid), row.label) for row in documents]  # type: ignore[attr-defined]


class OutsideForm(OnceForm):
    amount = _amount(_("Amount"))
    reason = forms.CharField(label=_("How"), max_length=300, help_text=_("For example: delivered goods instead."))


class UndoForm(OnceForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays in the document's history."))
