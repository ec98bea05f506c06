"""The short cuts inside WeasyPrint change the time, not the page: the same picture as through its public front door."""

from collections.abc import Callable
from typing import Any

import pytest
from weasyprint import HTML

from billing.documents import pdf
from billing.documents.fetcher import AssetFetcher
from billing.documents.qr import QrCode
from tests.helpers.invoices import PAPERS, german, printed
from tests.helpers.papers import Snapshot, picture_of


class PlainPage(HTML):
    """HTML parser and browser sheet as WeasyPrint ships them."""

    def __init__(self, markup: str, fetcher: AssetFetcher) -> None:
        super().__init__(string=markup, url_fetcher=fetcher)


@pytest.mark.parametrize("paper", PAPERS)
def test_our_few_defaults_look_like_the_full_browser_sheet(
    paper: Callable[[], tuple[Snapshot, Snapshot]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = picture_of(printed(paper()))
    monkeypatch.setattr(pdf, "Page", PlainPage)
    assert picture_of(printed(paper())) == ours


def test_the_payment_code_looks_like_its_svg(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = picture_of(printed(german()))

    def as_svg(symbol: QrCode) -> Any:
        from xml.etree import ElementTree

        from weasyprint.images import SVGImage

        markup = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {symbol.size} {symbol.size}">'
            f'<path d="{symbol.path}"/></svg>'
        )
        return SVGImage(ElementTree.fromstring(markup), None, AssetFetcher({}), None)

    monkeypatch.setattr(pdf, "QrImage", as_svg)
    theirs = picture_of(printed(german()))
    assert len(ours) == len(theirs)
    # Anti-aliasing may differ by a shade along module edges; a missing module would be black against white.
    assert max(abs(one - two) for one, two in zip(ours, theirs, strict=True)) < 40
