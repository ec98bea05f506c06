"""Two versions of one draft side by side: what was typed here, and what somebody else saved meanwhile."""

import datetime as dt
from copy import deepcopy
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.forms import reading
from billing.forms.documents import DocumentEditor
from billing.forms.header import HeaderForm
from billing.forms.lines import AUTO
from billing.forms.rows import Row, Rows
from billing.reports.clients import label_of
from invoicing_site.formats import format_day

NUMBERS = frozenset({"quantity", "unit_price", "discount_percent", "discount_amount", "percent", "amount"})


class Difference(NamedTuple):
    """`key` is what `take` wants; a version that lacks the part has no text."""

    key: str
    label: str
    mine: str
    theirs: str


def differences(mine: DocumentEditor, theirs: DocumentEditor) -> list[Difference]:
    """What differs, in the order of the page. Numbers differ by value, not by how they are written."""
    found = []
    for name in mine.header.fields:
        here, there = _header(mine.header, name), _header(theirs.header, name)
        if here != there:
            found.append(Difference(f"header.{name}", str(mine.header.fields[name].label), here, there))
    own = {row.key: row for row in mine.counting}
    other = {row.key: row for row in theirs.lines}
    for key in [*own, *(key for key in other if key not in own)]:
        here_row, there_row = own.get(key), other.get(key)
        if _state(here_row, mine) != _state(there_row, theirs):
            label = _("Line %(number)s") if key in own else _("Line %(number)s of the saved version")
            label %= {"number": list(own if key in own else other).index(key) + 1}
            found.append(Difference(f"line.{key}", label, _line(here_row), _line(there_row)))
    if [key for key in own if key in other] != [key for key in other if key in own]:
        orders = [", ".join(_short(row) for row in version.counting) for version in (mine, theirs)]
        found.append(Difference("order", _("Order of the lines"), *orders))
    if _all(mine.allowances, mine) != _all(theirs.allowances, theirs):
        texts = [", ".join(_allowance(row) for row in version.allowances) for version in (mine, theirs)]
        found.append(Difference("allowances", _("Discounts and charges"), *texts))
    if _all(mine.instalments, mine) != _all(theirs.instalments, theirs):
        texts = [", ".join(_instalment(row) for row in version.instalments) for version in (mine, theirs)]
        found.append(Difference("instalments", _("Instalments"), *texts))
    return found


def take(mine: DocumentEditor, theirs: DocumentEditor, key: str) -> None:
    """Put their version of one part, or of "all", into `mine`. An unknown part does nothing."""
    part, _dot, name = key.partition(".")
    if part == "header" and name in mine.header.fields:
        mine.set_header(**{name: theirs.header.data.get(name, "")})
    elif part == "line":
        _take_line(mine.lines, theirs.lines, name)
    elif part == "order":
        places = {row.key: place for place, row in enumerate(theirs.lines)}
        mine.lines.sort(key=lambda row: places.get(row.key, len(places)))
    elif part == "allowances":
        mine.allowances[:] = deepcopy(theirs.allowances)
    elif part == "instalments":
        mine.instalments[:] = deepcopy(theirs.instalments)
    elif part == "all":
        mine.set_header(**theirs.header.data)
        mine.lines[:], mine.allowances[:] = deepcopy(theirs.lines), deepcopy(theirs.allowances)
        mine.instalments[:] = deepcopy(theirs.instalments)


def _take_line(mine: Rows, theirs: Rows, key: str) -> None:
    here, there = mine.at(key), theirs.at(key)
    if there is None:
        mine.remove_key(key)
    elif here is None:
        mine.insert(there, deepcopy(theirs[there]))
    else:
        mine[here] = deepcopy(theirs[there])


def _header(form: HeaderForm, name: str) -> str:
    value: Any = form[name].value()
    if name == "client":
        form.is_valid()
        client = form.cleaned_data.get("client")
        return label_of(client) if client else str(value or "")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in ("issue_date", "supply_from", "supply_to"):
        try:
            day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value or "")
        except ValueError:
            return str(value or "")
        return format_day(day, get_language() or "en")
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, reading.text("" if value is None else str(value))))


def _state(row: Row | None, editor: DocumentEditor) -> Any:
    if row is None:
        return None
    values = {name: _plain(name, text, editor.language) for name, text in row.values.items()}
    return values, row.several


def _plain(name: str, text: str, language: str) -> str | Decimal:
    try:
        if name in NUMBERS and text:
            return reading.percent(text, language)
        return reading.unit(text, language) if name == "unit" else text
    except reading.Unreadable:
        return text


def _all(rows: Rows, editor: DocumentEditor) -> list[Any]:
    return [
        _state(row, editor)
        for row in rows
        if any(row.values.get(name) for name in ("description", "percent", "amount"))
    ]


def _short(row: Row) -> str:
    return row.values["description"].partition("\n")[0][:40]


def _line(row: Row | None) -> str:
    if row is None:
        return ""
    values = row.values
    parts = [f"{values['quantity']} {values['unit']}".strip() + f" × {values['unit_price']}"]
    if values["discount_percent"]:
        parts.append(f"−{values['discount_percent'].rstrip('% ')} %")
    if values["discount_amount"]:
        parts.append(f"−{values['discount_amount']}")
    taxes = [str(_("Automatic")) if code == AUTO else code for code in row.several.get("tax", [])]
    parts += [*taxes, values["account"], values["cost_center"]]
    parts += (
        [f"{values['service_from']} – {values['service_to']}"] if values["service_from"] or values["service_to"] else []
    )
    return f"{values['description']}\n{', '.join(part for part in parts if part)}"


def _instalment(row: Row) -> str:
    figure = f"{row.values['percent'].rstrip('% ')} %" if row.values["percent"] else row.values["amount"]
    return _("%(part)s after %(days)s days") % {"part": figure, "days": row.values["days"] or "0"}


def _allowance(row: Row) -> str:
    sign = "+" if row.values["kind"] == "charge" else "−"
    figure = f"{row.values['percent'].rstrip('% ')} %" if row.values["percent"] else row.values["amount"]
    return f"{row.values['description']} {sign}{figure}"
