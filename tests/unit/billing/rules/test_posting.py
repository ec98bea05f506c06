from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.posting import (
    CLIENT_CREDIT,
    FX_CLEARING,
    FX_GAIN,
    FX_LOSS,
    RECEIVABLE,
    SIGNS,
    Line,
    Target,
    allocated,
    applied,
    forgone,
    inverse,
    issued,
    received,
    refunded,
    repaid,
    settled_outside,
    tax_within,
)
from billing.rules.taxes import TaxTotal
from invoicing_site.money import convert, is_at_minor_unit

BANK = Target("purpose", "bank")
SALES, SERVICES = Target("code", "8400"), Target("code", "8401")
VAT19, VAT7 = Target("tax", "DE19"), Target("tax", "DE7")
CURRENCY = st.sampled_from(["EUR", "USD", "JPY", "KWD"])


def tax(code: str, amount: str, rate: str = "19") -> TaxTotal:
    return TaxTotal(code, "S", D(rate), "", D(0), D(amount))


def sums(lines: Iterable[Line]) -> tuple[dict[str, D], D]:
    amounts: defaultdict[str, D] = defaultdict(D)
    base = D(0)
    for line in lines:
        amounts[line.currency] += line.amount
        base += line.base
    return dict(amounts), base


def balanced(lines: list[Line], base_currency: str) -> bool:
    amounts, base = sums(lines)
    own = all(line.amount == line.base for line in lines if line.currency == base_currency)
    return own and not base and not any(amounts.values())


def test_an_invoice_books_receivable_revenue_and_tax() -> None:
    lines = issued(
        "invoice",
        "EUR",
        D("466.17"),
        [tax("DE19", "67.63"), tax("DE7", "2.79", "7")],
        {"8400": D("355.96"), "8401": D("39.79")},
        "EUR",
        D(1),
    )
    assert lines == [
        Line(RECEIVABLE, "EUR", D("466.17"), D("466.17"), client=True),
        Line(SALES, "EUR", D("-355.96"), D("-355.96")),
        Line(SERVICES, "EUR", D("-39.79"), D("-39.79")),
        Line(VAT19, "EUR", D("-67.63"), D("-67.63")),
        Line(VAT7, "EUR", D("-2.79"), D("-2.79")),
    ]


def test_in_foreign_currency_revenue_bears_the_odd_cent() -> None:
    lines = issued(
        "invoice", "USD", D("119.05"), [tax("T", "19.01")], {"A": D("50.02"), "B": D("50.02")}, "EUR", D("0.9213")
    )
    # 109.680765, tax 17.513913; each account 46.083426.
    assert [(line.target.key, line.base) for line in lines] == [
        ("receivable", D("109.68")),
        ("A", D("-46.09")),
        ("B", D("-46.08")),
        ("T", D("-17.51")),
    ]
    assert balanced(lines, "EUR")


def test_a_credit_note_is_the_other_side() -> None:
    figures = ("EUR", D("119.00"), [tax("DE19", "19.00")], {"8400": D("100.00")}, "EUR", D(1))
    assert issued("credit_note", *figures) == inverse(issued("invoice", *figures))
    assert issued("credit_note", *figures)[0] == Line(RECEIVABLE, "EUR", D("-119.00"), D("-119.00"), client=True)


def test_one_tax_at_two_rates_is_one_line_and_nothing_is_no_line() -> None:
    lines = issued(
        "invoice", "EUR", D("41.00"), [tax("V", "5.00"), tax("V", "4.00", "16"), tax("X", "0.00", "0")],
        {"A": D("32.00"), "B": D("0.00")}, "EUR", D(1),
    )  # fmt: skip
    assert [(line.target.key, line.amount) for line in lines] == [
        ("receivable", D("41.00")),
        ("A", D("-32.00")),
        ("V", D("-9.00")),
    ]
    assert issued("invoice", "USD", D(0), [], {}, "EUR", D("0.9")) == []


