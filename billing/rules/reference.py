"""The payment reference of a document: RF creditor reference (ISO 11649), or the QR reference a Swiss QR-IBAN takes (SPEC B17). Pure."""

from __future__ import annotations

import re

from billing.rules.swiss import is_qr_iban

BODY_LENGTH = 21
QR_LENGTH = 26
# The carries of the recursive modulo 10 (SIX, Implementation Guidelines QR-bill, Annex B).
CARRIES = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def body(number: str) -> str:
    """The ASCII letters and digits of a document number, in capitals."""
    return re.sub(r"[^A-Z0-9]", "", number.upper())


def payment_reference(number: str) -> str:
    """``INV-2026-00042`` → ``RF36INV202600042``: "RF", two check digits (ISO 7064 mod 97-10), at most 21 characters.

    Of a longer number the last 21 letters and digits are kept: there the counter stands (`numbering.check` sees to it).
    `ValueError` for a number without letters and digits.
    """
    kept = body(number)[-BODY_LENGTH:]
    if not kept:
        raise ValueError(f"{number!r} has nothing a payment reference can be made of.")
    # Base 36 reads a letter as 10–35, the very digits the standard puts in its place.
    digits = "".join(str(int(sign, 36)) for sign in kept + "RF00")
    return f"RF{98 - int(digits) % 97:02}{kept}"


def qr_reference(number: str) -> str:
    """``INV-2026-00042`` → 27 digits: the number's, a letter as the two digits ISO 7064 reads it by, filled up with zeros
    from the left, and a check digit. Of more than 26 the last are kept. `ValueError` as for `payment_reference`."""
    kept = body(number)
    if not kept:
        raise ValueError(f"{number!r} has nothing a payment reference can be made of.")
    digits = "".join(str(int(sign, 36)) for sign in kept)[-QR_LENGTH:].zfill(QR_LENGTH)
    carry = 0
    for digit in digits:
        carry = CARRIES[(carry + int(digit)) % 10]
    return f"{digits}{(10 - carry) % 10}"


def reference_for(number: str, iban: str) -> str:
    """The reference of a document to be paid to `iban` (empty for none): a QR-IBAN takes a QR reference and no other."""
    return qr_reference(number) if is_qr_iban(iban.replace(" ", "").upper()) else payment_reference(number)


def printed(reference: str) -> str:
    """In groups of four, as the standard prints it for people: ``RF36 INV2 0260 0042``."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))
