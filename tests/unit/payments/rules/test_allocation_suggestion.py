from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from payments.rules.allocation import OpenItem, Suggestion, oldest_first


def item(
    key: int, due: int, amount: str, *, issued: int = 1, number: str = "A", currency: str = "EUR"
) -> OpenItem[int]:
    return OpenItem(key, dt.date(2026, 3, due), dt.date(2026, 1, issued), number, D(amount), currency)


ITEMS = st.builds(
    item,
    key=st.integers(),
    due=st.integers(1, 5),
    amount=st.integers(-50, 5000).map(lambda n: str(D(n) / 100)),
    issued=st.integers(1, 3),
    number=st.sampled_from("ABCD"),
    currency=st.sampled_from(["EUR", "USD"]),
)


def test_oldest_due_is_paid_first_and_the_last_in_part() -> None:
    items = [item(1, 20, "100.00"), item(2, 10, "50.00"), item(3, 15, "25.00")]
    assert oldest_first(D("90.00"), "EUR", items) == [
        Suggestion(2, D("50.00")),
        Suggestion(3, D("25.00")),
        Suggestion(1, D("15.00")),
    ]


def test_equal_due_dates_go_by_issue_then_number() -> None:
    items = [item(1, 10, "1", issued=2), item(2, 10, "1", number="B"), item(3, 10, "1")]
    assert [key for key, _ in oldest_first(D(3), "EUR", items)] == [3, 2, 1]


def test_other_currencies_and_settled_documents_get_nothing() -> None:
    items = [item(1, 1, "5", currency="USD"), item(2, 2, "0"), item(3, 3, "-5"), item(4, 4, "5")]
    assert oldest_first(D(100), "EUR", items) == [Suggestion(4, D(5))]


def test_nothing_available_suggests_nothing() -> None:
    assert oldest_first(D(0), "EUR", [item(1, 1, "5")]) == []
    assert oldest_first(D(-5), "EUR", [item(1, 1, "5")]) == []
    assert oldest_first(D(5), "EUR", []) == []


@given(available=st.integers(0, 10000).map(lambda n: D(n) / 100), items=st.lists(ITEMS, max_size=8))
def test_the_suggestion_uses_what_there_is_and_exceeds_nothing(available: D, items: list[OpenItem[int]]) -> None:
    named = [OpenItem(i, x.due_on, x.issued_on, x.number, x.open, x.currency) for i, x in enumerate(items)]
    payable = {x.key: x.open for x in named if x.currency == "EUR" and x.open > 0}
    suggestions = oldest_first(available, "EUR", named)
    assert sum(amount for _, amount in suggestions) == min(available, sum(payable.values()))
    assert all(0 < amount <= payable[key] for key, amount in suggestions)
    assert len({key for key, _ in suggestions}) == len(suggestions)
    for key, amount in suggestions[:-1]:
        assert amount == payable[key]
