"""Amounts, keys and currencies as every payment form has them."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from invoicing_site.choices import currencies
from invoicing_site.formats import babel_locale
from invoicing_site.forms import DecimalField
from invoicing_site.money import minor_unit
from invoicing_site.once import FIELD


class AmountField(DecimalField):
    """An amount a money column can hold; how many decimals its currency has is judged by the form or the verb."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=4, **kwargs)


def plain(amount: Decimal | None, currency: str) -> str:
    """`amount` as a person would type it: every decimal of the currency, the language's separator, no grouping."""
    if amount is None:
        return ""
    text = f"{amount:.{minor_unit(currency)}f}"
    return text.replace(".", babel_locale(get_language() or "en").number_symbols["latn"]["decimal"])


class MoneyForm(forms.Form):
    """A form `once` lets act a single time: it carries its own key and keeps it when shown again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[FIELD] = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)


class ReasonForm(MoneyForm):
    """Why something is taken back; `ident` keeps the ids of several on one page apart."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, ident: str = "reason", **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{ident}_%s", **kwargs)


def currency_choices(first: Iterable[str]) -> list[Any]:
    """The currencies in use here, then all of them."""
    names = dict(currencies())
    near = [code for code in dict.fromkeys(first) if code in names]
    return [
        (_("In use here"), [(code, names[code]) for code in near]),
        (_("All currencies"), [(code, name) for code, name in names.items() if code not in near]),
    ]
