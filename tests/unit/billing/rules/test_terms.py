from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.terms import (
    MAX_INSTALMENTS,
    Billed,
    Due,
    Early,
    EarlyTax,
    Instalment,
    due_items,
    due_on,
    early,
    less_deposits,
)
from billing.rules.totals import DocumentInput, TaxTotal
from invoicing_site.errors import BusinessError
from invoicing_site.money import quantum, round_money
from tests.helpers.counting import counted, documents, patient

DAY = dt.date(2026, 11, 20)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def refusal(caught: pytest.ExceptionInfo[BusinessError]) -> tuple[object, ...]:
    return caught.value.code, caught.value.field, caught.value.params


def test_net_days_are_calendar_days() -> None:
    assert due_items(D("1190.00"), "EUR", DAY, 14) == [(day("2026-12-04"), D("1190.00"))]
    assert due_items(D("1190"), "JPY", DAY, 0) == [(DAY, D("1190"))]
    assert due_items(D("1.5"), "KWD", day("2028-02-01"), 30)[0].due_on == day("2028-03-02")


def test_a_total_of_nothing_has_a_due_date_too() -> None:
    assert due_items(D(0), "EUR", DAY, 30) == [(day("2026-12-20"), D("0.00"))]
    halves = (Instalment(percent=D(50)), Instalment(percent=D(50), days=7))
    assert due_items(D(0), "EUR", DAY, 30, instalments=halves) == [(day("2026-12-20"), D("0.00"))]


@pytest.mark.parametrize(
    ("issued", "days", "kind", "on", "due"),
    [
        ("2026-01-31", 0, "eom", 0, "2026-01-31"),
        ("2026-02-01", 0, "eom", 0, "2026-02-28"),
        ("2028-02-01", 0, "eom", 0, "2028-02-29"),
        ("2026-01-15", 30, "eom", 0, "2026-03-02"),
        ("2028-01-15", 30, "eom", 0, "2028-03-01"),
        ("2026-12-31", 1, "eom", 0, "2027-01-01"),
        ("2026-11-20", 0, "fixed", 20, "2026-11-20"),
        ("2026-11-20", 1, "fixed", 20, "2026-12-20"),
        ("2026-12-20", 1, "fixed", 20, "2027-01-20"),
        ("2026-01-31", 0, "fixed", 31, "2026-01-31"),
        ("2026-02-01", 0, "fixed", 31, "2026-02-28"),
        ("2026-01-31", 1, "fixed", 30, "2026-02-28"),
        ("2028-01-31", 1, "fixed", 31, "2028-02-29"),
        ("2026-11-10", 10, "fixed", 15, "2026-12-15"),
    ],
)
def test_months_end_where_they_end(issued: str, days: int, kind: str, on: int, due: str) -> None:
    assert due_on(day(issued), days, kind, on) == day(due)


@given(issued=DAYS, days=st.integers(0, 400), on=st.integers(1, 31))
def test_a_fixed_day_is_the_first_such_day_from_then_on(issued: dt.date, days: int, on: int) -> None:
    due, first = due_on(issued, days, "fixed", on), issued + dt.timedelta(days=days)

    def fits(date: dt.date) -> bool:
        return date.day == min(on, calendar.monthrange(date.year, date.month)[1])

    between = (first + dt.timedelta(days=step) for step in range((due - first).days))
    assert first <= due
    assert fits(due)
    assert not any(fits(date) for date in between)


@given(issued=DAYS, days=st.integers(0, 400))
def test_the_end_of_a_month_is_the_day_before_a_first(issued: dt.date, days: int) -> None:
    end = due_on(issued, days, "eom") - dt.timedelta(days=days)
    assert end >= issued
    assert (end + dt.timedelta(days=1)).day == 1
    assert (end.year, end.month) == (issued.year, issued.month)


@pytest.mark.parametrize(
    ("net_days", "kind", "on", "code", "field", "params"),
    [
        (-1, "net", 0, "terms.net_days", "net_days", {"max": 3650}),
        (3651, "eom", 0, "terms.net_days", "net_days", {"max": 3650}),
        (1, "", 0, "terms.kind", "term", {}),
        (1, "fixed", 0, "terms.day", "term_day", {}),
        (1, "fixed", 32, "terms.day", "term_day", {}),
    ],
)
def test_impossible_terms_are_refused(
    net_days: int, kind: str, on: int, code: str, field: str, params: dict[str, object]
) -> None:
    with pytest.raises(BusinessError) as caught:
        due_items(D(1), "EUR", DAY, net_days, kind=kind, day=on)
    assert refusal(caught) == (code, field, params)


def test_what_instalments_leave_is_due_at_the_end() -> None:
    parts = (Instalment(percent=D(30)), Instalment(amount=D("200"), days=14))
    assert due_items(D("1190.01"), "EUR", DAY, 30, instalments=parts) == [
        (DAY, D("357.00")),
        (day("2026-12-04"), D("200.00")),
        (day("2026-12-20"), D("633.01")),
    ]


