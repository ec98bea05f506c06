"""What a layout may say: everything checked before it is stored, nothing the law wants left out."""

from decimal import Decimal
from typing import Any

import pytest

from billing.rules.layout import BLOCKS, COLUMNS, DEFAULTS, REQUIRED, WORDS, checked, contrast
from invoicing_site.errors import BusinessError


def refused(options: dict[str, Any], language: str = "en") -> tuple[str, str | None]:
    with pytest.raises(BusinessError) as error:
        checked(options, language=language)
    return error.value.code, error.value.field


def test_nothing_said_is_the_default_layout() -> None:
    assert checked({}, language="") == DEFAULTS


def test_checking_twice_changes_nothing_and_unknown_options_are_dropped() -> None:
    once = checked(
        {"accent": " #7A1F2B ", "opening": "  Hello ", "words": {"total": " Sum  total "}, "x": 1}, language="en"
    )
    assert once == DEFAULTS | {"accent": "#7a1f2b", "opening": "Hello", "words": {"total": "Sum total"}}
    assert checked(once, language="en") == once


def test_blocks_may_be_moved() -> None:
    order = ["notes", "table", "payment", "introduction", "totals", "exchange", "reasons"]
    assert checked({"blocks": order}, language="")["blocks"] == order


@pytest.mark.parametrize("blocks", [BLOCKS[1:], [*BLOCKS, "notes"], [*BLOCKS[1:], "advertisement"]])
def test_every_block_stands_exactly_once(blocks: list[str]) -> None:
    assert refused({"blocks": blocks}) == ("layout.blocks", "blocks")


def test_totals_follow_the_table() -> None:
    assert refused({"blocks": ["totals", "table", *(set(BLOCKS) - {"totals", "table"})]}) == (
        "layout.totals_first",
        "blocks",
    )


def test_columns_may_be_moved_and_all_may_be_shown() -> None:
    order = [*reversed(COLUMNS)]
    assert checked({"columns": order}, language="")["columns"] == order


@pytest.mark.parametrize("name", REQUIRED)
def test_what_the_law_wants_stays(name: str) -> None:
    assert refused({"columns": [each for each in COLUMNS if each != name]}) == ("layout.column_required", "columns")


@pytest.mark.parametrize("columns", [[*COLUMNS, "amount"], [*COLUMNS, "margin"]])
def test_unknown_or_doubled_columns_are_refused(columns: list[str]) -> None:
    assert refused({"columns": columns}) == ("layout.columns", "columns")


@pytest.mark.parametrize("accent", ["red", "#12345", "#12345g", "#1f4e79;}", "", "url(x)"])
def test_an_accent_is_six_hexadecimal_digits(accent: str) -> None:
    assert refused({"accent": accent}) == ("layout.accent", "accent")


def test_a_pale_accent_is_refused_with_its_contrast() -> None:
    with pytest.raises(BusinessError) as error:
        checked({"accent": "#8899aa"}, language="")
    assert (error.value.code, error.value.params) == ("layout.contrast", {"contrast": "2.9"})


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#000000", "21.00"), ("#ffffff", "1.00"), ("#767676", "4.54"), ("#777777", "4.48")]
)
def test_contrast_is_the_guidelines(colour: str, ratio: str) -> None:
    assert contrast(colour).quantize(Decimal("0.01")) == Decimal(ratio)


def test_a_logo_stands_left_right_or_in_the_middle() -> None:
    assert refused({"logo": "behind"}) == ("layout.logo", "logo")


def test_own_words_need_a_language() -> None:
    assert refused({"words": {"total": "Summe"}}, language="") == ("layout.words_language", "words")


@pytest.mark.parametrize(
    "words", [{"kinds": "Gutschrift"}, {"total": "x" * 41}, {"amount": "{}"}, {"reasons": "none"}, {"vat": "tax"}]
)
def test_the_laws_words_are_not_the_companys(words: dict[str, str]) -> None:
    assert refused({"words": words}) == ("layout.word", "words")


def test_an_empty_word_is_no_word_and_every_word_may_be_said() -> None:
    assert checked({"words": {"total": " "}}, language="")["words"] == {}
    words = dict.fromkeys(WORDS, "x")
    assert checked({"words": words}, language="en")["words"] == words


@pytest.mark.parametrize("name", ["opening", "closing"])
def test_texts_have_an_end(name: str) -> None:
    assert checked({name: "x" * 1000}, language="")[name] == "x" * 1000
    assert refused({name: "x" * 1001}) == ("layout.text", name)
