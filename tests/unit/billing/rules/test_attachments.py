"""Which files may go with a document, and under what name."""

import pytest

from billing.rules.attachments import KINDS, LARGEST, NAME_LENGTH, media_type_of, plain_name
from invoicing_site.errors import BusinessError


def refusal(name: str, content: bytes) -> tuple[str, str | None]:
    with pytest.raises(BusinessError) as refused:
        media_type_of(name, content)
    return refused.value.code, refused.value.field


@pytest.mark.parametrize("ending", KINDS)
def test_each_kind_is_known_by_its_name_and_its_beginning(ending: str) -> None:
    media_type, beginnings = KINDS[ending]
    content = (beginnings[0] if beginnings else b"") + b"Menge;Preis\n1;2\n"
    assert media_type_of(f"Nachweis.{ending.upper()}", content) == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("picture.svg", b"<svg/>"),
        ("program.exe", b"MZ"),
        ("nothing", b"%PDF-"),
        ("pdf", b"%PDF-"),
        ("lies.pdf", b"<html>"),
        ("lies.png", b"\xff\xd8\xff"),
        ("archive.xlsx", b"Rar!"),
        ("bytes.csv", b"a\x00b"),
        ("latin.csv", b"\xe4\xf6"),
    ],
)
def test_other_kinds_and_those_that_only_say_so_are_refused(name: str, content: bytes) -> None:
    assert refusal(name, content) == ("attachment.kind", "file")


def test_empty_and_heavy_files_are_refused() -> None:
    assert refusal("a.pdf", b"") == ("attachment.empty", "file")
    assert refusal("a.pdf", b"%PDF-" + bytes(LARGEST)) == ("attachment.too_large", "file")
    assert media_type_of("a.pdf", b"%PDF-".ljust(LARGEST, b"0")) == "application/pdf"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Aufmaß (2).pdf", "Aufmaß (2).pdf"),
        ("C:\\Temp\\..\\x.pdf", "x.pdf"),
        ("../../etc/x.csv", "x.csv"),
        ('a"; filename="b.exe\r\n.pdf', "a__ filename__b.exe__.pdf"),
        (" .hidden.png ", "hidden.png"),
        ("e\u0301.pdf", "\u00e9.pdf"),
        ("evil\u202efdp.pdf", "evil_fdp.pdf"),
    ],
)
def test_names_keep_nothing_that_can_be_misread(typed: str, kept: str) -> None:
    assert plain_name(typed) == kept


def test_long_names_keep_their_ending() -> None:
    name = plain_name("ä" * 200 + ".xlsx")
    assert (len(name), name[-5:]) == (NAME_LENGTH, ".xlsx")
