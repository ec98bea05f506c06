"""Every number of a series has exactly one fate, whatever was given, skipped or lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.gaps import Fate, Given, Skipped, fates


def test_documents_jumps_and_what_is_missing() -> None:
    found = fates(1, 9, [Given(1, "a"), Given(2, "b"), Given(7, "c")], [Skipped(2, 5, "why")])
    assert found == [
        Fate(1, 1, document="a"),
        Fate(2, 2, document="b"),
        Fate(3, 5, jump="why"),
        Fate(6, 6),
        Fate(7, 7, document="c"),
        Fate(8, 9),
    ]
    assert [fate.missing for fate in found] == [False, False, False, True, False, True]


def test_a_page_cuts_a_jump() -> None:
    assert fates(4, 6, [Given(1, "a")], [Skipped(1, 100, "why")]) == [Fate(4, 6, jump="why")]


def test_nothing_was_counted_yet() -> None:
    assert fates(1, 0, [], []) == []


@given(
    first=st.integers(1, 20),
    size=st.integers(0, 40),
    given=st.sets(st.integers(1, 60)),
    cuts=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 10)), max_size=4),
)
def test_fates_are_a_partition(first: int, size: int, given: set[int], cuts: list[tuple[int, int]]) -> None:
    last = first + size
    rows = [Given(seq, f"d{seq}") for seq in sorted(given)]
    jumps = [Skipped(after, after + length, f"j{place}") for place, (after, length) in enumerate(cuts)]
    found = fates(first, last, rows, jumps)
    numbers = [seq for fate in found for seq in range(fate.first, fate.last + 1)]
    assert numbers == list(range(first, last + 1))
    for fate in found:
        for seq in range(fate.first, fate.last + 1):
            if seq in given:
                assert fate == Fate(seq, seq, document=f"d{seq}")
            else:
                assert fate.missing == (not any(row.after < seq <= row.upto for row in jumps))


@pytest.mark.parametrize("last", [1, 3])
def test_numbers_beyond_the_page_are_left_out(last: int) -> None:
    rows = [Given(seq, seq) for seq in range(1, 10)]
    assert fates(1, last, rows, []) == [Fate(seq, seq, document=seq) for seq in range(1, last + 1)]