def test_thirds_take_their_cent_by_largest_remainder() -> None:
    thirds = tuple(Instalment(percent=D("33.333333"), days=30 * place) for place in range(2))
    assert [item.amount for item in due_items(D("100.00"), "EUR", DAY, 60, instalments=thirds)] == [
        D("33.33"),
        D("33.33"),
        D("33.34"),
    ]


def test_instalments_of_everything_leave_no_balance() -> None:
    halves = (Instalment(percent=D(50), days=30), Instalment(percent=D(50)))
    assert due_items(D("0.01"), "EUR", DAY, 90, instalments=halves) == [(day("2026-12-20"), D("0.01"))]
    assert due_items(D("9.99"), "EUR", DAY, 90, instalments=halves) == [
        (DAY, D("4.99")),
        (day("2026-12-20"), D("5.00")),
    ]


def test_parts_due_on_one_day_are_one_item() -> None:
    parts = (Instalment(percent=D(10), days=3), Instalment(amount=D(5), days=9))
    # Three days after and nine days after both lie before the 30th.
    assert due_items(D(100), "EUR", DAY, 20, kind="fixed", day=30, instalments=parts) == [
        (day("2026-11-30"), D("15.00")),
        (day("2026-12-30"), D("85.00")),
    ]


@given(
    units=st.integers(0, 10_000_000),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "CLF"]),
    percents=st.lists(st.decimals("0.000001", 25, places=6), max_size=4),
    fixed=st.lists(st.integers(1, 1000), max_size=3),
    issued=DAYS,
    kind=st.sampled_from(["net", "eom", "fixed"]),
)
def test_instalments_sum_exactly(
    units: int, currency: str, percents: list[D], fixed: list[int], issued: dt.date, kind: str
) -> None:
    unit = quantum(currency)
    payable = units * unit
    parts = [Instalment(percent=percent, days=place) for place, percent in enumerate(percents)]
    parts += [Instalment(amount=amount * unit, days=40 + place) for place, amount in enumerate(fixed)]
    exact = sum((payable * percent / 100 for percent in percents), D(0)) + sum(fixed) * unit
    if exact > payable:
        with pytest.raises(BusinessError) as caught:
            due_items(payable, currency, issued, 60, kind=kind, day=15, instalments=parts)
        assert caught.value.code == "instalment.too_large"
        return
    items = due_items(payable, currency, issued, 60, kind=kind, day=15, instalments=parts)
    assert sum(item.amount for item in items) == payable
    assert [item.due_on for item in items] == sorted({item.due_on for item in items})
    assert all(item.amount > 0 for item in items) or items == [Due(due_on(issued, 60, kind, 15), payable)]
    if kind == "net":
        by_day = {item.due_on: item.amount for item in items}
        for part in parts:
            wanted = part.amount if part.percent is None else payable * part.percent / 100
            assert abs(by_day.get(issued + dt.timedelta(days=part.days), D(0)) - wanted) < unit
            assert part.amount is None or by_day[issued + dt.timedelta(days=part.days)] == part.amount


@pytest.mark.parametrize(
    ("item", "code", "field", "params"),
    [
        (Instalment(), "instalment.empty", "percent", {}),
        (Instalment(D(1), D(1)), "instalment.both", "amount", {}),
        (Instalment(percent=D(0)), "instalment.percent", "percent", {}),
        (Instalment(percent=D("100.1")), "instalment.percent", "percent", {}),
        (Instalment(percent=D("0.0000001")), "instalment.percent", "percent", {}),
        (Instalment(percent=D("NaN")), "instalment.percent", "percent", {}),
        (Instalment(amount=D(0)), "instalment.amount", "amount", {"unit": D("0.01")}),
        (Instalment(amount=D("0.001")), "instalment.amount", "amount", {"unit": D("0.01")}),
        (Instalment(amount=D("NaN")), "instalment.amount", "amount", {"unit": D("0.01")}),
        (Instalment(percent=D("50.000001")), "instalment.too_large", "percent", {}),
        (Instalment(amount=D("50.01")), "instalment.too_large", "amount", {}),
        (Instalment(percent=D(1), days=-1), "terms.net_days", "days", {"max": 3650}),
    ],
)
def test_a_bad_instalment_is_refused_at_its_field(
    item: Instalment, code: str, field: str, params: dict[str, object]
) -> None:
    with pytest.raises(BusinessError) as caught:
        due_items(D(100), "EUR", DAY, 30, instalments=(Instalment(percent=D(50)), item))
    assert refusal(caught) == (code, f"instalments.1.{field}", params)


def test_instalments_are_counted() -> None:
    with pytest.raises(BusinessError) as caught:
        due_items(D(100), "EUR", DAY, 30, instalments=[Instalment(percent=D(1))] * (MAX_INSTALMENTS + 1))
    assert refusal(caught) == ("instalment.too_many", "instalments", {"max": 60})


