"""Encryption at rest: AES-256-GCM under data keys, data keys wrapped by a key ring from the environment (SPEC S2).

Ciphertext is ``0x01 ‖ data key id (4 bytes) ‖ nonce (12) ‖ ciphertext ‖ tag``; the label (``client.tax_id``) is authenticated with it, so a
ciphertext moved to another column is refused. History tables hold the same bytes and decrypt under the same label.
"""

import base64
import hashlib
import hmac
import os
import struct
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

if TYPE_CHECKING:
    Base = models.BinaryField[str, str]
else:
    Base = models.BinaryField

_PREFIX = b"\x01"
_keys: dict[int, AESGCM] = {}
_active: list[int] = []
_search: list[bytes] = []


@lru_cache(maxsize=1)
def ring() -> dict[str, bytes]:
    """Key-encryption keys by id, the active one first, from ``DATA_KEYS``."""
    found: dict[str, bytes] = {}
    for entry in settings.DATA_KEYS:
        name, _, encoded = entry.partition(":")
        key = base64.b64decode(encoded)
        if len(key) != 32:
            raise ImproperlyConfigured(f"DATA_KEYS: key {name!r} must be 32 bytes in base64.")
        found[name] = key
    if not found:
        raise ImproperlyConfigured("DATA_KEYS is empty: set id:base64 of 32 random bytes (docs/settings.md).")
    return found


def wrap(key: bytes) -> tuple[str, bytes]:
    """Encrypt a data key under the active ring key; returns (ring key id, wrapped bytes)."""
    name, kek = next(iter(ring().items()))
    nonce = os.urandom(12)
    return name, nonce + AESGCM(kek).encrypt(nonce, key, b"data-key")


def unwrap(name: str, wrapped: bytes) -> bytes:
    """The data key itself. Raises ImproperlyConfigured when the ring lost the key it was wrapped with."""
    if name not in ring():
        raise ImproperlyConfigured(f"DATA_KEYS lacks key {name!r}, which wraps a data key still in use.")
    return AESGCM(ring()[name]).decrypt(wrapped[:12], wrapped[12:], b"data-key")


def _data_key(key_id: int | None) -> tuple[int, AESGCM]:
    from invoicing_site.models.datakey import DataKey

    if key_id is None:
        if not _active:
            row = DataKey.objects.active()
            _active.append(row.pk)
        key_id = _active[0]
    if key_id not in _keys:
        row = DataKey.objects.get(pk=key_id)
        _keys[key_id] = AESGCM(unwrap(row.ring_key, bytes(row.wrapped)))
    return key_id, _keys[key_id]


def forget_keys() -> None:
    """Drop cached data keys (after a rotation, between test databases)."""
    _keys.clear()
    _active.clear()
    _search.clear()
    ring.cache_clear()


def encrypt(plain: bytes, label: str) -> bytes:
    """Ciphertext of `plain`, bound to `label`."""
    key_id, cipher = _data_key(None)
    nonce = os.urandom(12)
    return _PREFIX + struct.pack(">I", key_id) + nonce + cipher.encrypt(nonce, plain, label.encode())


def decrypt(sealed: bytes, label: str) -> bytes:
    """Plain bytes. Raises cryptography's InvalidTag when altered or bound to another label."""
    sealed = bytes(sealed)
    _, cipher = _data_key(struct.unpack(">I", sealed[1:5])[0])
    return cipher.decrypt(sealed[5:17], sealed[17:], label.encode())


def digest(value: str, label: str) -> bytes:
    """Keyed HMAC for exact search of an encrypted value: case, spaces and punctuation do not matter."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", value).upper() if c.isalnum())
    if not _search:
        from invoicing_site.models.datakey import DataKey, Purpose

        row = DataKey.objects.active(Purpose.SEARCH)
        _search.append(unwrap(row.ring_key, bytes(row.wrapped)))
    return hmac.new(_search[0], f"{label}\0{plain}".encode(), hashlib.sha256).digest()


def signer() -> Ed25519PrivateKey:
    """The key that signs chain checkpoints, from ``SIGNING_KEY``."""
    if not settings.SIGNING_KEY:
        raise ImproperlyConfigured("SIGNING_KEY is empty: set base64 of 32 random bytes (docs/settings.md).")
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.SIGNING_KEY))


class EncryptedText(Base):
    """Text stored as ciphertext under an explicit `label`. Not searchable: keep a `digest()` column beside it."""

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        self.label = label
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def _check_str_default_value(self) -> list[Any]:
        return []  # the Python value is text; only the column is binary

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["label"] = self.label
        return name, path, args, kwargs

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = encrypt(value.encode(), self.label) if value else b""
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        if value is None:
            return None
        return decrypt(value, self.label).decode() if len(value) else ""

    def to_python(self, value: Any) -> str:
        return cast(str, value)

    def value_to_string(self, obj: models.Model) -> str:
        return base64.b64encode(encrypt(self.value_from_object(obj).encode(), self.label)).decode()
