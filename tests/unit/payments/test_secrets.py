"""Secrets by reference: where they are is named, what they are never shows, and a company reaches its own alone."""

from pathlib import Path
from typing import Any

import pytest

from invoicing_site.secrets import example
from payments.gateways.base import GatewayError
from payments.gateways.secrets import fetch, is_reference


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "acme").mkdir()
    (tmp_path / "globex").mkdir()
    return tmp_path / "acme"


def test_both_places(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME__SOME_KEY", " sk_test_1 ")
    (folder / "stripe.key").write_text("first line\nsecond line\n")
    assert fetch("env:ACME__SOME_KEY", "acme") == "sk_test_1"
    assert fetch("file:stripe.key", "acme") == "first line\nsecond line"


@pytest.mark.parametrize(
    ("reference", "slug"),
    [
        ("env:SECRET_KEY", "acme"),
        ("env:GLOBEX__KEY", "acme"),
        ("env:ACME_US__KEY", "acme"),
        ("env:ACME__KEY", "acme-us"),
        ("env:ACME__US__KEY", "acme"),
        ("env:A_B__KEY", "a_b"),
        ("file:../globex/key", "acme"),
        ("file:/etc/hostname", "acme"),
        ("file:..", "acme"),
    ],
)
def test_what_is_another_s_cannot_be_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reference: str, slug: str
) -> None:
    for name in ("SECRET_KEY", "GLOBEX__KEY", "ACME_US__KEY", "ACME__KEY", "ACME__US__KEY", "A_B__KEY"):
        monkeypatch.setenv(name, "theirs")
    (folder.parent / "globex/key").write_text("theirs")
    assert not is_reference(reference, slug)
    with pytest.raises(GatewayError, match="not a reference"):
        fetch(reference, slug)


@pytest.mark.parametrize(
    "reference", ["env:ACME__MISSING", "file:nowhere", "file:acme", "sk_live_pasted", "env:lower", ""]
)
def test_what_is_missing_is_named_and_a_pasted_key_is_not(folder: Path, reference: str) -> None:
    with pytest.raises(GatewayError) as missing:
        fetch(reference, "acme")
    assert missing.value.code == "secret.missing"
    assert "sk_live" not in str(missing.value)


def test_an_empty_or_strange_file_is_missing(folder: Path) -> None:
    (folder / "empty").write_text("\n")
    (folder / "bytes").write_bytes(b"\xff\xfe")
    for name in ("empty", "bytes"):
        with pytest.raises(GatewayError, match="no secret"):
            fetch(f"file:{name}", "acme")


def test_without_a_folder_no_file_is_read(folder: Path, settings: Any) -> None:
    (folder / "key").write_text("there")
    settings.SECRETS_DIR = ""
    with pytest.raises(GatewayError, match="no secret"):
        fetch("file:key", "acme")


@pytest.mark.parametrize("slug", ["acme", "acme-us", "a--b", "a_b", "x1"])
def test_the_example_is_a_reference(slug: str) -> None:
    assert is_reference(example(slug), slug)
