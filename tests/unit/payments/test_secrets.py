"""Secrets by reference: where they are is named, what they are never shows."""

from pathlib import Path

import pytest

from payments.gateways.base import GatewayError
from payments.gateways.secrets import fetch, is_reference


def test_both_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", " sk_test_1 ")
    (tmp_path / "key").write_text("sk_test_2\nsecond line\n")
    assert fetch("env:SOME_KEY") == "sk_test_1"
    assert fetch(f"file:{tmp_path}/key") == "sk_test_2"


@pytest.mark.parametrize(
    "reference", ["env:MISSING_KEY", "file:/nowhere/key", "file:/dev", "sk_live_pasted", "env:lower", ""]
)
def test_what_is_missing_is_named_and_a_pasted_key_is_not(reference: str) -> None:
    with pytest.raises(GatewayError) as missing:
        fetch(reference)
    assert missing.value.code == "secret.missing"
    assert "sk_live" not in str(missing.value)


def test_an_empty_or_strange_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("empty", "bytes"):
        with pytest.raises(GatewayError, match="no secret"):
            fetch(f"file:{tmp_path}/{name}")


@pytest.mark.parametrize(
    ("text", "good"), [("env:A", True), ("file:/a b", True), ("env:1", False), ("file:a", False), ("file:/a\n", False), ("sk_live_1", False)]
)  # fmt: skip
def test_references(text: str, good: bool) -> None:
    assert is_reference(text) is good
