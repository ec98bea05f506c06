"""How and when a document is to be paid: the folded fields of its head, and the rows of its instalments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms import reading
from billing.forms.names import INSTALMENT_NAMES
from billing.forms.rows import Row
from billing.rules.terms import Instalment
from clients.states import Term
from invoicing_site.forms import DecimalField

# What stands folded up: most documents are due some days after their date, and that is all.
TERMS = ("term", "term_day", "discount_percent", "discount_days", "withholding_percent", "cash_unit")
INSTALMENT_FIELDS = tuple(INSTALMENT_NAMES)


def percent_field(label: Any, help_text: Any = "") -> DecimalField:
    return DecimalField(label=label, required=False, max_digits=9, decimal_places=6, help_text=help_text)


class TermsForm(forms.Form):
    """Everything may stay empty; the rules judge what is typed."""

    term = forms.ChoiceField(label=_("The term counts"), choices=Term.choices, required=False)
    term_day = forms.IntegerField(label=_("Day of the month"), required=False, min_value=0, max_value=31)
    discount_percent = percent_field(_("Early-payment discount"))
    discount_days = forms.IntegerField(label=_("If paid within"), required=False, min_value=0, max_value=3650)
    withholding_percent = percent_field(_("Tax the client withholds"), _("Of the net; it lowers what is paid to you"))
    cash_unit = DecimalField(
        label=_("Round what is to pay to"),
        required=False,
        max_digits=19,
        decimal_places=4,
        help_text=_("The smallest coin, such as 0.05; empty for none"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        empty = {"term": Term.NET.value, "term_day": 0, "discount_days": 0}
        for name in TERMS:
            if data.get(name) in (None, "") and name not in self.errors:
                data[name] = empty.get(name, Decimal(0))
        return data


def new_instalment(key: str) -> Row:
    return Row("instalments", key, dict.fromkeys(INSTALMENT_FIELDS, ""))


def instalment_row(item: Instalment, key: str, language: str) -> Row:
    values = {
        "percent": reading.written(item.percent, language),
        "amount": reading.written(item.amount, language),
        "days": str(item.days),
    }
    return Row("instalments", key, values)


def instalment_blank(row: Row) -> bool:
    return not any(row.values[name] for name in INSTALMENT_FIELDS)


def read_instalment(row: Row, language: str) -> Instalment:
    """The part a row states; what cannot be read is said in `row.errors`."""
    return Instalment(
        percent=row.read("percent", lambda text: reading.percent(text, language), None),
        amount=row.read("amount", lambda text: reading.decimal(text, language), None),
        days=row.read("days", reading.whole, 0),
    )
