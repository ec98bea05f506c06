"""What a layout is typed into: places as numbers, so that blocks and columns can be moved without a script."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models.layout import Look
from billing.rules.layout import BLOCKS, COLUMNS, DEFAULTS, LOGOS, REQUIRED, TEXT_LENGTH, WORD_LENGTH, WORDS
from invoicing_site.choices import document_languages

BLOCK_NAMES = {
    "introduction": _("Introduction"), "table": _("Lines"), "totals": _("Totals"), "reasons": _("Reasons for no tax"),
    "exchange": _("Exchange rates"), "payment": _("Payment"), "notes": _("Notes"),
}  # fmt: skip
COLUMN_NAMES = {
    "position": _("Position"), "sku": _("Item number"), "description": _("Description"), "quantity": _("Quantity"),
    "unit_price": _("Unit price"), "discount": _("Discount"), "tax": _("Tax"), "cost_center": _("Cost center"),
    "service": _("Service period"), "amount": _("Amount"),
}  # fmt: skip
WORD_NAMES = COLUMN_NAMES | {
    "sku_head": _("Item number"), "service_head": _("Service period"), "subtotal": _("Subtotal"), "net": _("Net amount"),
    "total": _("Total"), "payment": _("Payment"), "number": _("Number"), "issue_date": _("Date"),
    "supply_date": _("Supply date"), "supply_period": _("Supply period"), "due_date": _("Due"),
    "customer_number": _("Customer number"), "buyer_reference": _("Your reference"), "purchase_order": _("Purchase order"),
    "contract": _("Contract"), "delivery_note": _("Delivery note"), "project": _("Project"),
}  # fmt: skip
LOGO_NAMES = {"left": _("On the left"), "center": _("In the middle"), "right": _("On the right")}
MONO = {"class": "mono", "spellcheck": "false", "autocomplete": "off"}


class LayoutForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    language = forms.ChoiceField(label=_("For documents in"), required=False)
    look = forms.ChoiceField(label=_("Look"), choices=[each for each in Look.choices if each[0] != Look.CUSTOM])
    accent = forms.CharField(
        label=_("Colour"), max_length=7, widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Dark enough to be read on white."),
    )  # fmt: skip
    logo = forms.ChoiceField(label=_("Logo"), choices=[(name, LOGO_NAMES[name]) for name in LOGOS])
    opening = forms.CharField(
        label=_("Introduction"), max_length=TEXT_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Printed where a document has none of its own."),
    )  # fmt: skip
    closing = forms.CharField(
        label=_("Closing words"), max_length=TEXT_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["language"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("All languages")), *document_languages()]
        for name in BLOCKS:
            self.fields[f"block_{name}"] = _place(BLOCK_NAMES[name], required=True)
        for name in COLUMNS:
            self.fields[f"column_{name}"] = _place(COLUMN_NAMES[name], required=name in REQUIRED)
        for name in WORDS:
            self.fields[f"word_{name}"] = forms.CharField(
                label=WORD_NAMES[name], max_length=WORD_LENGTH, required=False
            )

    def blocks(self) -> Iterator[forms.BoundField]:
        return (self[f"block_{name}"] for name in BLOCKS)

    def columns(self) -> Iterator[forms.BoundField]:
        return (self[f"column_{name}"] for name in COLUMNS)

    def words(self) -> Iterator[forms.BoundField]:
        return (self[f"word_{name}"] for name in WORDS)

    def options(self) -> dict[str, Any]:
        """What was typed, as `rules.layout.checked` reads it."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("accent", "logo", "opening", "closing")},
            "blocks": _ordered(data, "block_", BLOCKS),
            "columns": _ordered(data, "column_", COLUMNS),
            "words": {name: data[f"word_{name}"] for name in WORDS},
        }


class CustomForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40)
    language = forms.ChoiceField(label=_("For documents in"), required=False)
    markup = forms.CharField(
        label=_("Template"), max_length=64_000, strip=False, widget=forms.Textarea(attrs={"rows": 24, **MONO})
    )
    css = forms.CharField(
        label=_("Style sheet"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 12, **MONO})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["language"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("All languages")), *document_languages()]


def initial(options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The form's fields for `options`, the standard layout's if None."""
    said = DEFAULTS | dict(options or {})
    return {
        **{name: said[name] for name in ("accent", "logo", "opening", "closing")},
        **{f"block_{name}": said["blocks"].index(name) + 1 for name in BLOCKS},
        **{f"column_{name}": said["columns"].index(name) + 1 for name in COLUMNS if name in said["columns"]},
        **{f"word_{name}": said["words"].get(name, "") for name in WORDS},
    }


def _place(label: Any, *, required: bool) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=99, required=required)


def _ordered(data: Mapping[str, Any], prefix: str, names: Sequence[str]) -> list[str]:
    """By the numbers typed; equal numbers keep the usual order, and what has none is left out."""
    placed = [(data[f"{prefix}{name}"], at, name) for at, name in enumerate(names) if data[f"{prefix}{name}"]]
    return [name for _place, _at, name in sorted(placed)]
