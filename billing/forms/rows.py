"""Rows of the editor as typed: strings by field, in the order they are sent, each under a key that never changes.

A row is a hidden ``<input name="lines" value="n3">`` and fields ``lines-n3-quantity``. Moving a row moves its markup,
removing it removes it: nothing is counted or renumbered, in the browser or here. Keys beginning with l name a stored
line, those with n a new one.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing.forms import reading
from billing.forms.names import NAMES

KEY = re.compile(r"[ln][0-9]{1,18}")
T = TypeVar("T")


@dataclass(slots=True)
class Row:
    """`values` by field, `several` those of a field that occurs more than once, `errors` a sentence by field.

    `more` shows the fields that are used less; `focus` is the field the page opens at.
    """

    prefix: str
    key: str
    values: dict[str, str]
    several: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    more: bool = False
    focus: str = ""
    amount: str = ""

    @property
    def stored(self) -> int | None:
        """The id of the line this row is, None for a new one."""
        return int(self.key[1:]) if self.key[0] == "l" else None

    def ident(self, name: str) -> str:
        return f"{self.prefix}-{self.key}-{name}"

    @property
    def attrs(self) -> dict[str, SafeString]:
        """Attributes of the fields that are wrong or to be focused; most rows have none, which keeps pages small."""
        found = {
            name: format_html(' id="{0}" aria-invalid="true" aria-describedby="{0}-error"', self.ident(name))
            for name in self.errors
        }
        if self.focus:
            found[self.focus] = format_html("{} autofocus", found.get(self.focus, ""))
        return found

    @property
    def refusals(self) -> list[tuple[str, str, str]]:
        """(id of the field, its name, the sentence), in the order of the row."""
        names = NAMES[self.prefix]
        return [(self.ident(name), str(names[name]), self.errors[name]) for name in names if name in self.errors]

    def read(self, name: str, how: Callable[[str], T], otherwise: T) -> T:
        """The field `name` as `how` reads it; `otherwise` where it is empty or unreadable, which is then said there."""
        value = self.values[name]
        if not value:
            return otherwise
        try:
            return how(value)
        except reading.Unreadable as refusal:
            self.errors.setdefault(name, str(refusal))
            return otherwise


class Rows(list[Row]):
    """The rows under one `prefix`, in order."""

    def __init__(self, prefix: str, rows: Sequence[Row] = ()) -> None:
        super().__init__(rows)
        self.prefix = prefix

    def at(self, key: str) -> int | None:
        return next((place for place, row in enumerate(self) if row.key == key), None)

    def move(self, key: str, by: int) -> None:
        place = self.at(key)
        if place is not None and 0 <= place + by < len(self):
            row = self.pop(place)
            self.insert(place + by, row)
            row.focus = "up" if by < 0 else "down"

    def remove_key(self, key: str) -> None:
        place = self.at(key)
        if place is not None:
            del self[place]

    def new_keys(self) -> Iterator[str]:
        number = max((int(row.key[1:]) for row in self if row.key[0] == "n"), default=0)
        while True:
            number += 1
            yield f"n{number}"


def posted(
    data: QueryDict, prefix: str, names: Sequence[str], several: Sequence[str] = (), more: Collection[str] = ()
) -> Rows:
    """The rows in `data`. A key sent twice counts once: it would write one stored line two times over.

    A row whose `more` fields were sent is shown with them again.
    """
    rows = Rows(prefix)
    for key in dict.fromkeys(data.getlist(prefix)):
        if not KEY.fullmatch(key):
            continue
        at = f"{prefix}-{key}-"
        values = {name: reading.text(data.get(at + name) or "") for name in names}
        row = Row(prefix, key, values)
        for name in several:
            row.several[name] = [value for value in data.getlist(at + name) if value]
        row.more = any(at + name in data for name in more)
        rows.append(row)
    return rows
