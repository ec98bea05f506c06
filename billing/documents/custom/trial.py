"""Trying a custom template: over specimens for what the law wants on paper, over 2,000 lines for what it costs."""

from xml.etree import ElementTree

from billing.documents.custom.markup import Broken, check_written
from billing.documents.custom.source import Source
from billing.documents.specimen import ample
from billing.documents.view import DocumentView, document_view
from invoicing_site.errors import BusinessError

LINES = 2000


def check_content(source: Source) -> None:
    """Refuses a template that leaves out what a document must say (Art. 226 Directive 2006/112/EC).

    Raises at ``markup``: layout.template_markup for text that is not well formed, layout.template_missing with what lacks.
    """
    for view in specimens():
        try:
            said = plain(check_written(source.body(view)))
        except Broken:
            raise BusinessError("layout.template_markup", "markup") from None
        for part, words in required(view):
            if plain_text(words) not in said:
                raise BusinessError("layout.template_missing", "markup", part=part, text=words[:60])


def specimens() -> list[DocumentView]:
    """Prices without and with tax, two rates, a discount, deposits, a reason for no tax."""
    return [document_view(*ample("en", "DE", 3)), document_view(*ample("en", "DE", 3, gross=True))]


def required(view: DocumentView) -> list[tuple[str, str]]:
    """What must stand in the body; the seller's legal details stand in the footer, which no template changes."""
    totals = view.totals
    rows = [*totals.before, totals.total, *totals.within, *totals.after, *([totals.payable] if totals.payable else [])]
    return [
        ("heading", view.heading),
        *(("buyer", line) for line in view.buyer.lines),
        *(("meta", row.value) for row in view.meta),
        *(("line", text) for line in view.table.lines for text in (line.description, line.quantity, line.unit_price, line.amount)),
        *(("total", text) for row in rows for text in (row.label, row.value)),
        *(("reason", reason) for reason in totals.reasons),
    ]  # fmt: skip


def plain(root: ElementTree.Element) -> str:
    return plain_text("".join(root.itertext()))


def plain_text(text: str) -> str:
    return "".join(text.split())
