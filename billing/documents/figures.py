"""Lines, totals, tax and exchange as printed. Every amount is read from the snapshot: nothing is added up here."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from billing.documents.parts import Exchange, Line, Row, Table, Totals
from billing.documents.wording import Wording, negative

# Sellers here charge VAT, named in the document's language; elsewhere the tax keeps the name the seller gave it.
VAT_COUNTRIES = frozenset(
    {
        "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
        "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
TAXED = frozenset({"S", "Z"})
# Longer figures than this need the broad columns: 999,999,999.99 is 14 letters.
BROAD_FIGURE = 13
# About a third of a page; keeping more together would leave white holes.
TALL_TEXT, TALL_LINES = 1000, 20

Facts = Mapping[str, Any]


def table_part(facts: Facts, wording: Wording) -> Table:
    """The line table. The discount column comes with the first discount, the tax column when lines differ in tax: one
    rate for all stands in the totals already."""
    texts, lines = wording.texts, facts["lines"]
    discounted = any(Decimal(line["discount"]) for line in lines)
    taxed = len({tuple(tax["code"] for tax in line["taxes"]) for line in lines}) > 1
    rows = tuple(_line(line, wording, taxed=taxed) for line in lines)
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
    )


def _line(line: Facts, wording: Wording, *, taxed: bool) -> Line:
    texts = wording.texts
    discount = ""
    if Decimal(line["discount"]):
        percent = Decimal(line["discount_percent"])
        discount = wording.percent(line["discount_percent"]) if percent else wording.amount(negative(line["discount"]))
    notes = (
        texts["sku"].format(line["sku"]) if line["sku"] else "",
        texts["service"].format(wording.days(line["service_from"], line["service_to"]))
        if line["service_from"] or line["service_to"]
        else "",
    )
    return Line(
        position=str(line["position"]),
        description=line["description"],
        note=" · ".join(note for note in notes if note),
        quantity=wording.quantity(line["quantity"], line["unit"]),
        unit_price=wording.amount(line["unit_price"]),
        discount=discount,
        tax=" + ".join(wording.percent(tax["rate"]) for tax in line["taxes"]) or "–" if taxed else "",
        amount=wording.amount(line["amount"]),
        tall=len(line["description"]) > TALL_TEXT or line["description"].count("\n") > TALL_LINES,
    )


def totals_part(facts: Facts, wording: Wording, seller_country: str) -> Totals:
    """From the lines to the total: document discounts, net, each tax with its base, and why a tax is nought."""
    texts, taxes = wording.texts, facts["tax_totals"]
    before = [_allowance(each, wording) for each in facts["allowances"]]
    if before:
        before.insert(0, Row(texts["subtotal"], wording.amount(facts["lines_amount"])))
    untaxed = facts["small_business"] or all(tax["category"] == "O" for tax in taxes)
    template = texts["tax_within"] if facts["prices_include_tax"] else texts["tax_on"]
    tax_rows = [
        Row(
            template.format(name=tax_name(tax, wording, seller_country), base=wording.amount(tax["base"])),
            wording.amount(tax["amount"]),
        )
        for tax in taxes
    ]
    within: list[Row] = []
    if facts["prices_include_tax"] and not untaxed:
        within = tax_rows
    elif not untaxed:
        before += [Row(texts["net"], wording.amount(facts["net"])), *tax_rows]
    label = texts["total_gross"] if within else texts["total"]
    total = Row(label, wording.money(facts["total"]))
    wide = any(len(row.value) > BROAD_FIGURE for row in (*before, total, *within))
    return Totals(tuple(before), total, tuple(within), _reasons(facts, wording, seller_country), wide)


def _allowance(allowance: Facts, wording: Wording) -> Row:
    charge = allowance["is_charge"]
    label = allowance["description"] or wording.texts["charge" if charge else "discount"]
    if allowance["percent"]:
        label = f"{label} ({wording.percent(allowance['percent'])})"
    return Row(label, wording.amount(allowance["amount"] if charge else negative(allowance["amount"])))


def tax_name(tax: Facts, wording: Wording, seller_country: str) -> str:
    """`VAT 19%`; outside the VAT countries the seller's own name for it; exempt categories by what they are."""
    texts = wording.texts
    vat = seller_country in VAT_COUNTRIES
    if tax["category"] in TAXED and not vat and tax["name"]:
        return str(tax["name"])
    return texts["category"][tax["category"]].format(
        name=texts["vat"] if vat else texts["sales_tax"], rate=wording.percent(tax["rate"])
    )


def _reasons(facts: Facts, wording: Wording, seller_country: str) -> tuple[str, ...]:
    texts = wording.texts
    local = texts["reasons_by_country"].get(seller_country, {})
    found: list[str] = []
    if facts["small_business"]:
        sentences = texts["small_business_by_country"]
        found.append(sentences.get(seller_country, sentences[""]))
    for tax in facts["tax_totals"]:
        category = tax["category"]
        # A small business owes one reason, the exemption; the neutral sentence of its category would contradict it.
        neutral = "" if facts["small_business"] else local.get(category) or texts["reasons"].get(category, "")
        found.append(tax["reason"] or neutral)
    return tuple(dict.fromkeys(reason for reason in found if reason))


def exchange_part(facts: Facts, wording: Wording) -> Exchange | None:
    """The totals in the seller's tax currency, or None when the document is already in it."""
    fx = facts["fx"]
    if not fx or fx["base_currency"] == facts["currency"]:
        return None
    texts, base = wording.texts, fx["base_currency"]
    shown: Sequence[tuple[str, str]] = [("net", "net"), ("tax", "tax"), ("total", "total")]
    if not Decimal(fx["tax"]):
        shown = shown[-1:]
    return Exchange(
        heading=texts["exchange"].format(
            currency=wording.currency,
            rate=wording.number(fx["rate"]),
            base=base,
            source=fx["source"],
            day=wording.day(fx["rate_date"]),
        ),
        rows=tuple(Row(texts[label], wording.money(fx[key], base)) for label, key in shown),  # type: ignore[literal-required]
    )
