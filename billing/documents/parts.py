"""The parts a document view is made of: strings only, ready to print, in the document's language."""

from dataclasses import dataclass, field

from billing.documents.qr import QrCode


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what stands beside it; `path` is where billing.rules.explain tells how that amount came about."""

    label: str
    value: str
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Look:
    """How the document is laid out: `blocks` in their order, the accent as ``#rrggbb``, where the logo stands. `source`
    is the hash of a custom template's stored text, empty for the house's own."""

    blocks: tuple[str, ...]
    accent: str
    logo: str
    source: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its head, `kind` as the style sheet knows its width; `right` for figures."""

    key: str
    head: str
    kind: str
    right: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of a line, and the small print below it."""

    text: str
    note: str
    right: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `note` is small print below the description; empty `discount` or `tax` print nothing.
    A `tall` line may break over pages; the others stay whole. `cells` are the line in the layout's own columns;
    `carried` and `brought` what the page end and the next page's head say should the page break after it."""

    position: str
    description: str
    note: str
    quantity: str
    unit_price: str
    discount: str
    tax: str
    amount: str
    tall: bool
    cells: tuple[Cell, ...]
    carried: str
    brought: str


@dataclass(frozen=True, slots=True)
class Table:
    """The lines with their heads. `wide` asks for broad figure columns; an empty head means the column is left out."""

    position: str
    description: str
    quantity: str
    unit_price: str
    discount: str
    tax: str
    amount: str
    caption: str
    wide: bool
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """`before` leads to the grand total, `within` is contained in it; `after` leads from it to what is to be paid, if
    that is another sum; `reasons` say why a tax is nought."""

    before: tuple[Row, ...]
    total: Row
    within: tuple[Row, ...]
    reasons: tuple[str, ...]
    wide: bool
    after: tuple[Row, ...]
    payable: Row | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """The document once more in the seller's tax currency (Art. 230 Directive 2006/112/EC), with the rate's source."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay: a sentence or a list of parts, the account, and the code for the bank app. `early` offers a discount,
    `late` says what the law makes of paying late."""

    heading: str
    sentence: str
    parts: tuple[Row, ...]
    account: tuple[Row, ...]
    terms: str
    qr: QrCode | None
    qr_caption: str
    early: str
    late: str


@dataclass(frozen=True, slots=True)
class Seller:
    """Who bills: `sender` is the one line in the address window, `footer` three columns of lines of legal details."""

    name: str
    sender: str
    logo: str | None
    footer: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who is billed: lines of the address window, and where the goods went if that is elsewhere."""

    lines: tuple[str, ...]
    delivered_to: Row | None
