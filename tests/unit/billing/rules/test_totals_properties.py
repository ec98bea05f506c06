from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from billing.rules.taxes import effective_rates
from billing.rules.totals import UNTAXED, AllowanceInput, DocumentInput, LineInput, compute
from invoicing_site.money import is_at_minor_unit, quantum, round_money
from tests.helpers.counting import TAXES, counted, documents, patient

D = Decimal


@patient
@given(documents())
def test_every_sum_on_the_document_holds(document: DocumentInput) -> None:
    totals = counted(document)
    assert totals.net + totals.tax == totals.total >= 0
    assert sum(row.net for row in totals.lines) == totals.net
    assert sum(row.amount for row in totals.lines) == totals.lines_amount
    assert sum(part.amount for part in totals.tax_totals) == totals.tax
    after_allowances = totals.lines_amount - totals.discounts + totals.charges
    assert after_allowances == (totals.total if document.prices_include_tax else totals.net)
    assert totals.discounts - totals.charges == sum(row.allowance_share for row in totals.lines)
    for row in totals.lines:
        assert row.gross - row.discount == row.amount
        tax = sum(part.amount for part in row.taxes) if document.prices_include_tax else 0
        assert row.net + tax == row.amount - row.allowance_share


@patient
@given(documents())
def test_line_taxes_sum_to_the_documents_taxes(document: DocumentInput) -> None:
    totals = counted(document)
    bases: defaultdict[tuple[str, str, Decimal], Decimal] = defaultdict(Decimal)
    amounts: defaultdict[tuple[str, str, Decimal], Decimal] = defaultdict(Decimal)
    compound = {tax.code for line in document.lines for tax in line.taxes if tax.compound}
    for row in totals.lines:
        ordinary = sum(part.amount for part in row.taxes if part.code not in compound)
        for part in row.taxes:
            assert part.base == row.net + (ordinary if part.code in compound else 0)
            bases[part.code, part.category, part.rate] += part.base
            amounts[part.code, part.category, part.rate] += part.amount
    stated = {(part.code, part.category, part.rate): (part.base, part.amount) for part in totals.tax_totals}
    assert {key: (bases[key], amounts[key]) for key in bases} == stated


def half_up(exact: Fraction, unit: Decimal) -> Decimal:
    """Schoolbook rounding in whole numbers, so that the oracle shares nothing with what it judges."""
    units = abs(exact) / Fraction(unit)
    return (1 if exact >= 0 else -1) * math.floor(units + Fraction(1, 2)) * unit


@patient
@given(documents())
def test_each_line_is_rounded_as_at_school(document: DocumentInput) -> None:
    unit = quantum(document.currency)
    for line, row in zip(document.lines, counted(document).lines, strict=True):
        assert row.gross == half_up(Fraction(line.quantity) * Fraction(line.unit_price), unit)
        fixed = line.discount_amount if row.gross > 0 else -line.discount_amount
        assert row.discount == fixed + half_up(Fraction(row.gross) * Fraction(line.discount_percent) / 100, unit)


@patient
@given(documents(gross=True, by_line=False, compound=False))
def test_contained_tax_is_taken_out_once_per_rate(document: DocumentInput) -> None:
    document = dataclasses.replace(
        document, lines=tuple(dataclasses.replace(line, taxes=line.taxes[:1]) for line in document.lines)
    )
    unit = quantum(document.currency)
    for part in counted(document).tax_totals:
        gross, rate = Fraction(part.base + part.amount), Fraction(part.rate)
        assert part.amount == half_up(gross * rate / (100 + rate), unit)


@patient
@given(documents())
def test_a_document_discount_is_a_percentage_of_the_lines(document: DocumentInput) -> None:
    totals = counted(document)
    discounted = Fraction(0)
    for asked, item in zip(document.allowances, totals.allowances, strict=True):
        if asked.percent is None:
            assert item.amount == asked.amount
            continue
        discounted += 0 if asked.is_charge else Fraction(asked.percent)
        exact = half_up(Fraction(totals.lines_amount) * Fraction(asked.percent) / 100, quantum(document.currency))
        assert item.amount == exact or (not asked.is_charge and discounted <= 100 and 0 <= item.amount < exact)


@patient
@given(documents(gross=False, by_line=False))
def test_tax_on_top_is_base_times_rate_rounded_once(document: DocumentInput) -> None:
    for part in counted(document).tax_totals:
        assert part.amount == round_money(part.base * part.rate / 100, document.currency)


@patient
@given(documents(gross=False, by_line=True))
def test_tax_by_line_is_base_times_rate_rounded_on_each(document: DocumentInput) -> None:
    for row in counted(document).lines:
        for part in row.taxes:
            assert part.amount == round_money(part.base * part.rate / 100, document.currency)


@patient
@given(documents(gross=True, by_line=True))
def test_contained_tax_by_line_is_taken_out_of_each(document: DocumentInput) -> None:
    unit = quantum(document.currency)
    for line, row in zip(document.lines, counted(document).lines, strict=True):
        rates = Fraction(sum(effective_rates(line.taxes), D(0)))
        gross = Fraction(row.amount - row.allowance_share)
        assert sum(part.amount for part in row.taxes) == half_up(gross * rates / (100 + rates), unit)


