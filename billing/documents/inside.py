"""Where we reach inside WeasyPrint 70, for speed and for strictness; each has its test, and the version is pinned.

Together the short cuts save a third of the time of a one-page invoice (benchmarks/README.md).
"""

import zlib
from typing import Any
from xml.etree import ElementTree

import pydyf
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.images import SVGImage

from billing.documents.fetcher import AssetFetcher
from billing.documents.qr import QrCode


class Page(HTML):  # type: ignore[misc]
    """Our own markup, read as XML (expat is thirty times as fast as the HTML parser) and styled without WeasyPrint's
    browser sheet: `static/documents/base.css` holds the few defaults it uses. Links need no base: there are none."""

    def __init__(self, markup: str, fetcher: AssetFetcher) -> None:
        self.base_url, self.url_fetcher, self.media_type = None, fetcher, "print"
        # The markup is ours and Django escaped every value in it: no DTD, no entity but the five of XML.
        self.wrapper_element = ElementWrapper.from_html_root(ElementTree.fromstring(markup), content_language=None)  # noqa: S314
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


class QrImage:
    """Draws a QR symbol straight into the page. As SVG its path alone took a tenth of the rendering time."""

    def __init__(self, symbol: QrCode, *, cross: bool = False) -> None:
        self._symbol, self._cross = symbol, cross

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        return self._symbol.size, self._symbol.size, 1

    def draw(self, stream: Any, width: float, height: float, style: object) -> None:
        """One filled rectangle per run of dark modules, black on the paper."""
        stream.transform(a=width / self._symbol.size, d=height / self._symbol.size)
        stream.set_color_rgb(0, 0, 0)
        for x, y, length in self._symbol.runs:
            stream.rectangle(x, y, length, 1)
        stream.fill()
        if self._cross:
            self._draw_cross(stream)

    def _draw_cross(self, stream: Any) -> None:
        """The Swiss cross, 7 of the symbol's 46 mm in its middle (Implementation Guidelines QR-bill, section 5.4.2): white
        rim, black field, white cross of the flag's proportions (20 and 6 of 32)."""
        unit, middle = self._symbol.size / 46, self._symbol.size / 2
        field, arm, thick = 6 * unit, 6 * unit * 20 / 32, 6 * unit * 6 / 32
        for white, width, height in (
            (1, 7 * unit, 7 * unit), (0, field, field), (1, arm, thick), (1, thick, arm),
        ):  # fmt: skip
            stream.set_color_rgb(white, white, white)
            stream.rectangle(middle - width / 2, middle - height / 2, width, height)
            stream.fill()


def fail_loudly(image: object) -> None:
    """WeasyPrint logs an SVG that fails while it is drawn and goes on without it. A page that is stored for ever must
    not lack its letterhead by accident, so here the failure comes out."""
    if isinstance(image, SVGImage):

        def draw(stream: Any, width: float, height: float, style: object) -> None:
            image._svg.draw(stream, width, height, image._base_url, image._context)

        image.draw = draw


class _Written(pydyf.Object):  # type: ignore[misc]
    """A PDF object already turned into bytes."""

    def __init__(self, source: pydyf.Object) -> None:
        self.number, self.offset, self.generation, self.free = source.number, 0, source.generation, source.free
        self._data = _deflated(source) if isinstance(source, pydyf.Stream) and source.compress else source.data
        self._compressible = source.compressible

    @property
    def data(self) -> bytes:
        return bytes(self._data)

    @property
    def compressible(self) -> bool:
        return bool(self._compressible)


def _deflated(stream: pydyf.Stream) -> bytes:
    """As pydyf writes it, but at zlib's ordinary level: its best one takes three times as long for one per cent."""
    plain = pydyf.Stream(stream.stream).data
    body = plain[plain.index(b"stream\n") + 7 : -len(b"\nendstream")]
    extra = {**stream.extra, "Filter": "/FlateDecode"}
    return bytes(pydyf.Stream([zlib.compress(body)], extra).data)


def finish(document: object, file: pydyf.PDF) -> None:
    """WeasyPrint's last step before the file is written: each attachment associated once (it names them twice), each
    object turned into bytes once (pydyf would do it for the file and again for the hash in its identifier)."""
    if "AF" in file.catalog:
        file.catalog["AF"] = pydyf.Array(dict.fromkeys(file.catalog["AF"]))
    file.objects = [each if each.free == "f" else _Written(each) for each in file.objects]
