"""Invoices counted by hand: if one of these moves by a cent, calculation version 1 is broken."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from billing.rules.totals import (
    CALCULATION_VERSION,
    AllowanceInput,
    DocumentInput,
    LineInput,
    LineTaxAmount,
    Tax,
    TaxTotal,
    compute,
)

DE19 = Tax("DE19", "S", D(19), "VAT 19 %")
DE7 = Tax("DE7", "S", D(7), "VAT 7 %")
FIVE_PERCENT_OFF = AllowanceInput(is_charge=False, percent=D(5))


def line(quantity: str, price: str, *taxes: Tax, percent: str = "0", off: str = "0") -> LineInput:
    return LineInput(D(quantity), D(price), D(percent), D(off), taxes)


def document(
    *lines: LineInput, currency: str = "EUR", gross: bool = False, allowances: tuple[AllowanceInput, ...] = ()
) -> DocumentInput:
    return DocumentInput(currency, gross, lines, allowances)


def test_german_invoice_with_two_rates_line_discount_and_document_discount() -> None:
    totals = compute(
        document(
            line("3", "49.90", DE19),
            line("12", "3.49", DE7),
            line("1", "250", DE19, percent="10"),
            allowances=(FIVE_PERCENT_OFF,),
        )
    )
    assert [(row.gross, row.discount, row.amount) for row in totals.lines] == [
        (D("149.70"), 0, D("149.70")),
        (D("41.88"), 0, D("41.88")),
        (D("250.00"), D("25.00"), D("225.00")),
    ]
    # 5 % of 416.58 is 20.829; 18.735 of it rests on 19 %, 2.094 on 7 %: the odd cent goes to the larger remainder.
    assert (totals.lines_amount, totals.discounts, totals.charges) == (D("416.58"), D("20.83"), D(0))
    assert totals.tax_totals == (
        TaxTotal("DE19", "S", D(19), "VAT 19 %", D("355.96"), D("67.63")),
        TaxTotal("DE7", "S", D(7), "VAT 7 %", D("39.79"), D("2.79")),
    )
    assert (totals.net, totals.tax, totals.total) == (D("395.75"), D("70.42"), D("466.17"))
    assert [row.allowance_share for row in totals.lines] == [D("7.49"), D("2.09"), D("11.25")]
    assert [row.net for row in totals.lines] == [D("142.21"), D("39.79"), D("213.75")]
    assert [share.amount for share in totals.allowances[0].shares] == [D("18.74"), D("2.09")]
    assert totals.calculation_version == CALCULATION_VERSION == 2


def test_prices_including_tax_split_back_to_the_cent() -> None:
    totals = compute(document(*[line("1", "9.99", DE19)] * 3, gross=True))
    assert (totals.lines_amount, totals.net, totals.tax, totals.total) == (
        D("29.97"),
        D("25.18"),
        D("4.79"),
        D("29.97"),
    )
    assert [row.taxes[0].amount for row in totals.lines] == [D("1.60"), D("1.60"), D("1.59")]
    assert [row.net for row in totals.lines] == [D("8.39"), D("8.39"), D("8.40")]


def test_prices_including_tax_with_discount_and_delivery() -> None:
    totals = compute(
        document(
            line("1", "119", DE19),
            line("2", "10.70", DE7),
            gross=True,
            allowances=(AllowanceInput(False, percent=D(10)), AllowanceInput(True, amount=D("4.90"))),
        )
    )
    # 140.40 − 14.04 + 4.90 = 111.25 at 19 % and 20.01 at 7 %.
    assert (totals.lines_amount, totals.discounts, totals.charges) == (D("140.40"), D("14.04"), D("4.90"))
    assert (totals.net, totals.tax, totals.total) == (D("112.19"), D("19.07"), D("131.26"))
    assert [(part.base, part.amount) for part in totals.tax_totals] == [
        (D("93.49"), D("17.76")),
        (D("18.70"), D("1.31")),
    ]


def test_yen_have_no_decimals() -> None:
    ten, eight = Tax("JP10", "S", D(10)), Tax("JP8", "S", D(8))
    totals = compute(document(line("3", "333", ten), line("2", "158", eight), currency="JPY"))
    assert [(str(part.base), str(part.amount)) for part in totals.tax_totals] == [("999", "100"), ("316", "25")]
    assert (str(totals.net), str(totals.tax), str(totals.total)) == ("1315", "125", "1440")


def test_dinars_have_three_decimals() -> None:
    totals = compute(document(line("2.5", "12.345", Tax("BH10", "S", D(10))), currency="BHD"))
    assert (str(totals.net), str(totals.tax), str(totals.total)) == ("30.863", "3.086", "33.949")
    untaxed = compute(document(line("1", "0.0005"), line("3", "1.234567"), currency="KWD"))
    assert [str(row.amount) for row in untaxed.lines] == ["0.001", "3.704"]
    assert str(untaxed.total) == "3.705"


def test_returned_goods_lower_their_own_rate() -> None:
    totals = compute(document(line("5", "20", DE19), line("-2", "20", DE19, percent="50"), line("-3", "4.99", DE7)))
    assert [(row.gross, row.discount, row.amount) for row in totals.lines] == [
        (D(100), 0, D(100)),
        (D(-40), D(-20), D(-20)),
        (D("-14.97"), 0, D("-14.97")),
    ]
    assert [(part.base, part.amount) for part in totals.tax_totals] == [
        (D("80.00"), D("15.20")),
        (D("-14.97"), D("-1.05")),
    ]
    assert totals.total == D("79.18")


def test_percentage_follows_a_return_and_a_fixed_discount_does_not() -> None:
    lines = (line("1", "100", DE19), line("-1", "99", DE7))
    percent = compute(document(*lines, allowances=(AllowanceInput(False, percent=D(10)),)))
    fixed = compute(document(*lines, allowances=(AllowanceInput(False, amount=D("0.10")),)))
    assert [row.allowance_share for row in percent.lines] == [D("10.00"), D("-9.90")]
    assert [row.allowance_share for row in fixed.lines] == [D("0.10"), 0]


def test_line_amounts_are_rounded_before_they_are_added() -> None:
    # Peppol refuses 1.01 here (BR-CO-10): the sum must be that of the printed lines.
    totals = compute(document(*[line("1", "0.335", DE19)] * 3))
    assert totals.lines_amount == D("1.02")


def test_tax_is_rounded_once_per_rate_not_per_line() -> None:
    totals = compute(document(*[line("1", "0.03", DE19)] * 10))
    assert totals.tax == D("0.06")
    assert [row.taxes[0].amount for row in totals.lines] == [D("0.01")] * 6 + [D("0.00")] * 4


def test_discount_amount_on_a_line_and_a_price_with_six_decimals() -> None:
    totals = compute(document(line("2.5", "100.123456", DE19, off="0.31")))
    assert totals.lines[0][:3] == (D("250.31"), D("0.31"), D("250.00"))
    percent = compute(document(line("2.5", "100.123456", DE19, percent="10")))
    assert percent.lines[0][:3] == (D("250.31"), D("25.03"), D("225.28"))


def test_discount_amount_shortens_a_return_too() -> None:
    totals = compute(document(line("1", "100", DE19), line("-1", "50", DE19, off="10")))
    assert totals.lines[1][:3] == (D("-50.00"), D("-10.00"), D("-40.00"))


def test_quebec_charges_two_taxes_on_one_base() -> None:
    gst, qst = Tax("GST", "S", D(5)), Tax("QST", "S", D("9.975"))
    on_top = compute(document(line("1", "100", gst, qst), currency="CAD"))
    assert [(part.code, part.base, part.amount) for part in on_top.tax_totals] == [
        ("QST", D(100), D("9.98")),
        ("GST", D(100), D("5.00")),
    ]
    assert on_top.total == D("114.98")
    contained = compute(document(line("1", "114.98", qst, gst), currency="CAD", gross=True))
    assert contained.lines[0].net == D("100.00")
    assert contained.lines[0].taxes == (
        LineTaxAmount("QST", "S", D("9.975"), D("100.00"), D("9.98")),
        LineTaxAmount("GST", "S", D(5), D("100.00"), D("5.00")),
    )


def test_one_tax_shared_by_two_price_compositions_is_one_total() -> None:
    gst, qst = Tax("GST", "S", D(5)), Tax("QST", "S", D("9.975"))
    totals = compute(document(line("1", "114.98", gst, qst), line("1", "105", gst), currency="CAD", gross=True))
    assert [(part.code, part.base, part.amount) for part in totals.tax_totals] == [
        ("QST", D("100.00"), D("9.98")),
        ("GST", D("200.00"), D("10.00")),
    ]


def test_a_line_without_tax_is_out_of_scope() -> None:
    totals = compute(document(line("1", "12.50")))
    assert totals.tax_totals == (TaxTotal("O", "O", D(0), "", D("12.50"), D(0)),)
    assert totals.lines[0].taxes == (LineTaxAmount("O", "O", D(0), D("12.50"), D(0)),)
    assert totals.total == D("12.50")


def test_reverse_charge_keeps_its_base_and_has_no_tax() -> None:
    reverse = Tax("EU-RC", "AE", D(0))
    totals = compute(document(line("1", "1000", reverse), line("1", "100", DE19)))
    assert [(part.category, part.base, part.amount) for part in totals.tax_totals] == [
        ("S", D(100), D(19)),
        ("AE", D(1000), D(0)),
    ]


def test_a_document_of_nothing_is_nothing() -> None:
    totals = compute(document())
    assert [str(figure) for figure in totals[1:7]] == ["0.00"] * 6
    assert (totals.lines, totals.tax_totals, totals.allowances) == ((), (), ())


def test_delivery_on_free_goods_is_shared_equally() -> None:
    totals = compute(
        document(line("1", "0", DE19), line("1", "0", DE7), allowances=(AllowanceInput(True, amount=D("4.99")),))
    )
    assert [(part.base, part.amount) for part in totals.tax_totals] == [(D("2.50"), D("0.48")), (D("2.49"), D("0.17"))]


def test_two_discounts_of_fifty_percent_leave_nothing() -> None:
    half = AllowanceInput(False, percent=D(50))
    totals = compute(document(line("1", "0.01", DE19), allowances=(half, half)))
    assert [item.amount for item in totals.allowances] == [D("0.01"), D("0.00")]
    assert totals.total == 0


def test_fixed_discounts_never_turn_a_rate_negative() -> None:
    third = AllowanceInput(False, amount=D("0.67"))
    totals = compute(document(line("1", "2", DE19), line("1", "0.01", DE7), allowances=(third, third, third)))
    assert [part.base for part in totals.tax_totals] == [0, 0]


@pytest.mark.parametrize("rate", ["19", "19.0", "19.000000"])
def test_one_rate_written_in_two_ways_is_one_total(rate: str) -> None:
    totals = compute(document(line("1", "0.03", DE19), line("1", "0.03", Tax("DE19", "S", D(rate)))))
    assert [(part.base, part.amount) for part in totals.tax_totals] == [(D("0.06"), D("0.01"))]
