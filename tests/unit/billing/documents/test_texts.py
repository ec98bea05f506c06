"""Adding a language means adding one dictionary: nothing may be missing from it."""

import string
from decimal import Decimal

import pytest

from billing.documents.texts import ENGLISH, LANGUAGES, Texts, texts_for
from billing.documents.units import UNITS, unit_name

OTHERS = sorted(set(LANGUAGES) - {"en"})


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_and_no_empty_word(language: str) -> None:
    texts = LANGUAGES[language]
    assert set(texts) == Texts.__required_keys__
    assert [key for key, word in texts.items() if not word] == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("table", ["kinds", "category", "reasons", "tax_ids"])
def test_every_language_fills_the_same_tables(language: str, table: str) -> None:
    assert set(LANGUAGES[language][table]) == set(ENGLISH[table])  # type: ignore[literal-required]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_neutral_small_business_sentence(language: str) -> None:
    assert LANGUAGES[language]["small_business_by_country"][""]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("key", [key for key, word in ENGLISH.items() if isinstance(word, str)])
def test_every_language_keeps_the_placeholders(language: str, key: str) -> None:
    theirs, ours = LANGUAGES[language][key], ENGLISH[key]  # type: ignore[literal-required]
    assert placeholders(theirs) == placeholders(ours)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_names_the_same_units(language: str) -> None:
    assert set(UNITS[language]) == set(UNITS["en"])


def test_units_exist_for_every_language() -> None:
    assert set(UNITS) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("tag", "spoken"), [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("en-US", "en"), ("tlh", "en"), ("", "en")]
)
def test_a_document_is_written_in_a_language_we_speak(tag: str, spoken: str) -> None:
    assert texts_for(tag) == (spoken, LANGUAGES[spoken])


@pytest.mark.parametrize(
    ("code", "quantity", "language", "name"),
    [
        ("HUR", "1", "en", "hour"),
        ("HUR", "2.5", "en", "hours"),
        ("HUR", "-1", "en", "hour"),
        ("HUR", "0", "en", "hours"),
        ("HUR", "1", "de", "Stunde"),
        ("HUR", "2", "de", "Stunden"),
        ("C62", "3", "de", ""),
        ("ZZZ", "3", "de", "ZZZ"),
    ],
)
def test_units_are_named_by_quantity(code: str, quantity: str, language: str, name: str) -> None:
    assert unit_name(code, Decimal(quantity), language) == name
