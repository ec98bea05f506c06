"""How late money is: the columns every ageing uses (SPEC U4). Pure."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Age(NamedTuple):
    """`code` names the column in URLs; due dates from `first` to `last`, both included, None for no bound."""

    code: str
    first: dt.date | None
    last: dt.date | None


CURRENT, OVERDUE = "current", "overdue"
# (code, least and most days overdue)
_DAYS: tuple[tuple[str, int, int | None], ...] = (
    ("1-30", 1, 30),
    ("31-60", 31, 60),
    ("61-90", 61, 90),
    ("91-120", 91, 120),
    ("121", 121, None),
)
CODES: tuple[str, ...] = (CURRENT, *(code for code, _, _ in _DAYS))


def ages(today: dt.date) -> list[Age]:
    """The columns on `today`, from not yet due to oldest. What is due today is not late; together they hold every day once."""

    def due(days: int | None) -> dt.date | None:
        return None if days is None else today - dt.timedelta(days=days)

    return [Age(CURRENT, today, None), *(Age(code, due(most), due(least)) for code, least, most in _DAYS)]


def age(code: str, today: dt.date) -> Age | None:
    """The column `code` on `today`, "overdue" being all late ones together; None for an unknown one."""
    if code == OVERDUE:
        return Age(OVERDUE, None, today - dt.timedelta(days=1))
    return next((column for column in ages(today) if column.code == code), None)
