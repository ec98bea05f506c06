"""What a document is called on lists: told from stored facts, never stored itself (SPEC B2). Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from invoicing_site.money import ZERO


class Label(NamedTuple):
    """`code` says the state and, of what is settled, how; `tone` is a colour of the badge tag."""

    code: str
    tone: str


DRAFT = Label("draft", "neutral")
OPEN = Label("open", "info")
PARTLY_PAID = Label("partly_paid", "warn")
OVERDUE = Label("overdue", "bad")
PAID = Label("paid", "good")
CREDITED = Label("credited", "neutral")
WRITTEN_OFF = Label("written_off", "warn")
MIXED = Label("mixed", "good")
VOID = Label("void", "neutral")

# Of credit notes: what they have open is the client's.
CREDIT = Label("credit", "info")
PARTLY_USED = Label("partly_used", "info")
USED = Label("used", "good")
LABELS = (DRAFT, OPEN, OVERDUE, PARTLY_PAID, PAID, CREDITED, WRITTEN_OFF, CREDIT, VOID)


def label(
    state: str,
    asked: Decimal,
    open: Decimal,
    due_on: dt.date | None,
    today: dt.date,
    *,
    total: Decimal = ZERO,
    credited: Decimal = ZERO,
    written_off: Decimal = ZERO,
) -> Label:
    """The label of a document in `state` that asked for `asked` and has `open`, in its currency, due on `due_on`.

    Dates are the company's; a document is overdue from the day after its due date. What is late says so even when a
    part was paid. Settled ones say how: `credited` and `written_off` are how much of its `total` notes and write-offs
    took; what both leave was paid. A total of zero is settled at issue.
    """
    if state == "draft":
        return DRAFT
    if state == "void":
        return VOID
    if open == 0:
        return _settled(asked, total, credited, written_off)
    if due_on is not None and due_on < today:
        return OVERDUE
    return PARTLY_PAID if open < asked else OPEN


def _settled(asked: Decimal, total: Decimal, credited: Decimal, written_off: Decimal) -> Label:
    if not (credited or written_off):
        return PAID
    if credited == total:
        return CREDITED
    return WRITTEN_OFF if written_off == asked else MIXED


def note_label(state: str, asked: Decimal, open: Decimal) -> Label:
    """The label of a credit note over `asked` with `open` left to apply or pay out."""
    if state == "draft":
        return DRAFT
    if state == "void":
        return VOID
    if open == 0:
        return USED
    return PARTLY_USED if open < asked else CREDIT
