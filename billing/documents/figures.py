"""Totals, tax and exchange as printed. Every amount is read from the snapshot: nothing is added up here."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from billing.documents.parts import Exchange, Row, Totals
from billing.documents.table import BROAD_FIGURE
from billing.documents.wording import Wording, negative

# Sellers here charge VAT, named in the document's language; elsewhere the tax keeps the name the seller gave it.
VAT_COUNTRIES = frozenset(
    {
        "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
        "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
TAXED = frozenset({"S", "Z"})

Facts = Mapping[str, Any]


def totals_part(facts: Facts, wording: Wording, seller_country: str) -> Totals:
    """From the lines to the total: document discounts, net, each tax with its base, and why a tax is nought."""
    texts, taxes = wording.texts, facts["tax_totals"]
    before = [_allowance(each, wording, place) for place, each in enumerate(facts["allowances"], 1)]
    if before:
        before.insert(0, Row(texts["subtotal"], wording.amount(facts["lines_amount"]), "lines"))
    untaxed = facts["small_business"] or all(tax["category"] == "O" for tax in taxes)
    template = texts["tax_within"] if facts["prices_include_tax"] else texts["tax_on"]
    tax_rows = [
        Row(
            template.format(name=tax_name(tax, wording, seller_country), base=wording.amount(tax["base"])),
            wording.amount(tax["amount"]),
            f"tax/{place}",
        )
        for place, tax in enumerate(taxes, 1)
    ]
    within: list[Row] = []
    if facts["prices_include_tax"] and not untaxed:
        within = tax_rows
    elif not untaxed:
        before += [Row(texts["net"], wording.amount(facts["net"]), "net"), *tax_rows]
    label = texts["total_gross"] if within else texts["total"]
    total = Row(label, wording.money(facts["total"]), "total")
    after = _after(facts, wording, seller_country)
    payable = Row(texts["payable"], wording.money(facts["payable"]), "payable") if after else None
    wide = any(len(row.value) > BROAD_FIGURE for row in (*before, total, *within, *after))
    reasons = _reasons(facts, wording, seller_country)
    return Totals(tuple(before), total, tuple(within), reasons, wide, after, payable)


def _after(facts: Facts, wording: Wording, seller_country: str) -> tuple[Row, ...]:
    """From the total to what is to be paid: deposits with the tax in them (§ 14 (5) UStG), payments, tax withheld, rounding."""
    texts, rows = wording.texts, list[Row]()
    for each in facts.get("deposits", ()):
        label = texts["deposit_less"].format(number=each["number"], day=wording.day(each["issue_date"]))
        rows.append(Row(label, wording.amount(negative(each["total"]))))
        for tax in each["tax_totals"]:
            name = tax_name({"name": ""} | tax, wording, seller_country)
            within = texts["tax_within"].format(name=name, base=wording.amount(negative(tax["base"])))
            rows.append(Row(within, wording.amount(negative(tax["amount"]))))
    if not rows and Decimal(facts.get("prepaid", "0")):
        rows.append(Row(texts["prepaid"], wording.amount(negative(facts["prepaid"])), "prepaid"))
    if facts.get("withholding"):
        held = facts["withholding"]
        label = texts["withheld"].format(percent=wording.percent(held["percent"]))
        rows.append(Row(label, wording.amount(negative(held["amount"])), "withheld"))
    if Decimal(facts.get("rounding", "0")):
        rows.append(Row(texts["rounding"], wording.amount(facts["rounding"]), "rounding"))
    return tuple(rows)


def _allowance(allowance: Facts, wording: Wording, place: int) -> Row:
    charge = allowance["is_charge"]
    label = allowance["description"] or wording.texts["charge" if charge else "discount"]
    if allowance["percent"]:
        label = f"{label} ({wording.percent(allowance['percent'])})"
    amount = allowance["amount"] if charge else negative(allowance["amount"])
    return Row(label, wording.amount(amount), f"allowances/{place}")


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


def exchange_part(facts: Facts, wording: Wording, name: str = "fx") -> Exchange | None:
    """The totals in the seller's own currency (``tax_fx``: its tax currency), or None when the document is in it."""
    fx = facts.get(name)
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
        rows=tuple(
            Row(texts[label], wording.money(fx[key], base), f"fx/{key}" if name == "fx" else "")  # type: ignore[literal-required]
            for label, key in shown
        ),
    )