def test_a_total_of_nothing_still_moves_between_accounts() -> None:
    lines = issued("invoice", "USD", D(0), [], {"A": D("10.00"), "B": D("-10.00")}, "EUR", D("0.3333"))
    assert [(line.target.key, line.amount, line.base) for line in lines] == [
        ("A", D("-10.00"), D("-3.33")),
        ("B", D("10.00"), D("3.33")),
    ]


def test_taxes_alone_bear_their_own_odd_cent() -> None:
    lines = issued("debit_note", "USD", D("0.02"), [tax("A", "0.01"), tax("B", "0.01")], {}, "EUR", D("0.7"))
    assert [(line.target.key, line.base) for line in lines] == [
        ("receivable", D("0.01")),
        ("A", D("-0.01")),
        ("B", D("0.00")),
    ]


def test_what_cannot_be_booked_is_refused() -> None:
    with pytest.raises(ValueError, match="quote"):
        issued("quote", "EUR", D(0), [], {}, "EUR", D(1))
    with pytest.raises(ValueError, match="add up"):
        issued("invoice", "EUR", D("119.00"), [tax("V", "19.00")], {"A": D("99.99")}, "EUR", D(1))


def test_money_received_is_the_clients_credit() -> None:
    assert received("USD", D("100.00"), D("92.13"), "bank") == [
        Line(BANK, "USD", D("100.00"), D("92.13")),
        Line(CLIENT_CREDIT, "USD", D("-100.00"), D("-92.13"), client=True),
    ]


def test_allocation_in_base_currency_has_two_lines() -> None:
    assert allocated("EUR", D(50), D(50), "EUR", D(50), D(50), "EUR") == [
        Line(CLIENT_CREDIT, "EUR", D(50), D(50), client=True),
        Line(RECEIVABLE, "EUR", D(-50), D(-50), client=True),
    ]


def test_allocation_in_one_foreign_currency_books_the_difference_without_amount() -> None:
    gain = allocated("USD", D(100), D("95.00"), "USD", D(100), D("92.13"), "EUR")
    assert gain[1] == Line(FX_GAIN, "USD", D(0), D("-2.87"))
    loss = allocated("USD", D(100), D("92.13"), "USD", D(100), D("95.00"), "EUR")
    assert loss[1] == Line(FX_LOSS, "USD", D(0), D("2.87"))
    assert balanced(gain, "EUR")
    assert balanced(loss, "EUR")


def test_foreign_payment_of_a_document_in_base_currency() -> None:
    assert allocated("USD", D(110), D(100), "EUR", D(102), D(102), "EUR") == [
        Line(CLIENT_CREDIT, "USD", D(110), D(100), client=True),
        Line(FX_CLEARING, "USD", D(-110), D(-100)),
        Line(FX_CLEARING, "EUR", D(100), D(100)),
        Line(FX_LOSS, "EUR", D(2), D(2)),
        Line(RECEIVABLE, "EUR", D(-102), D(-102), client=True),
    ]


def test_payment_in_base_currency_of_a_foreign_document() -> None:
    assert allocated("EUR", D(100), D(100), "USD", D(110), D(98), "EUR") == [
        Line(CLIENT_CREDIT, "EUR", D(100), D(100), client=True),
        Line(FX_CLEARING, "EUR", D(-98), D(-98)),
        Line(FX_CLEARING, "USD", D(110), D(98)),
        Line(FX_GAIN, "EUR", D(-2), D(-2)),
        Line(RECEIVABLE, "USD", D(-110), D(-98), client=True),
    ]


def test_two_foreign_currencies_meet_in_the_clearing_account() -> None:
    assert allocated("USD", D(110), D(100), "GBP", D(85), D(99), "EUR") == [
        Line(CLIENT_CREDIT, "USD", D(110), D(100), client=True),
        Line(FX_CLEARING, "USD", D(-110), D(-100)),
        Line(FX_CLEARING, "GBP", D(85), D(100)),
        Line(FX_GAIN, "GBP", D(0), D(-1)),
        Line(RECEIVABLE, "GBP", D(-85), D(-99), client=True),
    ]


