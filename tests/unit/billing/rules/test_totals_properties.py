from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import assume, given, reject
from hypothesis import strategies as st

from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax, Totals, compute
from invoicing_site.errors import BusinessError
from invoicing_site.money import CURRENCIES, is_at_minor_unit, quantum, round_money

D = Decimal
TAXES = [
    Tax("DE19", "S", D(19)),
    Tax("DE7", "S", D(7)),
    Tax("QST", "S", D("9.975")),
    Tax("ZERO", "Z", D(0)),
    Tax("RC", "AE", D(0)),
]
# Only these may refuse a well-formed document, and only for what it amounts to.
AMOUNT_REFUSALS = {"document.total_negative", "allowance.too_large", "allowance.no_lines", "line.discount_too_large"}


@st.composite
def documents(draw: st.DrawFn, gross: bool | None = None) -> DocumentInput:
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD", "CLF", *sorted(CURRENCIES)]))
    unit = quantum(currency)
    units = st.integers(0, 5000).map(lambda n: n * unit)
    percents = st.decimals(0, 60, places=2)
    tax_sets = st.lists(st.sampled_from(TAXES), max_size=2, unique=True).map(tuple)
    lines = st.builds(
        LineInput,
        quantity=st.decimals(-3, 20, places=3) | st.integers(1, 9).map(D),
        unit_price=st.decimals(0, 2000, places=6) | st.decimals(0, 5, places=2),
        taxes=tax_sets,
    )
    discounted = st.one_of(
        lines,
        st.builds(lambda line, percent: dataclasses.replace(line, discount_percent=percent), lines, percents),
        st.builds(lambda line, off: dataclasses.replace(line, discount_amount=off), lines, units),
    )
    allowances = st.one_of(
        st.builds(AllowanceInput, is_charge=st.booleans(), percent=percents),
        st.builds(AllowanceInput, is_charge=st.booleans(), amount=units),
    )
    return DocumentInput(
        currency,
        draw(st.booleans()) if gross is None else gross,
        tuple(draw(st.lists(discounted, max_size=12))),
        tuple(draw(st.lists(allowances, max_size=3))),
    )


def counted(document: DocumentInput) -> Totals:
    try:
        return compute(document)
    except BusinessError as refusal:
        if refusal.code in AMOUNT_REFUSALS:
            reject()
        raise


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


@given(documents())
def test_line_taxes_sum_to_the_documents_taxes(document: DocumentInput) -> None:
    totals = counted(document)
    bases: defaultdict[tuple[str, str, Decimal], Decimal] = defaultdict(Decimal)
    amounts: defaultdict[tuple[str, str, Decimal], Decimal] = defaultdict(Decimal)
    for row in totals.lines:
        for part in row.taxes:
            assert part.base == row.net
            bases[part.code, part.category, part.rate] += part.base
            amounts[part.code, part.category, part.rate] += part.amount
    stated = {(part.code, part.category, part.rate): (part.base, part.amount) for part in totals.tax_totals}
    assert {key: (bases[key], amounts[key]) for key in bases} == stated


def half_up(exact: Fraction, unit: Decimal) -> Decimal:
    """Schoolbook rounding in whole numbers, so that the oracle shares nothing with what it judges."""
    units = abs(exact) / Fraction(unit)
    return (1 if exact >= 0 else -1) * math.floor(units + Fraction(1, 2)) * unit


@given(documents())
def test_each_line_is_rounded_as_at_school(document: DocumentInput) -> None:
    unit = quantum(document.currency)
    for line, row in zip(document.lines, counted(document).lines, strict=True):
        assert row.gross == half_up(Fraction(line.quantity) * Fraction(line.unit_price), unit)
        fixed = line.discount_amount if row.gross > 0 else -line.discount_amount
        assert row.discount == fixed + half_up(Fraction(row.gross) * Fraction(line.discount_percent) / 100, unit)


@given(documents(gross=True))
def test_contained_tax_is_taken_out_once_per_rate(document: DocumentInput) -> None:
    document = dataclasses.replace(
        document, lines=tuple(dataclasses.replace(line, taxes=line.taxes[:1]) for line in document.lines)
    )
    unit = quantum(document.currency)
    for part in counted(document).tax_totals:
        gross, rate = Fraction(part.base + part.amount), Fraction(part.rate)
        assert part.amount == half_up(gross * rate / (100 + rate), unit)


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


@given(documents(gross=False))
def test_tax_on_top_is_base_times_rate_rounded_once(document: DocumentInput) -> None:
    for part in counted(document).tax_totals:
        assert part.amount == round_money(part.base * part.rate / 100, document.currency)


@given(documents())
def test_a_share_of_tax_is_within_one_unit_of_the_lines_own_tax(document: DocumentInput) -> None:
    unit = quantum(document.currency)
    for row in counted(document).lines:
        rates = sum(part.rate for part in row.taxes) if document.prices_include_tax else 0
        payable = row.amount - row.allowance_share
        for part in row.taxes:
            assert abs(part.amount - payable * part.rate / (100 + rates)) <= unit


@given(documents())
def test_every_figure_is_at_the_minor_unit_and_no_zero_is_negative(document: DocumentInput) -> None:
    totals = counted(document)
    figures = [*totals[1:7]]
    for row in totals.lines:
        figures += [*row[:5], *(part.amount for part in row.taxes)]
    for part in totals.tax_totals:
        figures += [part.base, part.amount]
    for item in totals.allowances:
        figures += [item.amount, *(share.amount for share in item.shares)]
        assert sum(share.amount for share in item.shares) == item.amount
    for figure in figures:
        assert is_at_minor_unit(figure, document.currency)
        assert figure or not figure.is_signed()
        assert figure.as_tuple().exponent == quantum(document.currency).as_tuple().exponent


@given(document=documents(), data=st.data())
def test_the_order_of_lines_changes_no_total(document: DocumentInput, data: st.DataObject) -> None:
    totals = counted(document)
    shuffled = dataclasses.replace(document, lines=tuple(data.draw(st.permutations(document.lines))))
    assert compute(shuffled)[1:] == totals[1:]


@given(documents())
def test_the_callers_decimal_context_changes_nothing(document: DocumentInput) -> None:
    totals = counted(document)
    with localcontext() as context:
        context.prec = 3
        context.rounding = "ROUND_FLOOR"
        assert compute(document) == totals


@given(documents())
def test_discounts_never_turn_a_rate_of_sales_negative(document: DocumentInput) -> None:
    assume(all(line.quantity >= 0 for line in document.lines))
    fixed = tuple(item for item in document.allowances if item.percent is None)
    totals = counted(dataclasses.replace(document, allowances=fixed))
    assert all(part.base >= 0 for part in totals.tax_totals)
    assert all(row.net >= 0 for row in totals.lines)


def test_a_thousand_lines_keep_every_sum() -> None:
    lines = tuple(LineInput(D(n % 7 + 1), D(n) / 97, D(n % 3), taxes=(TAXES[n % 3],)) for n in range(1000))
    lines = tuple(dataclasses.replace(line, unit_price=round(line.unit_price, 6)) for line in lines)
    totals = compute(DocumentInput("EUR", True, lines, (AllowanceInput(False, percent=D("2.5")),)))
    assert sum(row.net for row in totals.lines) + totals.tax == totals.total
