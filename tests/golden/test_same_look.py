"""The short cuts inside WeasyPrint change the time, not the page: the same picture as through its public front door."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from weasyprint import HTML

from billing.documents import pdf
from billing.documents.custom.source import STARTER, checked
from billing.documents.fetcher import AssetFetcher
from billing.documents.qr import QrCode
from tests.golden.test_layouts import NEWER, laid_out
from tests.helpers.invoices import PAPERS, english, german, printed
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


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
def test_the_newer_layouts_look_like_it_too(look: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    ours = picture_of(printed(laid_out(english(), look)))
    monkeypatch.setattr(pdf, "Page", PlainPage)
    assert picture_of(printed(laid_out(english(), look))) == ours


def test_an_own_template_looks_like_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rich = "<h2>a</h2><h3>b</h3><p>c<br/>d <b>e</b> <i>f</i></p><ul><li>g</li></ul><ol><li>h</li></ol><hr/><p>i</p>"
    stored = checked(
        STARTER + rich, "ul, ol { margin: 1mm } hr { border: 1pt solid #000 } h2, h3 { margin: 0 }"
    ).stored()
    digest = sha256(stored).hexdigest()
    paper = laid_out(english(), ("custom", 1), source=digest)
    ours = picture_of(printed(paper, assets={digest: stored}))
    monkeypatch.setattr(pdf, "Page", PlainPage)
    theirs = picture_of(printed(paper, assets={digest: stored}))
    assert len(ours) == len(theirs)
    assert sum(one != two for one, two in zip(ours, theirs, strict=True)) < len(ours) // 500


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
