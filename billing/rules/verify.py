"""What a stranger who holds a document may learn of it: whether it is genuine, what is open, which account is the right one (SPEC B16)."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

VALID, PARTLY, SETTLED, CREDITED, VOID = "valid", "partly", "settled", "credited", "void"


class BankDigest(NamedTuple):
    """The end of an account number, and a fingerprint of all of it."""

    last: str
    fingerprint: str


def plain_account(text: str) -> str:
    """An account number as it is compared: letters and digits alone."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def account_of(bank: Mapping[str, Any] | None) -> str:
    """The account a document says to pay to; empty where it names none."""
    if not bank:
        return ""
    return plain_account(bank["iban"] or f"{bank['routing_number']}{bank['account_number']}")


def bank_digest(bank: Mapping[str, Any] | None) -> BankDigest | None:
    """What the page and the PDF say of the account, so that a changed number in a forged PDF shows (SHA-256, 32 bits of it)."""
    account = account_of(bank)
    if not account:
        return None
    print_ = hashlib.sha256(account.encode()).hexdigest()[:8].upper()
    return BankDigest(account[-4:], f"{print_[:4]}-{print_[4:]}")


def same_account(bank: Mapping[str, Any] | None, typed: str) -> bool:
    """Whether `typed` is the account: with its routing number or, where it has one, without."""
    account, wanted = plain_account(typed), account_of(bank)
    short = plain_account(bank["account_number"]) if bank and not bank["iban"] else wanted
    return bool(account) and account in (wanted, short)


def standing(state: str, payable: Decimal, open_amount: Decimal, credited: Decimal) -> str:
    """What became of a document, without saying how: amounts in its own currency."""
    if state == "void":
        return VOID
    if payable and not open_amount:
        return CREDITED if credited >= payable else SETTLED
    return PARTLY if open_amount < payable else VALID
