"""Explain this number: each step's parts give its value, and each path the amount that stands on the document."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal as D

import pytest
from hypothesis import given

from billing.rules.explain import EarlyTerms, Exchange, Explanation
from billing.rules.steps import Step, recombine
from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax, Totals, compute
from invoicing_site.money import convert, round_money
from tests.helpers.counting import counted, documents, patient

DE19 = Tax("DE19", "S", D(19), "VAT 19 %")
DE7 = Tax("DE7", "S", D(7), "VAT 7 %")


def amounts(totals: Totals) -> Iterator[tuple[str, D]]:
    """Every amount of a document by its path, listed apart from the code that explains it."""
    for at, row in enumerate(totals.lines, 1):
        yield f"lines/{at}/gross", row.gross
        yield f"lines/{at}/discount", row.discount
        yield f"lines/{at}/amount", row.amount
        yield f"lines/{at}/share", row.allowance_share
        yield f"lines/{at}/left", row.amount - row.allowance_share
        yield f"lines/{at}/net", row.net
        for place, part in enumerate(row.taxes, 1):
            yield f"lines/{at}/tax/{place}", part.amount
    for at, item in enumerate(totals.allowances, 1):
        yield f"allowances/{at}", item.amount
    for at, part in enumerate(totals.tax_totals, 1):
        yield f"tax/{at}", part.amount
        yield f"tax/{at}/base", part.base
    yield from (
        ("lines", totals.lines_amount),
        ("discounts", totals.discounts),
        ("charges", totals.charges),
        ("net", totals.net),
        ("tax", totals.tax),
        ("total", totals.total),
        ("prepaid", totals.prepaid),
        ("withheld", totals.withheld),
        ("rounding", totals.rounding),
        ("payable", totals.payable),
    )


def nodes(step: Step) -> Iterator[Step]:
    yield step
    for part in step.parts:
        yield from nodes(part)


def check(explanation: Explanation, step: Step | None, value: D) -> None:
    assert step is not None
    assert step.value == value
    for node in nodes(step):
        assert recombine(node) == node.value
        if node.path:
            quoted = explanation.of(node.path)
            assert quoted is not None
            assert abs(quoted.value) == abs(node.value), node


@patient
@given(documents())
def test_every_amount_recombines_from_its_steps(document: DocumentInput) -> None:
    totals = counted(document)
    explanation = Explanation(document, totals)
    for path, value in amounts(totals):
        check(explanation, explanation.of(path), value)


@patient
@given(documents())
def test_amounts_in_the_books_and_early_payment_recombine_too(document: DocumentInput) -> None:
    totals, rate = counted(document), D("0.9213")
    discount = round_money((totals.total - totals.prepaid) * 3 / 100, document.currency)
    explanation = Explanation(document, totals, Exchange("EUR", rate), EarlyTerms(D(3), discount))
    taxes = sum((convert(part.amount, rate, "EUR") for part in totals.tax_totals), D(0))
    check(explanation, explanation.of("fx/net"), convert(totals.net, rate, "EUR"))
    check(explanation, explanation.of("fx/tax"), taxes)
    check(explanation, explanation.of("fx/total"), convert(totals.total, rate, "EUR"))
    check(explanation, explanation.of("early/discount"), discount)
    check(explanation, explanation.of("early/amount"), totals.payable - discount)


def told(step: Step, depth: int = 0) -> list[str]:
    said = [f"{'  ' * depth}{step.what} {step.value} {step.how}" + (f" /{step.path}" if step.path else "")]
    return said + [line for part in step.parts for line in told(part, depth + 1)]


def explained(document: DocumentInput, path: str) -> list[str]:
    step = Explanation(document, compute(document)).of(path)
    assert step is not None
    return told(step)


TWO_RATES = DocumentInput(
    "EUR",
    False,
    (
        LineInput(D(3), D("49.90"), taxes=(DE19,)),
        LineInput(D(12), D("3.49"), taxes=(DE7,)),
        LineInput(D("2.5"), D("100.123456"), D(10), taxes=(DE19,)),
    ),
    (AllowanceInput(False, percent=D(5)), AllowanceInput(True, amount=D("4.90"))),
)


def test_a_line_is_price_times_quantity_less_its_discount() -> None:
    assert explained(TWO_RATES, "lines/3/amount") == [
        "line.amount 225.28 sum",
        "  line.gross 250.31 sum",
        "    exact 250.3086400 product",
        "      line.quantity 2.5 given",
        "      line.price 100.123456 given",
        "    rounding 0.0013600 given",
        "  line.discount -25.03 given /lines/3/discount",
    ]
    assert explained(TWO_RATES, "lines/3/discount") == [
        "line.discount 25.03 sum",
        "  exact 25.0310 percent",
        "    line.gross 250.31 given /lines/3/gross",
        "    line.percent 10 given",
        "  rounding -0.0010 given",
    ]


def test_a_share_of_a_discount_names_its_odd_cent() -> None:
    assert explained(TWO_RATES, "lines/2/share") == [
        "line.share 1.60 sum",
        "  line.borne 2.09 sum",
        "    exact 2.0940 percent",
        "      line.amount 41.88 given /lines/2/amount",
        "      allowance.percent 5 given",
        "    odd -0.0040 given",
        "  line.borne -0.49 share",
        "    group -0.49 sum",
        "      exact -0.49232615 share",
        "        allowance -4.90 given /allowances/2",
        "        weight 39.79 given",
        "        weights 396.02 given",
        "      odd 0.00232615 given",
        "    weight 39.79 given",
        "    weights 39.79 given",
    ]


def test_a_total_is_net_and_taxes() -> None:
    assert explained(TWO_RATES, "total") == [
        "total 472.26 sum",
        "  net 400.92 given /net",
        "  tax.of 68.52 sum",
        "    exact 68.5216 percent",
        "      tax.base 360.64 given /tax/1/base",
        "      tax.rate 19 given",
        "    rounding -0.0016 given",
        "  tax.of 2.82 sum",
        "    exact 2.8196 percent",
        "      tax.base 40.28 given /tax/2/base",
        "      tax.rate 7 given",
        "    rounding 0.0004 given",
    ]


def test_tax_inside_the_price_is_taken_out_of_the_sum() -> None:
    document = DocumentInput("EUR", True, (LineInput(D(1), D("9.99"), taxes=(DE19,)),) * 3)
    assert explained(document, "tax/1") == [
        "tax.of 4.79 sum",
        "  exact 4.78512605 share",
        "    tax.gross 29.97 given /tax/1/gross/1",
        "    tax.rate 19 given",
        "    with.taxes 119 given",
        "  rounding 0.00487395 given",
    ]
    assert explained(document, "lines/3/tax/1") == [
        "line.tax 1.59 sum",
        "  exact 1.59504202 share",
        "    line.left 9.99 sum",
        "      line.amount 9.99 given /lines/3/amount",
        "    tax.rate 19 given",
        "    with.taxes 119 given",
        "  odd -0.00504202 given",
    ]


def test_a_compound_tax_inside_a_price_weighs_more_than_its_rate() -> None:
    taxes = Tax("GST", "S", D(5)), Tax("QST", "S", D("9.5"), compound=True)
    document = DocumentInput("CAD", True, (LineInput(D(1), D("114.98"), taxes=taxes),))
    assert explained(document, "tax/1") == [
        "tax.of 9.98 sum",
        "  exact 9.97543379 share",
        "    tax.gross 114.98 given /tax/1/gross/1",
        "    tax.effective 9.975 percent",
        "      tax.rate 9.5 given",
        "      with.taxes 105 given",
        "    with.taxes 114.975 given",
        "  odd 0.00456621 given",
    ]


def test_cash_rounding_is_whole_coins_less_what_was_due() -> None:
    document = DocumentInput("CHF", False, (LineInput(D(1), D("107.62")),), cash_unit=D("0.05"))
    assert explained(document, "rounding") == [
        "cash -0.02 sum",
        "  at.coin 107.60 product",
        "    coins 2152 given",
        "    cash_unit 0.05 given",
        "  due -107.62 given",
    ]


def test_a_second_discount_takes_only_what_is_there() -> None:
    half = AllowanceInput(False, percent=D(50))
    document = DocumentInput("EUR", False, (LineInput(D(1), D("0.01")),), (half, half))
    assert explained(document, "allowances/2") == [
        "discount 0.00 sum",
        "  discount 0.01 sum",
        "    exact 0.0050 percent",
        "      lines 0.01 given /lines",
        "      allowance.percent 50 given",
        "    rounding 0.0050 given",
        "  limit -0.01 given",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "", "lines/0/amount", "lines/4/amount", "lines/1", "lines/-1/amount", "lines/1/tax/2", "lines/1/tax/1/1", "tax/3",
        "lines/٣/amount", "lines/9999999/amount", "allowances/3", "tax/1/gross/2", "fx/total", "fx/tax", "fx/net",
        "early/discount", "early/amount", "nets", "total/", "lines/" + "9" * 5000 + "/amount",
    ],
)  # fmt: skip
def test_what_is_not_on_the_document_has_no_explanation(path: str) -> None:
    assert Explanation(TWO_RATES, compute(TWO_RATES)).of(path) is None
