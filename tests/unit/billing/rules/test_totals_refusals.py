from __future__ import annotations

from decimal import Decimal as D

import pytest

from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax, compute
from invoicing_site.errors import BusinessError

TAX = Tax("DE19", "S", D(19))
GOOD = LineInput(D(1), D(10), taxes=(TAX,))


def refusal(
    *lines: LineInput, allowances: tuple[AllowanceInput, ...] = (), currency: str = "EUR"
) -> tuple[object, ...]:
    with pytest.raises(BusinessError) as caught:
        compute(DocumentInput(currency, False, lines, allowances))
    return caught.value.code, caught.value.field, caught.value.params


def off(percent: str | None = None, amount: str | None = None, charge: bool = False) -> AllowanceInput:
    return AllowanceInput(charge, None if percent is None else D(percent), None if amount is None else D(amount))


@pytest.mark.parametrize(
    ("line", "code", "field", "params"),
    [
        (LineInput(D(1), D("-0.01")), "line.price_negative", "unit_price", {}),
        (LineInput(D("0.0000001"), D(1)), "line.too_precise", "quantity", {"decimals": 6}),
        (LineInput(D(1), D("1.0000001")), "line.too_precise", "unit_price", {"decimals": 6}),
        (LineInput(D(1), D(9), D("1.0000001")), "line.too_precise", "discount_percent", {"decimals": 6}),
        (LineInput(D(1), D(9), D(0), D("0.005")), "line.too_precise", "discount_amount", {"decimals": 2}),
        (LineInput(D(10) ** 13, D(1)), "line.too_large", "quantity", {}),
        (LineInput(D(1), D(10) ** 13), "line.too_large", "unit_price", {}),
        (LineInput(D("1e12"), D("1e3")), "line.too_large", "unit_price", {}),
        (LineInput(D("-1e12"), D("1e3")), "line.too_large", "unit_price", {}),
        (LineInput(D("NaN"), D(1)), "line.too_large", "quantity", {}),
        (LineInput(D(1), D("NaN")), "line.too_large", "unit_price", {}),
        (LineInput(D(1), D("Infinity")), "line.too_large", "unit_price", {}),
        (LineInput(D(1), D(1), D("NaN")), "line.too_large", "discount_percent", {}),
        (LineInput(D(1), D(1), D(0), D("NaN")), "line.too_large", "discount_amount", {}),
        (LineInput(D(1), D(9), D(5), D(1)), "line.both_discounts", "discount_amount", {}),
        (LineInput(D(1), D(9), D(-5)), "line.discount_negative", "discount_percent", {}),
        (LineInput(D(1), D(9), D(0), D(-1)), "line.discount_negative", "discount_amount", {}),
        (LineInput(D(1), D(9), D("100.01")), "line.discount_too_large", "discount_percent", {}),
        (LineInput(D(1), D(9), D(0), D("9.01")), "line.discount_too_large", "discount_amount", {}),
        (LineInput(D(-1), D(9), D(0), D("9.01")), "line.discount_too_large", "discount_amount", {}),
        (LineInput(D(1), D(9), taxes=(TAX, TAX)), "line.tax_twice", "taxes", {}),
    ],
)
def test_a_bad_line_is_refused_at_its_field(line: LineInput, code: str, field: str, params: dict[str, object]) -> None:
    assert refusal(GOOD, line) == (code, f"lines.1.{field}", params)


def test_yen_take_no_sen_of_discount() -> None:
    line = LineInput(D(1), D(900), D(0), D("0.5"))
    assert refusal(line, currency="JPY") == ("line.too_precise", "lines.0.discount_amount", {"decimals": 0})


@pytest.mark.parametrize(
    ("allowance", "code", "field", "params"),
    [
        (off("5", "1"), "allowance.both", "percent", {}),
        (off(), "allowance.empty", "amount", {}),
        (off("-1"), "allowance.negative", "percent", {}),
        (off(amount="-1"), "allowance.negative", "amount", {}),
        (off("1.0000001"), "allowance.too_precise", "percent", {"decimals": 6}),
        (off(amount="0.001"), "allowance.too_precise", "amount", {"decimals": 2}),
        (off("100.01"), "allowance.too_large", "percent", {}),
        (off("101", charge=True), "allowance.too_large", "percent", {}),
        (off(amount="10.01"), "allowance.too_large", "amount", {}),
        (off(amount="1e16", charge=True), "allowance.too_large", "amount", {}),
        (off(amount="NaN"), "allowance.too_large", "amount", {}),
    ],
)
def test_a_bad_document_discount_is_refused_at_its_field(
    allowance: AllowanceInput, code: str, field: str, params: dict[str, object]
) -> None:
    nothing = AllowanceInput(False, amount=D(0))
    assert refusal(GOOD, allowances=(nothing, allowance)) == (code, f"allowances.1.{field}", params)


def test_discounts_are_limited_together() -> None:
    assert refusal(GOOD, allowances=(off("60"), off("60"))) == ("allowance.too_large", "allowances.1.percent", {})
    assert refusal(GOOD, allowances=(off(amount="6"), off(amount="5"))) == (
        "allowance.too_large",
        "allowances.1.amount",
        {},
    )


def test_a_discount_on_returns_makes_no_room_for_another() -> None:
    allowances = (off(amount="200", charge=True), off("10"), off(amount="5"))
    back = LineInput(D(-10), D(10), taxes=(TAX,))
    assert refusal(back, allowances=allowances) == ("allowance.too_large", "allowances.2.amount", {})


def test_a_charge_needs_a_line_to_rest_on() -> None:
    assert refusal(allowances=(off(amount="4.90", charge=True),)) == ("allowance.no_lines", "allowances.0.amount", {})


def test_a_document_below_zero_is_a_credit_note() -> None:
    assert refusal(LineInput(D(-1), D("10.00"), taxes=(TAX,))) == (
        "document.total_negative",
        None,
        {"total": D("-11.90"), "currency": "EUR"},
    )


def test_taxes_can_turn_a_document_negative() -> None:
    returned = LineInput(D(-1), D(9), taxes=(TAX,))
    assert refusal(LineInput(D(1), D(10)), returned)[2] == {"total": D("-0.71"), "currency": "EUR"}


def test_a_document_no_column_can_hold_is_refused() -> None:
    large = LineInput(D("1e12"), D(999), taxes=(TAX,))
    assert refusal(large, large) == ("document.too_large", None, {})
    assert refusal(large, large, allowances=(off("100"),)) == ("document.too_large", None, {})


def test_an_unknown_currency_is_refused() -> None:
    assert refusal(GOOD, currency="BTC") == ("currency.unknown", "currency", {"currency": "BTC"})
