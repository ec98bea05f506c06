"""What a stranger learns of an account and of what became of a document."""

import hashlib
from decimal import Decimal
from typing import Any

import pytest

from billing.rules.verify import BankDigest, bank_digest, same_account, standing

IBAN: dict[str, Any] = {"iban": "DE02 1203 0000 0000 2020 51", "account_number": "", "routing_number": ""}
US: dict[str, Any] = {"iban": "", "account_number": "123456789", "routing_number": "021000021"}
NONE: dict[str, Any] = {"iban": "", "account_number": "", "routing_number": ""}


@pytest.mark.parametrize(("bank", "plain"), [(IBAN, "DE02120300000000202051"), (US, "021000021123456789")])
def test_an_account_is_its_end_and_a_fingerprint_of_all_of_it(bank: dict[str, Any], plain: str) -> None:
    whole = hashlib.sha256(plain.encode()).hexdigest().upper()
    assert bank_digest(bank) == BankDigest(plain[-4:], f"{whole[:4]}-{whole[4:8]}")


@pytest.mark.parametrize("bank", [None, NONE])
def test_no_account_has_no_digest_and_is_no_account(bank: dict[str, Any] | None) -> None:
    assert (bank_digest(bank), same_account(bank, ""), same_account(bank, "123456789")) == (None, False, False)


@pytest.mark.parametrize(
    ("bank", "typed", "same"),
    [
        (IBAN, "de02120300000000202051", True),
        (IBAN, "DE89370400440532013000", False),
        (IBAN, "2051", False),
        (US, "123456789", True),
        (US, "021000021 123456789", True),
        (US, "021000021", False),
    ],
)
def test_a_typed_account_is_compared_whole(bank: dict[str, Any], typed: str, same: bool) -> None:
    assert same_account(bank, typed) is same


@pytest.mark.parametrize(
    ("state", "payable", "open_amount", "credited", "found"),
    [
        ("issued", 100, 100, 0, "valid"),
        ("issued", 100, 40, 0, "partly"),
        ("issued", 100, 0, 0, "settled"),
        ("issued", 100, 0, 40, "settled"),
        ("issued", 100, 0, 100, "credited"),
        ("issued", 0, 0, 0, "valid"),
        ("void", 100, 0, 0, "void"),
    ],
)
def test_what_became_of_it(state: str, payable: int, open_amount: int, credited: int, found: str) -> None:
    assert standing(state, Decimal(payable), Decimal(open_amount), Decimal(credited)) == found
