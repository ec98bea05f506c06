"""The arithmetic of a document: from what was typed to every figure that is printed, booked and declared.

Line amount → document discounts and charges → tax base → tax → total → what is to pay. `compute` is the only place that
counts: the live preview, the issuing transaction and the proof of the books call it and get the same cent. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

from billing.rules.discounts import AllowanceInput, AllowanceShare, AllowanceTax, AllowanceTotal, apply_allowances
from billing.rules.lines import AMOUNT_LIMIT, LineInput, measure
from billing.rules.payable import payable
from billing.rules.taxes import (
    UNTAXED,
    Group,
    LineTaxAmount,
    Tax,
    TaxTotal,
    assemble,
    contained,
    group_by_taxes,
    less_tax,
    on_top,
)
from invoicing_site.errors import BusinessError
from invoicing_site.money import EXACT, ZERO, quantum

__all__ = [
    "CALCULATION_VERSION",
    "UNTAXED",
    "AllowanceInput",
    "AllowanceShare",
    "AllowanceTax",
    "AllowanceTotal",
    "DocumentInput",
    "LineInput",
    "LineTaxAmount",
    "LineTotals",
    "Tax",
    "TaxTotal",
    "Totals",
    "compute",
]

# Stored with every document. A change that could move a cent gets a new number and keeps the old rules callable.
# Version 2 has more inputs; with those left off it is version 1, to the cent (ADR 0014), so there is one path for both.
CALCULATION_VERSION = 2

TAX_ROUNDINGS = ("document", "line")


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """A document as typed, in `currency`. With `prices_include_tax` prices, discounts and charges contain the tax.

    `tax_rounding` is where tax is rounded: once a rate on the "document", or on every "line". `cash_unit` is the
    smallest coin in use, 0 for no cash rounding. `withholding_percent` (0–100, of the net) is what the client pays to
    the tax office instead of the seller; `prepaid` what deposits already asked for. Neither lowers the total.
    """

    currency: str
    prices_include_tax: bool
    lines: tuple[LineInput, ...]
    allowances: tuple[AllowanceInput, ...] = ()
    tax_rounding: str = "document"
    cash_unit: Decimal = ZERO
    withholding_percent: Decimal = ZERO
    prepaid: Decimal = ZERO


class LineTotals(NamedTuple):
    """One line counted. `amount` = gross − discount is its printed figure (with tax where prices include it).

    `allowance_share` is what it bears of the document's discounts less charges; `net` what is left, without tax.
    """

    gross: Decimal
    discount: Decimal
    amount: Decimal
    allowance_share: Decimal
    net: Decimal
    taxes: tuple[LineTaxAmount, ...]


class Totals(NamedTuple):
    """A document counted. Always: net + tax = total, Σ lines.net = net, Σ tax_totals.amount = tax = Σ line taxes, and
    lines_amount − discounts + charges is the net, or with prices including tax the total, and payable = total − prepaid −
    withheld + rounding. `rounding` has a sign (EN 16931 BT-114), the others are ≥ 0.
    """

    lines: tuple[LineTotals, ...]
    lines_amount: Decimal
    discounts: Decimal
    charges: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    tax_totals: tuple[TaxTotal, ...]
    calculation_version: int
    allowances: tuple[AllowanceTotal, ...]
    prepaid: Decimal
    withheld: Decimal
    rounding: Decimal
    payable: Decimal


def compute(document: DocumentInput) -> Totals:
    """Count `document` under calculation version 2, which is also 1 (SPEC B6–B8; EN 16931 BR-CO-10 to BR-CO-17).

    Lines keep their order, and their order changes no total. Raises `BusinessError` with the path of the field,
    0-based: the codes of `lines.measure`, `discounts.apply_allowances`, `taxes.group_by_taxes` and `payable.payable`,
    `document.tax_rounding`, `document.total_negative`, `document.too_large`, `currency.unknown`.
    """
    currency = document.currency
    unit = quantum(currency)
    zero = unit * 0
    by_line = document.tax_rounding == "line"
    if document.tax_rounding not in TAX_ROUNDINGS:
        raise BusinessError("document.tax_rounding", field="tax_rounding")
    with localcontext(EXACT):
        measured = [measure(index, line, unit) for index, line in enumerate(document.lines)]
        amounts = [amount for _, _, amount in measured]
        groups = groups_of(document, amounts)
        allowances: list[AllowanceTotal] = []
        left_amounts = amounts
        if document.allowances:
            allowances, left_amounts = apply_allowances(document.allowances, groups, amounts, unit, currency)
        if document.prices_include_tax:
            taxed = contained(groups, left_amounts, unit, currency, by_line)
            nets = less_tax(left_amounts, taxed)
        else:
            taxed = on_top(groups, left_amounts, unit, currency, by_line)
            nets = left_amounts
        tax_totals, line_taxes = assemble(taxed, nets)
        net = sum(nets, zero)
        tax = sum([part.amount for part in tax_totals], zero)
        total = net + tax
        if total < 0:
            raise BusinessError("document.total_negative", total=total, currency=currency)
        lines_amount = sum(amounts, zero)
        if max(total, lines_amount) >= AMOUNT_LIMIT:
            raise BusinessError("document.too_large")
        lines = [
            LineTotals(gross, discount, amount, amount - left, left_net, taxes)
            for (gross, discount, amount), left, left_net, taxes in zip(
                measured, left_amounts, nets, line_taxes, strict=True
            )
        ]
        asked = payable(net, total, document.prepaid, document.withholding_percent, document.cash_unit, unit)
        return Totals(
            lines=tuple(lines),
            lines_amount=lines_amount,
            discounts=sum([item.amount for item in allowances if not item.is_charge], zero),
            charges=sum([item.amount for item in allowances if item.is_charge], zero),
            net=net,
            tax=tax,
            total=total,
            tax_totals=tuple(tax_totals),
            calculation_version=CALCULATION_VERSION,
            allowances=tuple(allowances),
            prepaid=asked.prepaid,
            withheld=asked.withheld,
            rounding=asked.rounding,
            payable=asked.payable,
        )


def groups_of(document: DocumentInput, amounts: Sequence[Decimal]) -> list[Group]:
    """The lines by their taxes, each group in the order odd cents are handed out in.

    That is the order of the lines, except where it could move a tax: rounded on lines, or charged on others, it may
    depend on which line bears the odd cent of a discount. There lines come by their amounts.
    """
    groups = group_by_taxes([line.taxes for line in document.lines])
    compound = [tax for group in groups for tax in group.taxes if tax.compound]
    if compound or document.tax_rounding == "line":
        for group in groups:
            group.lines.sort(key=amounts.__getitem__, reverse=True)
    return groups
