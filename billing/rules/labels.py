"""What a document is called on lists: told from stored facts, never stored itself (SPEC B2). Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple


class Label(NamedTuple):
    """`code` is draft, open, partly_paid, overdue, paid or void; `tone` a colour of the badge tag."""

    code: str
    tone: str


DRAFT = Label("draft", "neutral")
OPEN = Label("open", "info")
PARTLY_PAID = Label("partly_paid", "warn")
OVERDUE = Label("overdue", "bad")
PAID = Label("paid", "good")
VOID = Label("void", "neutral")
LABELS = (DRAFT, OPEN, OVERDUE, PARTLY_PAID, PAID, VOID)


def label(state: str, total: Decimal, open: Decimal, due_on: dt.date | None, today: dt.date) -> Label:
    """The label of a document in `state` with `total` and `open` in its currency, due on `due_on`.

    Dates are the company's; a document is overdue from the day after its due date. What is late says so even when a
    part was paid. A total of zero is settled at issue.
    """
    if state == "draft":
        return DRAFT
    if state == "void":
        return VOID
    if open == 0:
        return PAID
    if due_on is not None and due_on < today:
        return OVERDUE
    return PARTLY_PAID if open < total else OPEN
