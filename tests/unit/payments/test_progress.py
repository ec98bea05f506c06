"""Reports of one payment end alike in every order."""

from decimal import Decimal
from itertools import permutations

import pytest

from payments.rules.progress import attempt_moves, order_moves, still_open
from payments.states import ATTEMPT_TRANSITIONS, ORDER_TRANSITIONS


def end(told: tuple[str, ...], moves: object, state: str = "created") -> str:
    assert callable(moves)
    for each in told:
        state = each if moves(state, each) else state
    return state


@pytest.mark.parametrize(
    ("told", "last"),
    [
        (("open", "succeeded"), "succeeded"),
        (("open", "processing", "succeeded"), "succeeded"),
        (("open", "processing", "failed"), "failed"),
        (("open", "expired"), "expired"),
        (("open", "processing", "failed", "succeeded"), "succeeded"),
        (("expired", "succeeded"), "succeeded"),
    ],
)
def test_attempts(told: tuple[str, ...], last: str) -> None:
    assert {end(each, attempt_moves) for each in permutations(told * 2 if len(told) < 4 else told)} == {last}


@pytest.mark.parametrize("told", [("pending", "succeeded", "failed"), ("pending", "failed"), ("succeeded", "failed")])
def test_refunds_that_fail_after_all(told: tuple[str, ...]) -> None:
    assert {end(each, order_moves) for each in permutations(told * 2)} == {"failed"}


def test_refunds_that_go() -> None:
    assert {end(each, order_moves) for each in permutations(("pending", "succeeded", "succeeded"))} == {"succeeded"}


def test_no_move_the_database_refuses() -> None:
    for moves, table in ((attempt_moves, ATTEMPT_TRANSITIONS), (order_moves, ORDER_TRANSITIONS)):
        for state in table:
            for told in table:
                assert not moves(state, told) or told in table[state], (state, told)


def test_shares_never_exceed_what_is_owed_or_left() -> None:
    assert still_open(Decimal(100), Decimal(40), Decimal(100)) == 40
    assert still_open(Decimal(100), Decimal(100), Decimal(30)) == 30
    assert still_open(Decimal(100), Decimal(0), Decimal(30)) == 0
