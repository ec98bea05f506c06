"""The arithmetic of a snapshot, read back from its strings: what was counted, and the figures it came to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing.rules.totals import (
    UNTAXED,
    AllowanceInput,
    AllowanceTotal,
    DocumentInput,
    LineInput,
    LineTaxAmount,
    LineTotals,
    Tax,
    TaxTotal,
    Totals,
    compute,
)
from invoicing_site.money import ZERO

Facts = Mapping[str, Any]


def reread(facts: Facts) -> tuple[DocumentInput, Totals]:
    """What a document was counted from, and its figures as stated; schema 1 stated none per line, they are counted."""
    document = _input(facts)
    return document, compute(document) if facts["schema"] == 1 else _totals(facts)


def _input(facts: Facts) -> DocumentInput:
    held = facts.get("withholding")
    names = {tax["code"]: tax["name"] for tax in facts["tax_totals"]}
    taxes: dict[tuple[Any, ...], Tax] = {}
    lines = []
    for line in facts["lines"]:
        percent = Decimal(line["discount_percent"])
        keys = [(tax["code"], tax["category"], tax["rate"], tax.get("compound", False)) for tax in line["taxes"]]
        for code, category, rate, compound in keys:
            tax = Tax(code, category, Decimal(rate), names.get(code, ""), compound)
            taxes.setdefault((code, category, rate, compound), tax)
        lines.append(
            LineInput(
                Decimal(line["quantity"]),
                Decimal(line["unit_price"]),
                percent,
                ZERO if percent else abs(Decimal(line["discount"])),
                tuple(taxes[key] for key in keys),
            )
        )
    return DocumentInput(
        facts["currency"],
        facts["prices_include_tax"],
        tuple(lines),
        tuple(_allowance_input(item) for item in facts["allowances"]),
        facts.get("tax_rounding", "document"),
        Decimal(facts.get("cash_unit", "0")),
        Decimal(held["percent"]) if held else ZERO,
        Decimal(facts.get("prepaid", "0")),
    )


def _allowance_input(item: Facts) -> AllowanceInput:
    if item["percent"] is not None:
        return AllowanceInput(item["is_charge"], Decimal(item["percent"]))
    return AllowanceInput(item["is_charge"], amount=Decimal(item["amount"]))


def _totals(facts: Facts) -> Totals:
    held, percents = facts["withholding"], (item["percent"] for item in facts["allowances"])
    return Totals(
        lines=tuple(_line(line) for line in facts["lines"]),
        lines_amount=Decimal(facts["lines_amount"]),
        discounts=Decimal(facts["discounts"]),
        charges=Decimal(facts["charges"]),
        net=Decimal(facts["net"]),
        tax=Decimal(facts["tax"]),
        total=Decimal(facts["total"]),
        tax_totals=tuple(
            TaxTotal(
                code=tax["code"],
                category=tax["category"],
                rate=Decimal(tax["rate"]),
                name=tax["name"],
                base=Decimal(tax["base"]),
                amount=Decimal(tax["amount"]),
            )
            for tax in facts["tax_totals"]
        ),
        calculation_version=facts["calculation_version"],
        allowances=tuple(
            AllowanceTotal(item["is_charge"], Decimal(percent) if percent else None, Decimal(item["amount"]), ())
            for item, percent in zip(facts["allowances"], percents, strict=True)
        ),
        prepaid=Decimal(facts["prepaid"]),
        withheld=Decimal(held["amount"]) if held else ZERO,
        rounding=Decimal(facts["rounding"]),
        payable=Decimal(facts["payable"]),
    )


def _line(line: Facts) -> LineTotals:
    gross, discount, amount, share, net = _numbers(line, "gross", "discount", "amount", "allowance_share", "net")
    taxes = tuple(
        LineTaxAmount(tax["code"], tax["category"], *_numbers(tax, "rate", "base", "amount")) for tax in line["taxes"]
    )
    untaxed = LineTaxAmount(UNTAXED.code, UNTAXED.category, UNTAXED.rate, net, ZERO)
    return LineTotals(gross, discount, amount, share, net, taxes or (untaxed,))


def _numbers(row: Facts, *names: str) -> list[Decimal]:
    return [Decimal(row[name]) for name in names]
