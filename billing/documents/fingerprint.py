"""What has to be the same for the same bytes: renderer, fonts, formats and layout, in one short string (SPEC B14)."""

import zlib
from functools import cache
from hashlib import sha256
from pathlib import Path

import babel
import pydyf
import weasyprint
from weasyprint.text.ffi import harfbuzz, pango

from billing.documents.html import ROOT, TEMPLATES
from billing.documents.pdf import font_files

# One text per face the layouts use; what WeasyPrint picks for them is what our documents are set in.
FACES = "<p>a <b>b</b></p>"
STYLES = (("base", "classic", "a4"), ("base", "frame", "a4"))


@cache
def renderer_fingerprint() -> str:
    """For example `weasyprint-70.0 pydyf-0.13.0 pango-1.50.12 … fonts-3f2a… layout-91bc…`; under 200 characters.

    Documents in scripts the first fonts lack take glyphs from other installed fonts, which this does not name.
    """
    versions = {
        "weasyprint": weasyprint.__version__,
        "pydyf": pydyf.__version__,
        "pango": str(pango.pango_version()),
        "harfbuzz": _harfbuzz(),
        "babel": babel.__version__,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "fonts": _fonts(),
        "layout": _layout(),
    }
    return " ".join(f"{name}-{version}" for name, version in versions.items())


def _harfbuzz() -> str:
    """WeasyPrint declares only "at least this version", so the version is what is still at least."""
    found: list[int] = []
    for place in range(3):
        least = [*found, 0, 0, 0][:3]
        while harfbuzz.hb_version_atleast(*[*found, least[place] + 1, 0, 0][:3]):
            least[place] += 1
        found.append(least[place])
    return ".".join(map(str, found))


def _fonts() -> str:
    digest = sha256()
    for styles in STYLES:
        for content in font_files(FACES, *styles):
            digest.update(sha256(content).digest())
    return digest.hexdigest()[:16]


def _layout() -> str:
    """Over the bytes of every template and print style, so an edit without a new version number still shows."""
    files = sorted(
        [*(ROOT / "templates" / "documents").rglob("*.html"), *(ROOT / "static" / "documents").glob("*.css")]
    )
    digest = sha256(repr(sorted(TEMPLATES)).encode())
    for file in files:
        digest.update(str(Path(file).relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
