"""The payment code: literal EPC069-12 payloads, compared module by module with an independent encoding of each."""

import re
from decimal import Decimal
from typing import Any

import pytest
import segno

from billing.documents.qr import QrCode, epc_qr

GOOD: dict[str, Any] = {
    "name": "Spreebogen Werkstatt GmbH",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bic": "COBADEFFXXX",
    "currency": "EUR",
    "amount": Decimal("1190.00"),
    "reference": "RF36INV202600042",
}


def modules(code: QrCode) -> list[list[int]]:
    """The symbol as its SVG path draws it."""
    grid = [[0] * code.size for _ in range(code.size)]
    for x, y, length, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path):
        assert length == back
        grid[int(y)][int(x) : int(x) + int(length)] = [1] * int(length)
    return grid


def encoded(payload: str) -> list[list[int]]:
    symbol = segno.make_qr(payload.encode(), error="m", boost_error=False)
    return [list(map(int, row)) for row in symbol.matrix_iter(border=4)]


HEAD = ("BCD", "002", "1", "SCT")
IBAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, ("COBADEFFXXX", "Spreebogen Werkstatt GmbH", IBAN, "EUR1190", "", "RF36INV202600042")),
        (
            {"reference": "INV-42", "bic": "", "amount": Decimal("0.10"), "name": "Müller & Söhne"},
            ("", "Müller & Söhne", IBAN, "EUR0.1", "", "", "INV-42"),
        ),
        (
            {"bic": "nonsense", "amount": Decimal("999999999.99")},
            ("", "Spreebogen Werkstatt GmbH", IBAN, "EUR999999999.99", "", "RF36INV202600042"),
        ),
        (
            # A line break in a name must not write the next field.
            {"name": "Evil\nDE00000000000000000000\nEUR1"},
            ("COBADEFFXXX", "Evil DE00000000000000000000 EUR1", IBAN, "EUR1190", "", "RF36INV202600042"),
        ),
    ],
)
def test_the_code_holds_exactly_the_transfer(changes: dict[str, Any], fields: tuple[str, ...]) -> None:
    code = epc_qr(**GOOD | changes)
    assert code is not None
    assert modules(code) == encoded("\n".join(HEAD + fields))


def test_a_long_name_is_cut_at_seventy_letters() -> None:
    cut = epc_qr(**GOOD | {"name": "n" * 200})
    assert cut is not None
    assert cut == epc_qr(**GOOD | {"name": "n" * 70})


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "USD"},
        {"iban": ""},
        {"iban": "DE88370400440532013000"},
        {"amount": Decimal("0.00")},
        {"amount": Decimal("-1.00")},
        {"amount": Decimal("1000000000.00")},
        {"name": " "},
        {"reference": ""},
        {"name": "😀" * 70, "reference": "😀" * 140},
    ],
)
def test_where_the_guideline_has_no_code_there_is_none(changes: dict[str, Any]) -> None:
    assert epc_qr(**GOOD | changes) is None
