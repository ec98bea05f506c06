"""The sentence behind each BusinessError code: what is wrong and what to do next. A house test finds codes without one."""

import datetime as dt
from decimal import Decimal

from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.formats import format_day, format_moment, format_money, format_number
from invoicing_site.sentences import documents, einvoices, house, notes, payments, settings

SENTENCES = (
    documents.SENTENCES
    | einvoices.SENTENCES
    | house.SENTENCES
    | notes.SENTENCES
    | payments.SENTENCES
    | settings.SENTENCES
)


def sentence(error: BusinessError | ApprovalNeeded) -> str:
    """What to show a person for `error`, in the active language."""
    currency = error.params.get("currency")
    said = {name: _said(value, currency) for name, value in error.params.items()}
    return str(SENTENCES[error.code]) % said


def _said(value: object, currency: object) -> object:
    """A figure as the reader writes it; an amount with the currency the error names."""
    language = get_language() or "en"
    if isinstance(value, Decimal):
        return format_money(value, currency, language) if isinstance(currency, str) else format_number(value, language)
    if isinstance(value, dt.datetime):
        return format_moment(value, get_current_timezone(), language)
    return format_day(value, language) if isinstance(value, dt.date) else value
