"""The file-store port: content-addressed, encrypted bytes; the folder is its first tenant (SPEC O6)."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Protocol

from django.conf import settings

from invoicing_site import crypto
from invoicing_site.models import Blob, Company

LABEL = "blob"


class Damaged(Exception):
    """The stored bytes are missing or do not hash to their name."""


class Store(Protocol):
    def write(self, name: str, data: bytes) -> None: ...

    def read(self, name: str) -> bytes: ...


class Folder:
    """Files below one folder; a file is complete or absent (written aside, synced, renamed)."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)

    def write(self, name: str, data: bytes) -> None:
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()


def store() -> Store:
    """The installation's store, from ``FILE_STORE``."""
    return Folder(settings.FILE_STORE)


def name_of(company: Company, sha256: str) -> str:
    return f"{company.data_region}/{company.uuid}/{sha256[:2]}/{sha256}"


def keep(company: Company, data: bytes, media_type: str) -> Blob:
    """Store `data` encrypted and return its row; the same content of one company is stored once.

    The bytes are written before the row, so a row never names a missing file.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    found = Blob.objects.for_company(company).filter(sha256=sha256).first()
    if found is None:
        store().write(name_of(company, sha256), crypto.encrypt(data, LABEL))
        found, _ = Blob.objects.get_or_create(
            company=company, sha256=sha256, defaults={"size": len(data), "media_type": media_type}
        )
    assert isinstance(found, Blob)
    return found


def fetch(blob: Blob) -> bytes:
    """The plain bytes. Raises Damaged when the file is gone or altered."""
    try:
        data = crypto.decrypt(store().read(name_of(blob.company, blob.sha256)), LABEL)
    except Exception as error:
        raise Damaged(f"file {blob.sha256} cannot be read: {type(error).__name__}") from error
    if hashlib.sha256(data).hexdigest() != blob.sha256:
        raise Damaged(f"file {blob.sha256} does not hash to its name")
    return data
