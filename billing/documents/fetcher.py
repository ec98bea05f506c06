"""The only door from a document to bytes outside it: assets handed in by hash. Everything else is refused."""

import io
import re
from collections.abc import Mapping
from hashlib import sha256

from PIL import Image
from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSET = re.compile(r"asset:([0-9a-f]{64})")
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


class Refused(ValueError):
    """A URL that is no asset of this document. WeasyPrint leaves the place empty and goes on."""


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """Answers `asset:<sha256>` from the bytes given and nothing else: no http, file, ftp or data URL, no redirect.

    The parent's handlers for those schemes are never built, so a mistake here has no network to fall into.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        # Not super().__init__(): it would add handlers for http, ftp, file and data.
        self._assets = assets
        self._fail_on_errors = False

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The asset's bytes. Raises `Refused` for any other URL and for bytes that are not the ones the hash names."""
        match = ASSET.fullmatch(url)
        content = self._assets.get(match[1]) if match else None
        if match is None or content is None or sha256(content).hexdigest() != match[1]:
            raise Refused("not an asset of this document")
        kind = content_type(content)
        if kind == "image/jpeg":
            content, kind = _on_screen(content)
        return URLFetcherResponse(url, content, {"Content-Type": kind})

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        raise Refused("not an asset of this document")

    def __call__(self, url: str) -> URLFetcherResponse:
        return self.fetch(url)


def _on_screen(jpeg: bytes) -> tuple[bytes, str]:
    """A JPEG from a print shop is in CMYK, which PDF/A forbids beside our sRGB output intent (ISO 19005-3, 6.2.4.3)."""
    picture = Image.open(io.BytesIO(jpeg))
    if picture.mode != "CMYK":
        return jpeg, "image/jpeg"
    converted = io.BytesIO()
    picture.convert("RGB").save(converted, "PNG")
    return converted.getvalue(), "image/png"


def content_type(content: bytes) -> str:
    """By signature, never by name. Raises `Refused` for all but PNG, JPEG and SVG: Pillow would read forty more, each a
    parser in C that nobody's logo needs."""
    if content.startswith(PNG):
        return "image/png"
    if content.startswith(JPEG):
        return "image/jpeg"
    if content.lstrip().startswith(b"<"):
        return "image/svg+xml"
    raise Refused("neither PNG, JPEG nor SVG")