def test_a_clearing_line_of_nothing_is_left_out() -> None:
    lines = allocated("EUR", D("0.01"), D("0.01"), "JPY", D(1), D(0), "EUR")
    assert [(line.target.key, line.currency) for line in lines] == [
        ("client_credit", "EUR"),
        ("fx_clearing", "JPY"),
        ("fx_gain", "EUR"),
        ("receivable", "JPY"),
    ]
    assert balanced(lines, "EUR")


def test_allocation_refuses_figures_that_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="same amount"):
        allocated("USD", D(100), D(90), "USD", D(99), D(90), "EUR")
    with pytest.raises(ValueError, match="100 EUR"):
        allocated("EUR", D(100), D(90), "USD", D(99), D(90), "EUR")
    with pytest.raises(ValueError, match="99 EUR"):
        allocated("USD", D(100), D(90), "EUR", D(99), D(90), "EUR")


def test_a_refund_leaves_at_the_days_value() -> None:
    assert refunded("USD", D(100), D("92.13"), D("95.00"), "EUR", "bank") == [
        Line(CLIENT_CREDIT, "USD", D(100), D("92.13"), client=True),
        Line(FX_LOSS, "USD", D(0), D("2.87")),
        Line(BANK, "USD", D(-100), D("-95.00")),
    ]
    assert refunded("EUR", D(5), D(5), D(5), "EUR", "cash")[1] == Line(Target("purpose", "cash"), "EUR", D(-5), D(-5))
    with pytest.raises(ValueError, match="worth"):
        refunded("EUR", D(5), D(4), D(5), "EUR", "cash")


@given(data=st.data(), kind=st.sampled_from(sorted(SIGNS)), currency=CURRENCY, base=CURRENCY)
def test_every_issue_balances(data: st.DataObject, kind: str, currency: str, base: str) -> None:
    units = st.integers(-(10**7), 10**9).map(lambda n: D(n) if currency == "JPY" else D(n) / 100)
    nets = data.draw(st.dictionaries(st.sampled_from("ABCDE"), units, max_size=5))
    taxes = [tax(code, str(data.draw(units))) for code in data.draw(st.lists(st.sampled_from("TUVW"), max_size=4))]
    rate = data.draw(st.decimals("0.0001", 2000, places=10))
    total = sum(nets.values(), D(0)) + sum((part.amount for part in taxes), D(0))
    lines = issued(kind, currency, total, taxes, nets, base, rate)
    assert balanced(lines, base)
    assert all(is_at_minor_unit(line.base, base) for line in lines)
    assert balanced(lines + inverse(lines), base)
    for line in lines:
        if line.target == RECEIVABLE and currency != base:
            assert abs(line.base) == abs(convert(total, rate, base))


@given(data=st.data(), paid=CURRENCY, owed=CURRENCY, base=CURRENCY)
def test_every_allocation_and_refund_balances(data: st.DataObject, paid: str, owed: str, base: str) -> None:
    units = st.integers(1, 10**9).map(D)
    paid_amount, owed_amount = data.draw(units), data.draw(units)
    if paid == owed:
        owed_amount = paid_amount
    paid_base = paid_amount if paid == base else data.draw(units)
    owed_base = owed_amount if owed == base else data.draw(units)
    lines = allocated(paid, paid_amount, paid_base, owed, owed_amount, owed_base, base)
    assert balanced(lines, base)
    assert sum(line.base for line in lines if line.target == FX_CLEARING) == 0
    results = [line for line in lines if line.target in (FX_GAIN, FX_LOSS)]
    assert sum(line.base for line in results) == owed_base - paid_base
    assert all((line.target == FX_GAIN) == (line.base < 0) for line in results)
    back = paid_amount if paid == base else data.draw(units)
    assert balanced(refunded(paid, paid_amount, paid_base, back, base, "bank"), base)
    assert balanced(received(paid, paid_amount, paid_base, "cheques"), base)


