import datetime as dt
from decimal import Decimal

import pytest

from billing.rules.labels import label, note_label

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


@pytest.mark.parametrize(
    ("asked", "credited", "written_off", "code"),
    [
        ("10", "0", "0", "paid"),
        ("10", "10", "0", "credited"),
        ("10", "4", "0", "mixed"),
        ("10", "0", "10", "written_off"),
        ("10", "0", "4", "mixed"),
        ("10", "4", "6", "mixed"),
        ("8", "0", "8", "written_off"),
    ],
)
def test_what_is_settled_says_how(asked: str, credited: str, written_off: str, code: str) -> None:
    amounts = {"total": Decimal(10), "credited": Decimal(credited), "written_off": Decimal(written_off)}
    assert label("issued", Decimal(asked), Decimal(0), YESTERDAY, TODAY, **amounts).code == code


@pytest.mark.parametrize(
    ("state", "open", "code"),
    [("draft", "0", "draft"), ("void", "0", "void"), ("issued", "10", "credit"), ("issued", "3", "partly_used"),
     ("issued", "0", "used")],
)  # fmt: skip
def test_a_credit_note_says_what_is_left_of_it(state: str, open: str, code: str) -> None:
    assert note_label(state, Decimal(10), Decimal(open)).code == code
