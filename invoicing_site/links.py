"""Links that carry their own proof: a row's uuid and an HMAC over it and its purpose (DESIGN §2, Ids).

Nothing secret is stored; expiry and revocation are columns of the row.
"""

import base64
import binascii
import hmac
import re
import uuid

from django.utils.crypto import salted_hmac

TOKEN = "document"  # noqa: S105 - what the proof in a customer's link is for, no secret
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


# Paths behind a link that must be kept (where a payment page leads back to) name the link instead of opening it.
_OPEN, _NAMED = re.compile(r"^/l/([A-Za-z0-9_-]{48})/"), re.compile(r"^/l/~([0-9a-f]{32})/")


def named(path: str) -> str:
    """`path` with the token of a link in it replaced by the link's id: what may be stored. Other paths stay as they are."""
    found = _OPEN.match(path)
    row = read(TOKEN, found[1]) if found else None
    return f"/l/~{row.hex}/{path[found.end() :]}" if found and row else path


def opened(path: str) -> str:
    """The inverse of `named`."""
    found = _NAMED.match(path)
    return f"/l/{make(TOKEN, uuid.UUID(hex=found[1]))}/{path[found.end() :]}" if found else path