@patient
@given(documents(by_line=False, compound=False))
def test_a_share_of_tax_is_within_one_unit_of_the_lines_own_tax(document: DocumentInput) -> None:
    unit = quantum(document.currency)
    for row in counted(document).lines:
        rates = sum(part.rate for part in row.taxes) if document.prices_include_tax else 0
        payable = row.amount - row.allowance_share
        for part in row.taxes:
            assert abs(part.amount - payable * part.rate / (100 + rates)) <= unit


@patient
@given(documents())
def test_every_figure_is_at_the_minor_unit_and_no_zero_is_negative(document: DocumentInput) -> None:
    totals = counted(document)
    figures = [*totals[1:7], totals.prepaid, totals.withheld, totals.rounding, totals.payable]
    for row in totals.lines:
        figures += [*row[:5], *(part.amount for part in row.taxes)]
    for part in totals.tax_totals:
        figures += [part.base, part.amount]
    for item in totals.allowances:
        figures += [item.amount, *(share.amount for share in item.shares)]
        figures += [part.amount for part in item.taxes]
    for figure in figures:
        assert is_at_minor_unit(figure, document.currency)
        assert figure or not figure.is_signed()
        assert figure.as_tuple().exponent == quantum(document.currency).as_tuple().exponent


@patient
@given(documents())
def test_what_is_to_pay_is_the_total_less_deductions_at_the_coin(document: DocumentInput) -> None:
    totals, unit = counted(document), quantum(document.currency)
    assert totals.payable == totals.total - totals.prepaid - totals.withheld + totals.rounding >= 0
    assert totals.prepaid == document.prepaid
    base = Fraction(max(totals.net, D(0)))
    assert totals.withheld == half_up(base * Fraction(document.withholding_percent) / 100, unit)
    if document.cash_unit:
        due = Fraction(totals.total - totals.prepaid - totals.withheld)
        assert totals.payable == half_up(due, document.cash_unit)
    else:
        assert totals.rounding == 0


@patient
@given(documents())
def test_what_is_deducted_from_paying_moves_no_other_figure(document: DocumentInput) -> None:
    plain = dataclasses.replace(document, cash_unit=D(0), withholding_percent=D(0), prepaid=D(0))
    assert counted(document)[:10] == compute(plain)[:10]


@patient
@given(documents())
def test_a_document_discount_is_shared_out_per_category_to_the_cent(document: DocumentInput) -> None:
    totals = counted(document)
    carried = {(tax.category, tax.rate) for line in document.lines for tax in line.taxes} | {("O", D(0))}
    for item in totals.allowances:
        assert sum(share.amount for share in item.shares) == item.amount == sum(part.amount for part in item.taxes)
        assert len({(part.category, part.rate) for part in item.taxes}) == len(item.taxes)
        assert {(part.category, part.rate) for part in item.taxes} <= carried
    for group in {share.taxes for item in totals.allowances for share in item.shares}:
        borne = sum(
            (-1 if item.is_charge else 1) * share.amount
            for item in totals.allowances
            for share in item.shares
            if share.taxes == group
        )
        keys = {tax.key for tax in group}
        rows = zip(document.lines, totals.lines, strict=True)
        own = [row for line, row in rows if {tax.key for tax in line.taxes or (UNTAXED,)} == keys]
        assert borne == sum(row.allowance_share for row in own)


@patient
@given(document=documents(), data=st.data())
def test_the_order_of_lines_changes_no_total(document: DocumentInput, data: st.DataObject) -> None:
    totals = counted(document)
    shuffled = dataclasses.replace(document, lines=tuple(data.draw(st.permutations(document.lines))))
    assert compute(shuffled)[1:] == totals[1:]


@patient
@given(documents())
def test_the_callers_decimal_context_changes_nothing(document: DocumentInput) -> None:
    totals = counted(document)
    with localcontext() as context:
        context.prec = 3
        context.rounding = "ROUND_FLOOR"
        assert compute(document) == totals


@patient
@given(documents())
def test_discounts_never_turn_a_rate_of_sales_negative(document: DocumentInput) -> None:
    sales = tuple(dataclasses.replace(line, quantity=abs(line.quantity)) for line in document.lines)
    fixed = tuple(item for item in document.allowances if item.percent is None)
    totals = counted(dataclasses.replace(document, lines=sales, allowances=fixed))
    assert all(part.base >= 0 for part in totals.tax_totals)
    assert all(row.net >= 0 for row in totals.lines)


def test_a_thousand_lines_keep_every_sum() -> None:
    lines = tuple(LineInput(D(n % 7 + 1), D(n) / 97, D(n % 3), taxes=(TAXES[n % 3],)) for n in range(1000))
    lines = tuple(dataclasses.replace(line, unit_price=round(line.unit_price, 6)) for line in lines)
    totals = compute(DocumentInput("EUR", True, lines, (AllowanceInput(False, percent=D("2.5")),)))
    assert sum(row.net for row in totals.lines) + totals.tax == totals.total
