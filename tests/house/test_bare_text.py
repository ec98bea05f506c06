"""No template says anything that cannot be translated: every word people read stands inside a translation tag."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.house.source import ROOT

# The words of a mail are one file per language, and no template.
WORDS = set((ROOT / "templates" / "mail").glob("*.txt"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.is_file() and path not in WORDS)
# Translated, or never shown.
AWAY = re.compile(
    r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|\{#.*?#\}",
    re.DOTALL,
)
# Blocks of the frame that fill an attribute.
ATTRIBUTES = re.compile(r"\{% block (?:body_class|body_attributes|button_style) %\}.*?\{% endblock %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SHOWN = {"aria-label", "aria-description", "title", "placeholder", "alt", "label", "data-label", "data-hotkey-label"}
# What is handed to a component as a plain literal.
HANDED = re.compile(
    r"(?<![\w-])(?:label|text|question|button|title|note|after|heading|placeholder)=\"([^\"]*)\"|\bbadge \"([^\"]*)\""
)
WORD = re.compile(r"[^\W\d_]{2}")
NAMES = {"SHA-256"}


class Reader(HTMLParser):
    """Collects the words of a page, but for keys, code and pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "kbd", "code", "svg"}:
            self.silent.append(tag)
        self.found += [value for name, value in attrs if name in SHOWN and value and WORD.search(value)]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and WORD.search(data):
            self.found.append(data.strip())


def bare(source: str) -> list[str]:
    """The words of a template that stand outside translation tags."""
    text = ATTRIBUTES.sub("", AWAY.sub("", source))
    handed = [word for tag in TAG.findall(text) for pair in HANDED.findall(tag) for word in pair if WORD.search(word)]
    reader = Reader()
    reader.feed(TAG.sub("", text))
    reader.close()
    return [word for word in handed + reader.found if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_no_bare_words(path: Path) -> None:
    assert bare(path.read_text("utf-8")) == []


def test_the_reader_finds_them() -> None:
    page = """{% block title %}{% translate "Fine" %}{% endblock %}<p title="Wrong">{{ x }} two <kbd>Enter</kbd></p>
    {% badge "three" "good" %}{% include "a.html" with label="four" text=_("Fine") %}
    {% blocktranslate %}Fine {{ x }}{% endblocktranslate %}{# fine #}"""
    assert bare(page) == ["three", "four", "Wrong", "two"]
