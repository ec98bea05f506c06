"""Cells of the editor: what is typed is read as its language writes it, or not at all."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from billing.documents.units import UNITS
from billing.forms import reading

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("en", "1234.5", "1234.5"),
        ("en", "1,234.5", "1234.5"),
        ("en", "-0.000001", "-0.000001"),
        ("de", "1234,5", "1234.5"),
        ("de", "1.234,5", "1234.5"),
        ("de", "1.234", "1234"),
        ("de", "7", "7"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(language: str, typed: str, value: str) -> None:
    with translation.override(language):
        assert reading.decimal(typed, language) == Decimal(value)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "1,5"), ("en", "1.2.3"), ("en", "NaN"), ("en", "Infinity"), ("en", "1e5"), ("en", "--1"), ("en", "1 000"),
        ("en", "1" * 40 + "x"), ("de", "1.5"), ("de", "1,234,567"),
    ],
)  # fmt: skip
def test_what_could_mean_two_numbers_is_refused(language: str, typed: str) -> None:
    with translation.override(language), pytest.raises(reading.Unreadable):
        reading.decimal(typed, language)


@given(NUMBERS, st.sampled_from(["en", "de"]), st.integers(0, 4))
def test_what_is_written_reads_back_as_itself(number: Decimal, language: str, least: int) -> None:
    text = reading.written(number, language, least)
    assert reading.decimal(text, language) == number
    assert len(text.partition("," if language == "de" else ".")[2]) >= least


def test_nothing_is_written_for_nothing() -> None:
    assert reading.written(None, "en") == ""


@pytest.mark.parametrize("typed", ["10", "10 %", "10%", "10.0 %"])
def test_the_sign_may_stand_behind_a_percentage(typed: str) -> None:
    assert reading.percent(typed, "en") == 10


@pytest.mark.parametrize("language", sorted(UNITS))
def test_every_unit_is_written_so_that_it_reads_back_as_itself(language: str) -> None:
    for code in UNITS[language]:
        assert reading.unit(reading.unit_written(code, language), language) == code


def test_units_are_read_by_code_and_by_name_in_one_and_many() -> None:
    assert [reading.unit(text, "en") for text in ("HUR", "hur", "hour", "Hours", "")] == ["HUR"] * 4 + ["C62"]
    assert reading.unit("Stunden", "de") == "HUR"
    assert reading.unit_written("ZZZ", "en") == "ZZZ"
    with pytest.raises(reading.Unreadable):
        reading.unit("Stunden", "en")


def test_units_are_offered_once_each() -> None:
    offered = reading.units_offered("en")
    assert len(set(offered)) == len(offered)
    assert {"hours", "kg", "pieces"} <= set(offered)


@pytest.mark.parametrize("typed", ["31.12.2026", "2026-02-30", "0026-01-01", "9999-01-01", "x"])
def test_a_day_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(reading.Unreadable):
        reading.date(typed)


def test_text_has_one_kind_of_line_end_and_no_invisible_end() -> None:
    assert reading.text(" a\r\nb\rc\0 \n") == "a\nb\nc"
