"""Links that carry their own proof: a row's uuid and an HMAC over it and its purpose (DESIGN §2, Ids).

Nothing secret is stored; expiry and revocation are columns of the row.
"""

import base64
import binascii
import hmac
import uuid

from django.utils.crypto import salted_hmac

_PROOF = 20  # bytes: 160 bits, above the 128 that FAULTS 46 asks for


def _proof(purpose: str, row: uuid.UUID) -> bytes:
    return salted_hmac(f"invoicing.link.{purpose}", row.bytes, algorithm="sha256").digest()[:_PROOF]


def make(purpose: str, row: uuid.UUID) -> str:
    """The token of `row` for one `purpose`; 48 URL-safe characters."""
    return base64.urlsafe_b64encode(row.bytes + _proof(purpose, row)).decode()


def read(purpose: str, token: str) -> uuid.UUID | None:
    """The row a token names, or None when it was not made here for this purpose. Compared in constant time."""
    try:
        raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    if len(raw) != 16 + _PROOF:
        return None
    row = uuid.UUID(bytes=raw[:16])
    return row if hmac.compare_digest(raw[16:], _proof(purpose, row)) else None
