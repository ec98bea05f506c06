"""The fetcher answers assets by hash and nothing else."""

import io
from hashlib import sha256

import pytest
from PIL import Image

from billing.documents.fetcher import AssetFetcher, Refused, content_type

LOGO = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
HASH = sha256(LOGO).hexdigest()


def test_an_asset_is_answered_by_its_hash() -> None:
    response = AssetFetcher({HASH: LOGO})(f"asset:{HASH}")
    assert (response.read(), response.content_type) == (LOGO, "image/svg+xml")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.com/logo.png",
        "ftp://127.0.0.1/",
        "data:image/png;base64,AAAA",
        "asset:qr",
        f"asset:{'0' * 64}",
        f"asset:{HASH}/../x",
        f"ASSET:{HASH}",
        f"asset:{HASH}\n",
        "",
        "/etc/passwd",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    fetcher = AssetFetcher({HASH: LOGO})
    for way in (fetcher, fetcher.fetch, fetcher.open):
        with pytest.raises(Refused):
            way(url)


def test_bytes_that_are_not_what_the_hash_names_are_refused() -> None:
    with pytest.raises(Refused):
        AssetFetcher({HASH: LOGO + b" "})(f"asset:{HASH}")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\x89PNG\r\n\x1a\n...", "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b" <svg/>", "image/svg+xml")],
)
def test_the_type_is_read_from_the_bytes(content: bytes, kind: str) -> None:
    assert content_type(content) == kind


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "image/png"), ("RGB", "image/jpeg"), ("L", "image/jpeg")])
def test_a_print_shops_jpeg_is_turned_into_screen_colours(mode: str, kind: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (4, 3)).save(file, "JPEG")
    digest = sha256(file.getvalue()).hexdigest()
    response = AssetFetcher({digest: file.getvalue()})(f"asset:{digest}")
    assert (response.content_type, Image.open(io.BytesIO(response.read())).mode) == (kind, mode.replace("CMYK", "RGB"))


def test_formats_a_logo_has_no_need_of_are_refused() -> None:
    tiff = b"II*\x00rest"
    digest = sha256(tiff).hexdigest()
    with pytest.raises(Refused):
        AssetFetcher({digest: tiff})(f"asset:{digest}")
