"""Stored values as a person reads them, for history."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import CASCADE, Field, ForeignKey, Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from invoicing_site.formats import format_day, format_moment, format_number

# Columns that say nothing to a person, or say it twice.
SILENT = frozenset(
    {
        *("id", "uuid", "company", "revision", "position", "created_at", "archived_at", "sort_name", "value_digest"),
        *("series", "seq", "period_key", "issued_at", "base_total", "fx_rate", "calculation_version", "open_amount"),
        *("unapplied", "base_amount", "logo", "credited", "written_off", "look_version", "trial_ms", "trial_pages"),
    }
)


def N_(text: str) -> str:
    return text


# Names Django makes up from a column or a class: marked here, so that no migration has to hold them.
MADE_UP = (
    *(N_("account"), N_("accepted at"), N_("allowance"), N_("amount"), N_("assignee"), N_("bank account")),
    *(N_("base currency"), N_("cancel reason"), N_("cancelled on"), N_("client"), N_("created by"), N_("discount")),
    *(N_("ended at"), N_("expires at"), N_("fx rate date"), N_("fx source"), N_("gross"), N_("invited by")),
    *(N_("is default"), N_("kind"), N_("line"), N_("net"), N_("period"), N_("price"), N_("product")),
    *(
        N_("attempt"),
        N_("checked at"),
        N_("failure"),
        N_("intent id"),
        N_("opened at"),
        N_("page url"),
        N_("recipient"),
    ),
    *(
        N_("mail"),
        N_("stopped at"),
        N_("lifted at"),
        N_("subject"),
        N_("subject kind"),
        N_("invited at"),
        N_("seen at"),
    ),
    *(N_("epoch"), N_("return path"), N_("session id"), N_("refund"), N_("refund id at provider")),
    *(N_("content"), N_("decided at"), N_("decided by"), N_("ended by"), N_("granted at"), N_("granted by")),
    *(N_("person"), N_("requested at"), N_("requested by"), N_("revoked by"), N_("single handed"), N_("usable from")),
    *(N_("corrects"), N_("follows"), N_("replaces"), N_("instalment"), N_("options"), N_("version"), N_("is active")),
    *(
        N_("blob"),
        N_("deposit"),
        N_("deposit use"),
        N_("is live"),
        N_("tried at"),
        N_("revoked at"),
        N_("sku"),
        N_("state"),
        N_("tax code"),
        N_("tax rate"),
        N_("user"),
    ),
)


def name_of(thing: "Field[Any, Any] | type[Model]") -> str:
    """What a column or a kind of row is called, in the active language."""
    made = thing.verbose_name if isinstance(thing, Field) else thing._meta.verbose_name
    return capfirst(gettext(str(made)))


def columns(model: type[Model]) -> "list[Field[Any, Any]]":
    """The columns history talks about: not those above, nor the link from a part to its whole."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in SILENT and not (isinstance(field, ForeignKey) and field.remote_field.on_delete is CASCADE)
    ]


class Names:
    """The names of all rows that foreign keys of `rows` point at, read with one query per kind of row."""

    def __init__(self, rows: Iterable[Any]) -> None:
        wanted: dict[type[Model], set[int]] = {}
        for row in rows:
            for field in columns(row.instance_type):
                if isinstance(field, ForeignKey) and getattr(row, field.attname) is not None:
                    wanted.setdefault(field.related_model, set()).add(getattr(row, field.attname))
        self._found = {model: model._base_manager.in_bulk(keys) for model, keys in wanted.items()}

    def of(self, model: type[Model], key: int) -> str:
        found = self._found.get(model, {}).get(key)
        return str(found) if found is not None else f"#{key}"


def display(row: Any, field: "Field[Any, Any]", names: Names) -> str:
    """`field` of the history row `row`: choices by label, rows by name, figures and dates by the active language."""
    value = getattr(row, field.attname)
    language = get_language() or "en"
    if value is None or value == "" or value == b"":
        return ""
    if isinstance(field, ForeignKey):
        return names.of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Decimal | int):
        return format_number(value, language)
    if isinstance(value, dt.datetime):
        return format_moment(value, timezone.get_current_timezone(), language)
    if isinstance(value, dt.date):
        return format_day(value, language)
    return str(value)
