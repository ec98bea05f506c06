"""What became of a quote or a pro forma invoice: told from stored facts and the day, never stored itself. Pure."""

from __future__ import annotations

import datetime as dt

from billing.rules.labels import DRAFT, VOID, Label

# How long an offer holds where nobody says otherwise.
VALID_DAYS = 30

WAITING = Label("waiting", "info")
ACCEPTED = Label("accepted", "good")
DECLINED = Label("declined", "bad")
EXPIRED = Label("expired", "warn")
INVOICED = Label("invoiced", "neutral")
LABELS = (DRAFT, WAITING, ACCEPTED, DECLINED, EXPIRED, INVOICED, VOID)


def valid_until(day: dt.date) -> dt.date:
    """The last day an offer made on `day` holds."""
    return day + dt.timedelta(days=VALID_DAYS)


def is_over(valid_until: dt.date | None, today: dt.date) -> bool:
    """Whether an offer that nobody answered has expired: from the day after its last one; without one it never does."""
    return valid_until is not None and valid_until < today


def label(state: str, answer: str, invoiced: bool, valid_until: dt.date | None, today: dt.date) -> Label:
    """What an offer in `state` is called on `today` (company's zone).

    `answer` is "accepted", "declined" or empty; `invoiced` says that an invoice was made of it. An answer given in time
    outlives the last day.
    """
    if state == "draft":
        return DRAFT
    if state == "void":
        return VOID
    if invoiced:
        return INVOICED
    if answer:
        return ACCEPTED if answer == "accepted" else DECLINED
    return EXPIRED if is_over(valid_until, today) else WAITING
