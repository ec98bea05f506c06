import datetime as dt
from decimal import Decimal

import pytest

from billing.rules.labels import label

TODAY = dt.date(2026, 3, 16)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "total", "open", "due_on", "code", "tone"),
    [
        ("draft", "10", "0", None, "draft", "neutral"),
        ("draft", "0", "0", YESTERDAY, "draft", "neutral"),
        ("void", "10", "0", YESTERDAY, "void", "neutral"),
        ("issued", "10", "10", TOMORROW, "open", "info"),
        ("issued", "10", "10", TODAY, "open", "info"),  # late from the day after
        ("issued", "10", "10", YESTERDAY, "overdue", "bad"),
        ("issued", "10", "4", TOMORROW, "partly_paid", "warn"),
        ("issued", "10", "4", YESTERDAY, "overdue", "bad"),
        ("issued", "10", "0", YESTERDAY, "paid", "good"),
        ("issued", "0", "0", TOMORROW, "paid", "good"),
        ("issued", "10", "10", None, "open", "info"),
    ],
)
def test_a_label_is_told_from_stored_facts(
    state: str, total: str, open: str, due_on: dt.date | None, code: str, tone: str
) -> None:
    assert label(state, Decimal(total), Decimal(open), due_on, TODAY) == (code, tone)
