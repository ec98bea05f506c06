"""The line table as printed, in the columns its layout names. Every amount is read from the snapshot."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from billing.documents.parts import Cell, Column, Line, Table
from billing.documents.wording import Wording, negative
from billing.rules.carry import carried

# Longer figures than this need the broad columns: 999,999,999.99 is 14 letters.
BROAD_FIGURE = 13
# About a third of a page; keeping more together would leave white holes.
TALL_TEXT, TALL_LINES = 1000, 20
# Each column's word, the width it takes in the style sheet, and whether it holds figures.
KINDS = {
    "position": ("position", "position", False),
    "sku": ("sku_head", "code", False),
    "description": ("description", "", False),
    "quantity": ("quantity", "quantity", True),
    "unit_price": ("unit_price", "figure", True),
    "discount": ("discount", "percent", True),
    "tax": ("tax", "percent", True),
    "cost_center": ("cost_center", "code", False),
    "service": ("service_head", "service", False),
    "amount": ("amount", "figure", True),
}
# As many lines fit on any page, however its blocks are ordered, so that no sum need be carried over.
SHORT = 6

Facts = Mapping[str, Any]


def table_part(facts: Facts, wording: Wording, columns: Sequence[str]) -> Table:
    """The line table. The discount column comes with the first discount, the tax column when lines differ in tax: one
    rate for all stands in the totals already. `columns` are the layout's; one that is empty on every line is left out."""
    texts, lines = wording.texts, facts["lines"]
    discounted = any(Decimal(line["discount"]) for line in lines)
    taxed = len({tuple(tax["code"] for tax in line["taxes"]) for line in lines}) > 1
    missing = {
        name
        for name, there in (
            ("discount", discounted),
            ("tax", taxed),
            ("sku", any(line["sku"] for line in lines)),
            ("cost_center", any(line.get("cost_center") for line in lines)),
            ("service", any(line["service_from"] or line["service_to"] for line in lines)),
        )
        if not there
    }
    shown = tuple(name for name in columns if name not in missing)
    sums = _sums(facts, wording)
    rows = tuple(
        _line(line, wording, shown, sums[at] if at < len(sums) else "", taxed=taxed) for at, line in enumerate(lines)
    )
    return Table(
        position=texts["position"],
        description=texts["description"],
        quantity=texts["quantity"],
        unit_price=texts["unit_price"],
        discount=texts["discount"] if discounted else "",
        tax=texts["tax"] if taxed else "",
        amount=texts["amount"].format(wording.currency),
        caption=texts["including_tax"] if facts["prices_include_tax"] else "",
        wide=any(len(figure) > BROAD_FIGURE for row in rows for figure in (row.unit_price, row.amount)),
        lines=rows,
        columns=tuple(_column(name, wording) for name in shown),
    )


def _column(name: str, wording: Wording) -> Column:
    word, kind, right = KINDS[name]
    head: str = wording.texts[word]  # type: ignore[literal-required]
    return Column(name, head.format(wording.currency) if name == "amount" else head, kind, right)


def _sums(facts: Facts, wording: Wording) -> list[str]:
    """What is carried over should the page break after each line; never after the last, where the totals follow."""
    lines = facts["lines"]
    if len(lines) <= SHORT:
        return []
    return [wording.amount(str(each)) for each in carried(Decimal(line["amount"]) for line in lines)][:-1]


def _line(line: Facts, wording: Wording, shown: Sequence[str], carry: str, *, taxed: bool) -> Line:
    texts = wording.texts
    discount = ""
    if Decimal(line["discount"]):
        percent = Decimal(line["discount_percent"])
        discount = wording.percent(line["discount_percent"]) if percent else wording.amount(negative(line["discount"]))
    days = wording.days(line["service_from"], line["service_to"])
    sku, service = (
        texts["sku"].format(line["sku"]) if line["sku"] else "",
        texts["service"].format(days) if days else "",
    )
    beside = (("sku" in shown, sku), ("service" in shown, service))
    values = {
        "position": str(line["position"]),
        "sku": line["sku"],
        "description": line["description"],
        "quantity": wording.quantity(line["quantity"], line["unit"]),
        "unit_price": wording.amount(line["unit_price"]),
        "discount": discount,
        "tax": " + ".join(wording.percent(tax["rate"]) for tax in line["taxes"]) or "–" if taxed else "",
        "cost_center": line.get("cost_center", ""),
        "service": days,
        "amount": wording.amount(line["amount"]),
    }
    note = " · ".join(text for stands, text in beside if text and not stands)
    return Line(
        note=" · ".join(text for text in (sku, service) if text),
        tall=len(line["description"]) > TALL_TEXT or line["description"].count("\n") > TALL_LINES,
        cells=tuple(Cell(values[name], note if name == "description" else "", KINDS[name][2]) for name in shown),
        carried=f"{texts['carried']}   {carry}" if carry else "",
        brought=f"{texts['brought']}   {carry}" if carry else "",
        **{name: values[name] for name in LINE},
    )


LINE = ("position", "description", "quantity", "unit_price", "discount", "tax", "amount")
