"""How a series writes its numbers (SPEC B4). Pure: the counter itself is a locked row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from billing.rules.reference import BODY_LENGTH, body
from invoicing_site.errors import BusinessError

MAX_LENGTH = 35
# The counter's column is an integer: a pattern that holds this number never fails on the day of issue.
LARGEST_SEQ = 2**31 - 1

_PIECE = re.compile(r"\{(?P<name>[a-z]+)(?::0(?P<width>[1-9]))?\}|(?P<text>[A-Za-z0-9./_-]+)|(?P<bad>.)", re.DOTALL)

# The parts of a date have a fixed width whatever is asked, or 2026-1 + 11 and 2026-11 + 1 would write the same number.
_FIELDS: dict[str, Callable[[int, dt.date], str]] = {
    "year": lambda seq, on: f"{on.year:04}",
    "yy": lambda seq, on: f"{on.year % 100:02}",
    "month": lambda seq, on: f"{on.month:02}",
    "seq": lambda seq, on: str(seq),
}


def render(pattern: str, seq: int, on: dt.date) -> str:
    """The number `seq` (≥ 1) of a series on the day `on`: ``INV-{year}-{seq:05}`` → ``INV-2026-00042``.

    Fields are `year`, `yy`, `month`, `seq`, each with an optional zero-filled width (``:05``); a longer value is
    never cut. `series.pattern` at ``pattern`` for any other text.
    """
    return "".join(text for _, text in _pieces(pattern, seq, on))


def check(pattern: str, reset: str) -> None:
    """Refuse a pattern that could write one number twice, or one that does not fit documents and bank transfers.

    `reset` is "never", "yearly" or "monthly". `series.pattern` at ``pattern``, with `reason`: `characters` (the four
    fields, letters and digits, with ``- / . _`` between them: a number that began with a sign would be a formula in a
    spreadsheet), `seq` (must stand there exactly once), `year`, `month` (must stand there if the counter starts again
    with it), `length` (at most 35), `reference` (the payment reference keeps the last 21 letters and digits, so every
    field must fall among them).
    """
    pieces = _pieces(pattern, LARGEST_SEQ, dt.date(2026, 12, 31))
    names = [name for name, _ in pieces if name]
    if names.count("seq") != 1:
        raise _refusal("seq")
    if reset in ("yearly", "monthly") and not {"year", "yy"} & set(names):
        raise _refusal("year")
    if reset == "monthly" and "month" not in names:
        raise _refusal("month")
    longest = "".join(text for _, text in pieces)
    if not (longest[0].isalnum() and longest[-1].isalnum()):
        raise _refusal("characters")
    if len(longest) > MAX_LENGTH:
        raise _refusal("length")
    first = next(index for index, (name, _) in enumerate(pieces) if name)
    if len(body("".join(text for _, text in pieces[first:]))) > BODY_LENGTH:
        raise _refusal("reference")


def period_key(reset: str, on: dt.date) -> str:
    """Which counter of a series counts on the day `on`: "" (never reset), "2026" (yearly), "2026-11" (monthly)."""
    return {"never": "", "yearly": f"{on:%Y}", "monthly": f"{on:%Y-%m}"}[reset]


def _pieces(pattern: str, seq: int, on: dt.date) -> list[tuple[str, str]]:
    """Field name ("" for fixed text) and what it writes, in order."""
    pieces = []
    for match in _PIECE.finditer(pattern):
        name = match["name"] or ""
        if match["bad"] or (name and name not in _FIELDS):
            raise _refusal("characters")
        pieces.append((name, _FIELDS[name](seq, on).zfill(int(match["width"] or 0)) if name else match["text"]))
    return pieces


def _refusal(reason: str) -> BusinessError:
    return BusinessError("series.pattern", field="pattern", reason=reason)
