"""An explicit choice wins; what it leaves goes oldest first."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from payments.rules.allocation import OpenItem, oldest_first
from payments.rules.proposal import propose

D = Decimal


def item(key: str, day: int, open: str, currency: str = "EUR") -> OpenItem[str]:
    on = dt.date(2026, 3, day)
    return OpenItem(key, on, on, key, D(open), currency)


ITEMS = [item("a", 3, "100"), item("b", 1, "50"), item("c", 2, "70"), item("d", 1, "10", "USD")]


def test_without_choices_it_is_oldest_first() -> None:
    assert propose(D(130), "EUR", ITEMS, {}) == {"b": D(50), "c": D(70), "a": D(10)}


def test_a_choice_is_left_alone_and_its_money_is_gone() -> None:
    assert propose(D(130), "EUR", ITEMS, {"a": D(90)}) == {"b": D(40)}


def test_choosing_nothing_for_an_item_is_a_choice() -> None:
    assert propose(D(130), "EUR", ITEMS, {"b": D(0)}) == {"c": D(70), "a": D(60)}


def test_a_choice_in_another_currency_counts_by_what_it_takes() -> None:
    assert propose(D(60), "EUR", ITEMS, {"d": D(9)}) == {"b": D(50), "c": D(1)}


def test_nothing_is_proposed_once_too_much_is_chosen() -> None:
    assert propose(D(130), "EUR", ITEMS, {"a": D(200)}) == {}


amounts = st.decimals(min_value=0, max_value=500, places=2)


@given(amounts, st.dictionaries(st.sampled_from("abc"), amounts))
def test_choices_and_proposal_never_exceed_the_payment(available: Decimal, chosen: dict[str, Decimal]) -> None:
    found = propose(available, "EUR", ITEMS, chosen)
    assert not found.keys() & chosen.keys()
    taken = sum(chosen.values(), D(0))
    free = [row for row in ITEMS if row.key not in chosen]
    assert found == dict(oldest_first(available - taken, "EUR", free))
    assert sum(found.values(), D(0)) <= max(available - taken, D(0))
