"""What came with calculation version 2, counted by hand: compound tax, tax by line, cash, withholding, deposits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest

from billing.rules.totals import AllowanceInput, AllowanceTax, DocumentInput, LineInput, Tax, Totals, compute
from invoicing_site.errors import BusinessError

DE19 = Tax("DE19", "S", D(19))
DE7 = Tax("DE7", "S", D(7))
GST = Tax("GST", "S", D(5))
QST = Tax("QST", "S", D("9.5"), compound=True)  # until the end of 2012 on the price and the GST
ECO = Tax("ECO", "S", D(10), compound=True)


def document(
    *prices: str, taxes: tuple[Tax, ...] = (DE19,), currency: str = "EUR", gross: bool = False
) -> DocumentInput:
    return DocumentInput(currency, gross, tuple(LineInput(D(1), D(price), taxes=taxes) for price in prices))


def taxes_of(totals: Totals) -> list[tuple[str, D, D]]:
    return [(part.code, part.base, part.amount) for part in totals.tax_totals]


def to_pay(totals: Totals) -> tuple[D, D, D, D]:
    return totals.prepaid, totals.withheld, totals.rounding, totals.payable


def test_old_quebec_charged_its_tax_on_the_federal_one() -> None:
    totals = compute(document("100", taxes=(QST, GST), currency="CAD"))
    # 9.5 % of 105.00 is 9.975.
    assert taxes_of(totals) == [("QST", D("105.00"), D("9.98")), ("GST", D("100.00"), D("5.00"))]
    assert (totals.net, totals.tax, totals.total) == (D("100.00"), D("14.98"), D("114.98"))
    assert [(part.base, part.amount) for part in totals.lines[0].taxes] == [
        (D("100.00"), D("5.00")),
        (D("105.00"), D("9.98")),
    ]


def test_a_price_that_contains_a_compound_tax_is_taken_apart_again() -> None:
    totals = compute(document("114.98", taxes=(GST, QST), currency="CAD", gross=True))
    assert taxes_of(totals) == [("QST", D("105.00"), D("9.98")), ("GST", D("100.00"), D("5.00"))]
    assert (totals.net, totals.total) == (D("100.00"), D("114.98"))


def test_two_compound_taxes_are_not_charged_on_each_other() -> None:
    totals = compute(document("100", taxes=(QST, GST, ECO), currency="CAD"))
    assert taxes_of(totals) == [
        ("ECO", D("105.00"), D("10.50")),
        ("QST", D("105.00"), D("9.98")),
        ("GST", D("100.00"), D("5.00")),
    ]


def test_a_compound_tax_alone_is_an_ordinary_one() -> None:
    assert taxes_of(compute(document("100", taxes=(QST,)))) == [("QST", D("100.00"), D("9.50"))]


def test_a_compound_tax_sees_only_its_own_lines() -> None:
    both = LineInput(D(1), D(100), taxes=(GST, QST))
    federal = LineInput(D(1), D(100), taxes=(GST,))
    totals = compute(DocumentInput("CAD", False, (federal, both)))
    assert taxes_of(totals) == [("QST", D("105.00"), D("9.98")), ("GST", D("200.00"), D("10.00"))]


def test_one_code_as_ordinary_and_compound_tax_is_two_taxes() -> None:
    ordinary = LineInput(D(1), D(100), taxes=(replace(QST, compound=False), GST))
    totals = compute(DocumentInput("CAD", False, (ordinary, replace(ordinary, taxes=(QST, GST)))))
    assert taxes_of(totals) == [
        ("QST", D("100.00"), D("9.50")),
        ("QST", D("105.00"), D("9.98")),
        ("GST", D("200.00"), D("10.00")),
    ]


def test_tax_rounded_on_each_line_adds_up_to_something_else() -> None:
    pennies = document(*["0.03"] * 10)
    # 19 % of 0.03 is 0.0057: a cent each on lines, 0.057 together.
    assert compute(pennies).tax == D("0.06")
    by_line = compute(replace(pennies, tax_rounding="line"))
    assert (by_line.tax, by_line.total) == (D("0.10"), D("0.40"))
    assert [row.taxes[0].amount for row in by_line.lines] == [D("0.01")] * 10


def test_tax_inside_each_price_rounded_on_its_line() -> None:
    by_line = compute(replace(document(*["9.99"] * 3, gross=True), tax_rounding="line"))
    # 9.99 × 19 / 119 is 1.595…: 1.60 a line where the document together has 4.79.
    assert [(row.net, row.taxes[0].amount) for row in by_line.lines] == [(D("8.39"), D("1.60"))] * 3
    assert (by_line.net, by_line.tax, by_line.total) == (D("25.17"), D("4.80"), D("29.97"))


def test_a_document_discount_is_shared_before_tax_is_rounded_on_lines() -> None:
    lines = tuple(LineInput(D(1), D(price), taxes=(DE19,)) for price in ("10", "20", "30"))
    off = (AllowanceInput(False, amount=D("0.05")),)
    totals = compute(DocumentInput("EUR", False, lines, off, tax_rounding="line"))
    # 0.05 in six parts is 0.0083 a ten: of 30, 20 and 10 the cents go to the larger remainders 0.67 and 0.83.
    assert [row.allowance_share for row in totals.lines] == [D("0.01"), D("0.02"), D("0.02")]
    assert [row.taxes[0].amount for row in totals.lines] == [D("1.90"), D("3.80"), D("5.70")]


@pytest.mark.parametrize(
    ("price", "currency", "coin", "payable", "rounding"),
    [
        ("107.62", "CHF", "0.05", "107.60", "-0.02"),
        ("107.63", "CHF", "0.05", "107.65", "0.02"),
        ("107.625", "KWD", "0.05", "107.650", "0.025"),
        ("99.50", "SEK", "1", "100.00", "0.50"),
        ("99.49", "SEK", "1", "99.00", "-0.49"),
        ("1235", "JPY", "10", "1240", "5"),
        ("0.02", "CHF", "0.05", "0.00", "-0.02"),
        ("107.65", "CHF", "0.05", "107.65", "0.00"),
    ],
)
def test_cash_rounding_is_its_own_amount(price: str, currency: str, coin: str, payable: str, rounding: str) -> None:
    totals = compute(replace(document(price, taxes=(), currency=currency), cash_unit=D(coin)))
    assert (str(totals.payable), str(totals.rounding)) == (payable, rounding)
    assert totals.total == D(price)


def test_withholding_lowers_what_is_payable_never_the_total() -> None:
    totals = compute(replace(document("1000.01", "0.02"), withholding_percent=D(15)))
    # 15 % of the net 1000.03 is 150.0045.
    assert to_pay(totals) == (D(0), D("150.00"), D(0), D("1040.04"))
    assert (totals.net, totals.tax, totals.total) == (D("1000.03"), D("190.01"), D("1190.04"))


def test_deposits_withholding_and_cash_follow_each_other() -> None:
    asked = replace(document("1000"), prepaid=D("357"), withholding_percent=D("7.5"), cash_unit=D("0.5"))
    assert to_pay(compute(replace(asked, prepaid=D("357.20")))) == (D("357.20"), D("75.00"), D("0.20"), D("758.00"))
    assert to_pay(compute(asked)) == (D("357.00"), D("75.00"), D("0.00"), D("758.00"))


def test_a_document_paid_by_deposits_asks_for_nothing() -> None:
    assert to_pay(compute(replace(document("100"), prepaid=D(119)))) == (D(119), 0, 0, 0)


def test_nothing_is_withheld_from_a_net_below_zero() -> None:
    lines = (LineInput(D(-1), D(100)), LineInput(D(1), D(90), taxes=(DE19,)))
    totals = compute(DocumentInput("EUR", False, lines, withholding_percent=D(10)))
    assert (totals.net, totals.withheld, totals.payable) == (D("-10.00"), D("0.00"), D("7.10"))


def test_a_discount_is_stated_per_vat_category() -> None:
    lines = (LineInput(D(1), D(100), taxes=(DE19,)), LineInput(D(1), D(50), taxes=(DE7,)), LineInput(D(1), D(10)))
    off = AllowanceInput(False, percent=D("3.3"))
    totals = compute(DocumentInput("EUR", False, lines, (off, AllowanceInput(True, amount=D(0)))))
    assert totals.allowances[0].taxes == (
        AllowanceTax("S", D(19), D("3.30")),
        AllowanceTax("S", D(7), D("1.65")),
        AllowanceTax("O", D(0), D("0.33")),
    )
    assert totals.allowances[1].taxes == tuple(part._replace(amount=D("0.00")) for part in totals.allowances[0].taxes)


def test_groups_of_one_category_are_stated_together() -> None:
    lines = (LineInput(D(1), D(100), taxes=(DE19,)), LineInput(D(1), D(100), taxes=(DE19, DE7)), LineInput(D(1), D(0)))
    totals = compute(DocumentInput("EUR", False, lines, (AllowanceInput(False, amount=D(5)),)))
    assert totals.allowances[0].taxes == (AllowanceTax("S", D(19), D("5.00")),)


@pytest.mark.parametrize(
    ("changes", "code", "field", "params"),
    [
        ({"tax_rounding": "month"}, "document.tax_rounding", "tax_rounding", {}),
        ({"cash_unit": D("-0.05")}, "document.cash_unit", "cash_unit", {"unit": D("0.01")}),
        ({"cash_unit": D("0.005")}, "document.cash_unit", "cash_unit", {"unit": D("0.01")}),
        ({"cash_unit": D("NaN")}, "document.cash_unit", "cash_unit", {"unit": D("0.01")}),
        ({"cash_unit": D(10) ** 15}, "document.cash_unit", "cash_unit", {"unit": D("0.01")}),
        ({"withholding_percent": D(-1)}, "document.withholding_percent", "withholding_percent", {}),
        ({"withholding_percent": D("100.01")}, "document.withholding_percent", "withholding_percent", {}),
        ({"withholding_percent": D("1.0000001")}, "document.withholding_percent", "withholding_percent", {}),
        ({"withholding_percent": D("Infinity")}, "document.withholding_percent", "withholding_percent", {}),
        ({"prepaid": D(-1)}, "document.prepaid", "prepaid", {"unit": D("0.01")}),
        ({"prepaid": D("0.001")}, "document.prepaid", "prepaid", {"unit": D("0.01")}),
        ({"prepaid": D("119.01")}, "document.prepaid_too_large", "prepaid", {}),
        ({"prepaid": D(119), "withholding_percent": D(1)}, "document.withheld_too_large", "withholding_percent", {}),
    ],
)
def test_what_cannot_be_deducted_is_refused_at_its_field(
    changes: dict[str, object], code: str, field: str, params: dict[str, object]
) -> None:
    with pytest.raises(BusinessError) as caught:
        compute(replace(document("100"), **changes))
    assert (caught.value.code, caught.value.field, caught.value.params) == (code, field, params)
