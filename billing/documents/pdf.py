"""DocumentView to PDF/A-3a with WeasyPrint. Same input, renderer and fonts: same bytes (SPEC B14).

Call `render` through `invoicing_site.fork.run` in a render worker, never in a web process: a page that runs away, or a
missing font, takes the process with it.
"""

import gc
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from weasyprint import CSS, Attachment
from weasyprint.text.fonts import FontConfiguration

from billing.documents import facturx
from billing.documents.attached import Attached
from billing.documents.custom.source import Source, opened
from billing.documents.fetcher import AssetFetcher
from billing.documents.html import CUSTOM, ROOT, framed, sheets, to_html
from billing.documents.inside import Page, QrImage, fail_loudly, finish
from billing.documents.specimen import specimen
from billing.documents.texts import LANGUAGES
from billing.documents.view import DocumentView, document_view
from billing.rules.layout import BASES, DEFAULTS
from invoicing_site import fork

VARIANT = "pdf/a-3a"
STYLES = ROOT / "static" / "documents"
# The house's accent, as it stands in the sheets; a layout's own takes its place.
ACCENT = DEFAULTS["accent"]
_NOTHING = AssetFetcher({})
_warm: list[bool] = []


class Refused(ValueError):
    """A document that must not be printed as it is; `reason` is a code, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _style(accent: str, *names: str) -> CSS:
    """The named sheets as one, in the accent: each sheet more is one more look-up per element."""
    text = "".join((STYLES / f"{name}.css").read_text("utf-8") for name in names).replace(ACCENT, accent)
    return CSS(string=text, font_config=_fonts(), url_fetcher=_NOTHING)


def render(
    view: DocumentView, *, assets: Mapping[str, bytes], created: datetime, attachments: Sequence[Attached] = ()
) -> bytes:
    """The document as PDF/A-3a: tagged, with language, title and alternative texts.

    `assets` holds the logo's bytes by their SHA-256; no other byte outside the view is reachable. `created` is written
    as creation and modification date of file and attachments and must carry a zone: an input, never the clock. Raises
    `Refused` when the logo is missing, altered or unreadable (a stored PDF never changes, so it is better late than
    without its letterhead) and `UnknownTemplate`.
    """
    images: dict[str, Any] = {}
    if view.payment and view.payment.qr:
        images["asset:qr"] = QrImage(view.payment.qr)
    if view.slip:
        images["asset:slip"] = QrImage(view.slip.qr, cross=True)
    source = _source(view, assets)
    return print_out(
        framed(view, source.body(view)) if source else to_html(view),
        styles=sheets(view),
        css=source.css if source else "",
        accent=view.look.accent,
        logo=view.seller.logo,
        assets=assets,
        created=created,
        images=images,
        attachments=attachments,
    )


def _source(view: DocumentView, assets: Mapping[str, bytes]) -> Source | None:
    """The custom template the view asks for, by its hash."""
    if view.template != CUSTOM:
        return None
    stored = assets.get(view.look.source, b"")
    if sha256(stored).hexdigest() != view.look.source:
        raise Refused("template_missing")
    return opened(stored)


def print_out(
    markup: str,
    *,
    styles: Sequence[str],
    logo: str | None,
    assets: Mapping[str, bytes],
    created: datetime,
    accent: str = ACCENT,
    css: str = "",
    images: dict[str, Any] | None = None,
    attachments: Sequence[Attached] = (),
) -> bytes:
    """Any print markup of ours as PDF/A-3a, under the promises of `render`.

    `styles` names sheets of static/documents in their order, `css` is a checked one of a custom template; `images` are
    drawn in place of the URLs they are named by.
    """
    if created.tzinfo is None:
        raise ValueError("created needs a time zone")
    moment = created.astimezone(UTC).replace(microsecond=0)
    images = {} if images is None else images
    page = Page(markup, AssetFetcher(assets))
    document = page.render(
        font_config=_fonts(), stylesheets=[_style(accent, *styles)], pdf_variant=VARIANT, cache=images
    )
    if logo:
        shown = images.get(f"asset:{logo}")
        if shown is None:
            raise Refused("logo_unusable")
        fail_loudly(shown)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = stamp
    document.metadata.attachments = [_attachment(each, moment) for each in attachments]
    if any(each.name == facturx.FILE for each in attachments):
        facturx.describe(document.metadata)
    with warnings.catch_warnings():
        # WeasyPrint leaves its colour profile to the garbage collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        return bytes(document.write_pdf(pdf_variant=VARIANT, finisher=finish))


def warm() -> None:
    """Fills every cache a render uses (fonts, styles, templates, locales) and lets this process fork renders.

    For a render worker's start-up; takes about a second, and nothing the second time.
    """
    if not _warm:
        looks = [{"name": name, "version": version} for name, version in BASES.items() if name != CUSTOM]
        # Each look once and each language once, and nothing left between them: what this process grows by, every child has.
        wanted = [("en", "DE", look) for look in looks] + [("en", "US", looks[0])]
        wanted += [(language, "DE", looks[0]) for language in LANGUAGES if language != "en"]
        for language, country, look in wanted:
            facts, parties = specimen(language, country)
            view = document_view(facts | {"template": look}, parties)
            render(view, assets={}, created=datetime(2000, 1, 1, tzinfo=UTC))
            gc.collect()
        _warm.append(True)
    fork.prepare()


def font_files(markup: str, *styles: str) -> list[bytes]:
    """The font files WeasyPrint sets `markup` in under the named sheets, in order of first use."""
    document = Page(markup, _NOTHING).render(font_config=_fonts(), stylesheets=[_style(ACCENT, *styles)])
    document.write_pdf()
    return [bytes(font.file_content) for font in document.fonts.values()]


def _attachment(attached: Attached, moment: datetime) -> Attachment:
    return Attachment(
        string=attached.content,
        name=attached.name,
        description=attached.description,
        relationship=attached.relationship,
        created=moment,
        modified=moment,
        url_fetcher=_NOTHING,
    )
