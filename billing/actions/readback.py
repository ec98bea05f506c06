"""Reading a stored PDF with another program than the one that made it, and noting whether it says what the rows say."""

import datetime as dt
import io
from collections.abc import Iterator

from pypdf import PdfReader

from billing.documents.wording import Wording
from billing.models import Document, Reading, Rendition
from invoicing_site import files
from invoicing_site.action import action
from invoicing_site.context import refuse_in_action
from invoicing_site.formats import format_amount


def read_back(*, rendition_id: int, at: dt.datetime) -> Reading:
    """Read number, total, taxes and every line's amount in the PDF's bytes; a repeat returns the first reading.

    Raises Damaged when the stored bytes are gone or altered.
    """
    refuse_in_action("reading a PDF")
    rendition = Rendition.objects.select_related("document__company", "blob__company").get(pk=rendition_id)
    found: Reading | None = Reading.objects.filter(rendition=rendition).first()
    if found is not None:
        return found
    text = plain(printed(files.fetch(rendition.blob)))
    wanted = list(figures(rendition.document))
    missing = sorted({figure for figure in wanted if plain(figure) not in text})
    return _note(rendition=rendition, figures=len(wanted), missing=missing, actor=None, at=at)


@action
def _note(*, rendition: Rendition, figures: int, missing: list[str], actor: None, at: dt.datetime) -> Reading:
    row: Reading
    row, _ = Reading.objects.get_or_create(
        company_id=rendition.company_id,
        rendition=rendition,
        defaults={"figures": figures, "missing": missing, "read_at": at},
    )
    return row


def printed(pdf: bytes) -> str:
    """The text of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def plain(text: str) -> str:
    """Without the spaces, narrow or wide, that typesetting puts between and inside numbers."""
    return "".join(text.split())


def figures(document: Document) -> Iterator[str]:
    """What must stand on the document, from its rows, as its language writes it."""
    locale = Wording.of(document.language, document.company.country, document.currency).locale
    amounts = [document.total, *document.lines.values_list("amount", flat=True)]
    amounts += [part for part in document.tax_totals.values_list("amount", flat=True) if part]
    yield document.number or ""
    for amount in amounts:
        yield format_amount(amount, document.currency, locale)
