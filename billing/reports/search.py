"""Documents by what people remember of them: a union of indexed look-ups, never an OR across tables (PERFORMANCE 3)."""

from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from django.db.models import QuerySet
from django.db.models.functions import Upper

from billing.models import Document
from clients.models import Client
from invoicing_site.formats import babel_locale
from invoicing_site.models import Company

LIMIT = Decimal(10) ** 15


def search(company: Company, text: str, language: str) -> "QuerySet[Any]":
    """Keys of documents whose number, client's name or purchase order contains `text`, or whose total it states.

    The total is read with the separators of `language`, in whatever currency the document has.
    """
    wanted = text.strip().upper()
    own = Document.objects.for_company(company)
    clients = Client.objects.for_company(company).named(text.strip())
    found = [
        own.annotate(upper=Upper("number")).filter(upper__contains=wanted),
        own.filter(client_id__in=clients.values("pk")),
        own.exclude(purchase_order="").annotate(upper=Upper("purchase_order")).filter(upper__contains=wanted),
    ]
    amount = _amount(text, language)
    if amount is not None:
        found.append(own.filter(total=amount))
    keys = [queryset.order_by().values("pk") for queryset in found]
    union: QuerySet[Any] = keys[0].union(*keys[1:])
    return union


def _amount(text: str, language: str) -> Decimal | None:
    """The amount `text` states, if it states one. Letters are none: Decimal would read NaN and 1E9."""
    plain = text.strip()
    if not plain or any(character.isalpha() for character in plain):
        return None
    try:
        amount = parse_decimal(plain, locale=babel_locale(language), strict=True)
    except NumberFormatError:
        return None
    return amount if 0 <= amount < LIMIT and amount == round(amount, 4) else None
