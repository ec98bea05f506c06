"""The payment reference of a document: RF creditor reference, ISO 11649 (SPEC B17). Pure."""

from __future__ import annotations

import re

BODY_LENGTH = 21


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


def printed(reference: str) -> str:
    """In groups of four, as the standard prints it for people: ``RF36 INV2 0260 0042``."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))