TWO_RATES = (
    TaxTotal("DE19", "S", D(19), "", D("100.00"), D("19.00")),
    TaxTotal("DE7", "S", D(7), "", D("50.00"), D("3.50")),
)


def test_paying_early_lowers_each_tax_in_its_proportion() -> None:
    found = early(D("150.00"), TWO_RATES, D("172.50"), "EUR", DAY, D(3), 10, day("2026-12-20"))
    # 3 % of 172.50 is 5.175; of it 4.50 are net, 0.57 and 0.105 tax: the half cent goes to the larger remainder.
    assert found == Early(
        day("2026-11-30"),
        D(3),
        D("5.18"),
        D("167.32"),
        D("4.50"),
        (EarlyTax("DE19", "S", D(19), D("3.00"), D("0.57")), EarlyTax("DE7", "S", D(7), D("1.50"), D("0.11"))),
    )


def test_no_discount_is_no_offer() -> None:
    assert early(D(100), (), D(100), "EUR", DAY, D(0), 99, DAY) is None


def test_a_discount_is_on_what_deposits_have_not_paid() -> None:
    rest = (TaxTotal("DE19", "S", D(19), "", D("40.00"), D("7.60")),)
    found = early(D("40.00"), rest, D("43.60"), "EUR", DAY, D(2), 0, DAY)
    assert found is not None
    assert (found.until, found.discount, found.amount) == (DAY, D("0.95"), D("42.65"))


def test_deposits_are_taken_off_tax_by_tax() -> None:
    billed = [
        Billed("S", D(19), D("60.00"), D("11.40")),
        Billed("S", D(16), D("10.00"), D("1.60")),
        Billed("S", D(19), D("10.00"), D("1.90")),
    ]
    rest = less_deposits(TWO_RATES, billed)
    assert [(part.code, part.rate, part.base, part.amount) for part in rest] == [
        ("DE19", D(19), D("30.00"), D("5.70")),
        ("DE7", D(7), D("50.00"), D("3.50")),
        ("", D(16), D("-10.00"), D("-1.60")),
    ]


def test_taxes_that_share_a_base_lose_it_both() -> None:
    shared = (
        TaxTotal("QST", "S", D("9.975"), "", D("100.00"), D("9.98")),
        TaxTotal("GST", "S", D(5), "", D("100.00"), D("5.00")),
    )
    found = early(D("100.00"), shared, D("114.98"), "CAD", DAY, D(2), 10, day("2026-12-20"))
    assert found is not None
    assert (found.discount, found.net) == (D("2.30"), D("2.00"))
    assert [(part.base, part.amount) for part in found.taxes] == [(D("2.00"), D("0.20")), (D("2.00"), D("0.10"))]


@pytest.mark.parametrize(
    ("percent", "days", "payable", "code", "field", "params"),
    [
        ("100", 10, "172.50", "terms.discount_percent", "discount_percent", {}),
        ("-1", 10, "172.50", "terms.discount_percent", "discount_percent", {}),
        ("0.0000001", 10, "172.50", "terms.discount_percent", "discount_percent", {}),
        ("NaN", 10, "172.50", "terms.discount_percent", "discount_percent", {}),
        ("3", 31, "172.50", "terms.discount_days", "discount_days", {"last": dt.date(2026, 12, 20)}),
        ("3", -1, "172.50", "terms.discount_days", "discount_days", {"last": dt.date(2026, 12, 20)}),
        ("3", 10, "5.17", "terms.discount_too_large", "discount_percent", {}),
    ],
)
def test_an_impossible_discount_is_refused(
    percent: str, days: int, payable: str, code: str, field: str, params: dict[str, object]
) -> None:
    with pytest.raises(BusinessError) as caught:
        early(D(150), TWO_RATES, D(payable), "EUR", DAY, D(percent), days, day("2026-12-20"))
    assert refusal(caught) == (code, field, params)


@patient
@given(document=documents(), percent=st.decimals("0.01", 10, places=2))
def test_what_early_payment_saves_sums_exactly(document: DocumentInput, percent: D) -> None:
    nothing_off = replace(document, cash_unit=D(0), withholding_percent=D(0), prepaid=D(0))
    totals, currency = counted(nothing_off), document.currency
    found = early(totals.net, totals.tax_totals, totals.payable, currency, DAY, percent, 10, day("2026-12-20"))
    assert found is not None
    assert found.discount == round_money(totals.total * percent / 100, currency)
    assert found.amount == totals.payable - found.discount >= 0
    assert found.discount == found.net + sum(part.amount for part in found.taxes)
    unit = quantum(currency)
    for part, whole in zip(found.taxes, totals.tax_totals, strict=True):
        assert abs(part.amount - whole.amount * percent / 100) <= unit
        assert abs(part.base - whole.base * percent / 100) <= unit