def test_credit_of_a_note_settles_a_document_on_one_account() -> None:
    assert applied("EUR", D("100.00"), D("100.00"), "EUR") == []
    gained = applied("USD", D("90.00"), D("80.00"), "EUR")
    assert gained == [Line(RECEIVABLE, "USD", D(0), D("10.00"), client=True), Line(FX_GAIN, "USD", D(0), D("-10.00"))]
    lost = applied("USD", D("80.00"), D("90.00"), "EUR")
    assert lost == [Line(RECEIVABLE, "USD", D(0), D("-10.00"), client=True), Line(FX_LOSS, "USD", D(0), D("10.00"))]


def test_credit_made_good_elsewhere_or_paid_out_is_owed_no_longer() -> None:
    assert settled_outside("USD", D(10), D(9)) == [
        Line(RECEIVABLE, "USD", D(10), D(9), client=True), Line(Target("purpose", "outside"), "USD", D(-10), D(-9)),
    ]  # fmt: skip
    assert repaid("USD", D(10), D(9), D(8), "EUR", "bank") == [
        Line(RECEIVABLE, "USD", D(10), D(9), client=True),
        Line(FX_GAIN, "USD", D(0), D(-1)),
        Line(BANK, "USD", D(-10), D(-8)),
    ]


PARTS = (TaxTotal("S19", "S", D(19), "", D(100), D("19.00")), TaxTotal("S7", "S", D(7), "", D(50), D("3.50")))


def test_what_is_given_up_takes_its_tax_with_it() -> None:
    taxes = tax_within(D("172.50"), D("172.50"), PARTS, "EUR")
    assert taxes == {"S19": D("19.00"), "S7": D("3.50")}
    assert tax_within(D("1.00"), D("172.50"), PARTS, "EUR") == {"S19": D("0.11"), "S7": D("0.02")}
    assert tax_within(D("0.01"), D("172.50"), PARTS, "EUR") == {}
    assert tax_within(D("1.00"), D(0), PARTS, "EUR") == {}
    back = (TaxTotal("S19", "S", D(19), "", D(-100), D("-19.00")),)
    assert tax_within(D("1.00"), D("50.00"), back, "EUR") == {}
    target = Target("purpose", "bad_debt")
    lines = forgone(target, "USD", D("172.50"), D("150.01"), taxes, "EUR")
    assert [(line.target, line.amount) for line in lines] == [
        (target, D("150.00")), (Target("tax", "S19"), D("19.00")), (Target("tax", "S7"), D("3.50")), (RECEIVABLE, D("-172.50")),
    ]  # fmt: skip
    assert sum(line.base for line in lines) == 0
    assert forgone(target, "EUR", D("5.00"), D("5.00"), {}, "EUR") == [
        Line(target, "EUR", D("5.00"), D("5.00")), Line(RECEIVABLE, "EUR", D("-5.00"), D("-5.00"), client=True),
    ]  # fmt: skip


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_tax_within_a_part_is_never_more_than_the_part(part: int, whole: int) -> None:
    amount, total = D(min(part, whole)) / 100, D(whole) / 100
    net = (total / D("1.19")).quantize(D("0.01"))
    taxes = tax_within(amount, total, [TaxTotal("S19", "S", D(19), "", net, total - net)], "EUR")
    assert 0 <= sum(taxes.values()) <= amount


def test_a_note_over_a_deposit_takes_it_from_the_deposits() -> None:
    lines = issued(
        "credit_note", "EUR", D("119.00"), [TaxTotal("S19", "S", D(19), "", D(100), D(19))], {"8400": D(100)}, "EUR", D(1),
        corrects="deposit_invoice",
    )  # fmt: skip
    assert [(line.target.key, line.amount) for line in lines] == [
        ("receivable", D("-119.00")), ("deposits", D(100)), ("S19", D(19)),
    ]  # fmt: skip
