"""Filters of the books' pages, all in the URL."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Account
from billing.reports.journal import SOURCES
from billing.reports.receivables import LABELS
from invoicing_site.choices import currencies
from invoicing_site.forms import DateField
from invoicing_site.models import Company

ALL = ("", _("All"))


class JournalFilter(forms.Form):
    account = forms.ChoiceField(label=_("Account"), required=False)
    source = forms.ChoiceField(label=_("What"), required=False, choices=[ALL, *SOURCES])
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("To"), required=False)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = Account.objects.for_company(company).order_by("code")
        self.fields["account"].choices = [ALL, *((row.code, str(row)) for row in accounts)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, dt.date) and isinstance(until, dt.date) and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return cleaned


class BalanceFilter(forms.Form):
    as_of = DateField(label=_("As of"), required=False)


class ReceivablesFilter(forms.Form):
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    age = forms.ChoiceField(label=_("Days overdue"), required=False, choices=[ALL, *LABELS.items()])

    def __init__(self, *args: Any, used: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {code for code, _name in currencies()}
        self.fields["currency"].choices = [ALL, *((code, code) for code in used if code in known)]  # type: ignore[attr-defined]
