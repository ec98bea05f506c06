"""Words say only what stands in them and in the values: no code, no markup (FAULTS 52)."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing_site.rules import mail_words
from invoicing_site.rules.mail_words import Words
from invoicing_site.wiring import MAILS

HOUSE = Path(__file__).resolve().parents[3] / "templates" / "mail"


def test_words_are_a_subject_and_a_text() -> None:
    assert mail_words.parse("Subject: Invoice {number}\n\nHello\n\nBye\n") == Words("Invoice {number}", "Hello\n\nBye")


@pytest.mark.parametrize("text", ["", "Hello", "subject: x\n\ny"])
def test_words_without_a_subject_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Subject:"):
        mail_words.parse(text)


def test_unknown_names_are_listed_once_in_order() -> None:
    text = "{number} {x} {button} { number } {x} {} {a.b} { and } alone"
    assert mail_words.unknown(text, ["number"]) == ["x", " number ", "", "a.b", " and "]


HOSTILE = [
    "{number.__class__}", "{0}", "{number!r}", "{number:>99999999}", "{% now 'Y' %}", "{{ number }}", "${number}", "{}",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_evaluated(text: str) -> None:
    filled = mail_words.fill(text, {"number": "R-1"})
    assert len(filled) < 100
    assert "class" not in filled
    assert mail_words.fill("{a}", {"a": text}) == text, "a value is never filled itself"


@given(
    st.text(), st.dictionaries(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=3), st.text(), max_size=4)
)
def test_filling_never_fails_and_fills_once(text: str, values: dict[str, str]) -> None:
    def expected(found: re.Match[str]) -> str:
        return values.get(found[0][1:-1], "")

    assert mail_words.fill(text, values) == re.sub(r"\{[^{}\n]*\}", expected, text)


def test_button_parts_the_text_once() -> None:
    assert mail_words.around_button("A\n\n{button}\n\nB {button} C") == ("A", "B  C")
    assert mail_words.around_button("A") == ("A", "")


def test_gaps_of_missing_values_close() -> None:
    assert mail_words.airy("\r\nA\r\n\r\n \r\n\t\nB\rC\n") == "A\n\nB\nC"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert attrs == []


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all((value or "").startswith("https://b.example/") for _, value in attrs)


@given(st.text() | st.sampled_from(["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</p><a href='//x'>"]))
def test_html_holds_paragraphs_and_line_ends_only(text: str) -> None:
    made = mail_words.paragraphs(f"A\n\n{text}\nB")
    parser = Tags()
    parser.feed(made)
    assert parser.found <= {"p", "br"}


def test_html_says_what_the_text_says() -> None:
    assert mail_words.paragraphs("A & <b>\nB\n\n\nC") == "<p>A &amp; &lt;b&gt;<br>B</p><p>C</p>"
    assert mail_words.paragraphs(" \n\n ") == ""


def test_only_addresses_of_our_own_become_links() -> None:
    site = "https://billing.example"
    text = f"Open {site}/a/?b=1&c=2. Not {site}.evil.example/x nor https://evil.example/ nor {site}"
    assert mail_words.paragraphs(text, site) == (
        f'<p>Open <a href="{site}/a/?b=1&amp;c=2">{site}/a/?b=1&amp;c=2</a>. '
        f"Not {site}.evil.example/x nor https://evil.example/ nor {site}</p>"
    )
    assert "<a" not in mail_words.paragraphs(text)


@given(st.text())
def test_a_link_cannot_be_broken_out_of(text: str) -> None:
    made = mail_words.paragraphs(f"https://b.example/{text}", "https://b.example")
    parser = Links()
    parser.feed(made)
    assert parser.found <= {"p", "br", "a"}


@pytest.mark.parametrize("kind", sorted(MAILS))
@pytest.mark.parametrize("language", ["en", "de"])
def test_house_words_of_every_kind_use_known_names_only(kind: str, language: str) -> None:
    words = mail_words.parse((HOUSE / f"{kind}.{language}.txt").read_text("utf-8"))
    assert words.subject
    assert "{button}" not in words.subject
    if MAILS[kind].placeholders:
        assert mail_words.unknown(words.subject + words.body, MAILS[kind].placeholders) == []
