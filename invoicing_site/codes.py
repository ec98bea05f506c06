"""Codes people type from paper: enough of a row's uuid to find it, and an HMAC that proves the code was made here.

Forty bits lead to the row by its index, 120 prove it; nothing is stored. The key is the data key of searches, which outlives
the SECRET_KEY: a code on paper is good for years.
"""

import uuid
from typing import NamedTuple

from django.conf import settings

from invoicing_site.crypto import digest

# Crockford's base 32: no letter that looks like a digit; O, I and L are read as what they look like.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS = str.maketrans("OIL", "011")
_FOUND, _PROOF = 5, 15  # bytes
LENGTH = (_FOUND + _PROOF) * 8 // 5


class Place(NamedTuple):
    """Where a code points: rows whose uuid lies between `first` and `last`, one of which proves right."""

    first: uuid.UUID
    last: uuid.UUID
    code: str


def make(purpose: str, row: uuid.UUID) -> str:
    """The code of `row` for one `purpose`: eight groups of four, such as 7K2M-…"""
    raw = row.bytes[:_FOUND] + digest(row.hex, f"code.{purpose}")[:_PROOF]
    number = int.from_bytes(raw)
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def read(typed: str) -> Place | None:
    """Where a typed code points, or None for what is none. Case, spaces, hyphens and look-alikes do not matter."""
    letters = "".join(typed.split()).replace("-", "").upper().translate(_LOOKS)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    start = number.to_bytes(_FOUND + _PROOF)[:_FOUND]
    code = "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))
    rest = 16 - _FOUND
    return Place(uuid.UUID(bytes=start + b"\0" * rest), uuid.UUID(bytes=start + b"\xff" * rest), code)


def verify_url(code: str) -> str:
    """Where anybody checks a document: printed on it, so without the site's language or the company's name."""
    return f"{settings.BASE_URL}/v/{code}/"
