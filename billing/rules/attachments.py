"""Files that go with a document: which, how large, under what name. Pure."""

from __future__ import annotations

import unicodedata

from invoicing_site.errors import BusinessError

LARGEST, LARGEST_TOGETHER, MOST = 5_000_000, 15_000_000, 20
NAME_LENGTH = 80

# What an e-invoice may carry (EN 16931 BT-125), by the ending of the name: media type, and how such a file begins.
_OFFICE = b"PK\x03\x04"
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "csv": ("text/csv", ()),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (_OFFICE,)),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", (_OFFICE,)),
}


def media_type_of(name: str, content: bytes) -> str:
    """The media type of a file, told by its name and confirmed by its first bytes.

    Raises at ``file``: attachment.empty, attachment.too_large (over 5 MB), attachment.kind (another kind, or one that only
    says so).
    """
    if not content:
        raise BusinessError("attachment.empty", "file")
    if len(content) > LARGEST:
        raise BusinessError("attachment.too_large", "file", most=LARGEST // 1_000_000)
    _, dot, ending = name.rpartition(".")
    media_type, beginnings = KINDS.get(ending.lower() if dot else "", ("", ()))
    if not media_type or not (content.startswith(beginnings) if beginnings else _is_text(content)):
        raise BusinessError("attachment.kind", "file", kinds=", ".join(sorted(KINDS)))
    return media_type


def plain_name(name: str) -> str:
    """The file's own name without folders and without what mail headers, file systems and screens misread."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(c if c.isalnum() or c in "-_. ()" else "_" for c in last).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}"


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False
