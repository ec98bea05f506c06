from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.numbering import LARGEST_SEQ, MAX_LENGTH, check, period_key, render
from billing.rules.reference import payment_reference
from invoicing_site.errors import BusinessError

DAY = dt.date(2026, 3, 7)
DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2099, 12, 31))
JOINTS = st.sampled_from(["", "-", "/", "7", "A."])
PATTERNS = st.builds(
    lambda start, fields, one, two: start + fields[0] + one + fields[1] + two + fields[2],
    st.sampled_from(["", "INV-", "1"]),
    st.tuples(
        st.sampled_from(["{year}", "{yy}", "{yy:03}"]),
        st.sampled_from(["{month}", "{month:03}"]),
        st.sampled_from(["{seq}", "{seq:03}", "{seq:09}"]),
    ).flatmap(st.permutations),
    JOINTS,
    JOINTS,
)
RESETS = st.sampled_from(["never", "yearly", "monthly"])


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("INV-{year}-{seq:05}", "INV-2026-00042"),
        ("{yy}{month}/{seq}", "2603/42"),
        ("R.{month:03}_{seq:01}", "R.003_42"),
        ("{seq}", "42"),
    ],
)
def test_a_pattern_writes_its_number(pattern: str, number: str) -> None:
    assert render(pattern, 42, DAY) == number


def test_a_counter_wider_than_its_zeros_is_not_cut() -> None:
    assert render("A{seq:02}", 12345, DAY) == "A12345"


@pytest.mark.parametrize(
    ("pattern", "reset"),
    [
        ("INV-{year}-{seq:05}", "yearly"),
        ("{yy}{month}-{seq}", "monthly"),
        ("{seq}", "never"),
        ("RECHNUNG-BERLIN-{year}-{seq:05}", "yearly"),
    ],
)
def test_good_patterns_pass(pattern: str, reset: str) -> None:
    check(pattern, reset)
    assert len(render(pattern, LARGEST_SEQ, DAY)) <= MAX_LENGTH


@pytest.mark.parametrize(
    ("pattern", "reset", "reason"),
    [
        ("", "never", "seq"),
        ("INV-{year}", "yearly", "seq"),
        ("{seq}-{seq}", "never", "seq"),
        ("INV-{seq}", "yearly", "year"),
        ("INV-{month}-{seq}", "monthly", "year"),
        ("INV-{year}-{seq}", "monthly", "month"),
        ("INV {seq}", "never", "characters"),
        ("RÉF-{seq}", "never", "characters"),
        ("INV-{day}-{seq}", "never", "characters"),
        ("INV-{seq:5}", "never", "characters"),
        ("INV-{seq", "never", "characters"),
        ("INV-\n{seq}", "never", "characters"),
        ("-{seq}", "never", "characters"),
        ("{seq}.", "never", "characters"),
        ("A-LONG-WORD-BEFORE-EVERY-{year}-{seq}", "yearly", "length"),
        ("{year}-{seq}-AND-MORE-OF-IT", "yearly", "reference"),
    ],
)
def test_bad_patterns_are_refused_with_the_reason(pattern: str, reset: str, reason: str) -> None:
    with pytest.raises(BusinessError) as refusal:
        check(pattern, reset)
    assert (refusal.value.code, refusal.value.field, refusal.value.params) == (
        "series.pattern",
        "pattern",
        {"reason": reason},
    )


def test_a_bad_pattern_is_never_rendered() -> None:
    with pytest.raises(BusinessError):
        render("{seq}; DROP", 1, DAY)


def test_each_reset_has_its_own_periods() -> None:
    assert [period_key(reset, DAY) for reset in ("never", "yearly", "monthly")] == ["", "2026", "2026-03"]


@given(pattern=PATTERNS, reset=RESETS, one=DAYS, two=DAYS, data=st.data())
def test_two_numbers_of_a_series_never_look_alike(
    pattern: str, reset: str, one: dt.date, two: dt.date, data: st.DataObject
) -> None:
    check(pattern, reset)
    seqs = st.integers(1, 200) | st.integers(1, LARGEST_SEQ)
    first, second = data.draw(seqs), data.draw(seqs)
    same_place = (period_key(reset, one), first) == (period_key(reset, two), second)
    numbers = render(pattern, first, one), render(pattern, second, two)
    assert max(map(len, numbers)) <= MAX_LENGTH
    if not same_place:
        assert numbers[0] != numbers[1]
        assert payment_reference(numbers[0]) != payment_reference(numbers[1])
