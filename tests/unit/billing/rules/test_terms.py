from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

import pytest

from billing.rules.terms import due_items
from invoicing_site.errors import BusinessError

DAY = dt.date(2026, 11, 20)


def test_net_days_are_calendar_days() -> None:
    assert due_items(D("1190.00"), "EUR", DAY, 14) == [(dt.date(2026, 12, 4), D("1190.00"))]
    assert due_items(D("1190"), "JPY", DAY, 0) == [(DAY, D("1190"))]
    assert due_items(D("1.5"), "KWD", dt.date(2028, 2, 1), 30)[0].due_on == dt.date(2028, 3, 2)


def test_a_total_of_nothing_has_a_due_date_too() -> None:
    assert due_items(D(0), "EUR", DAY, 30) == [(dt.date(2026, 12, 20), D("0.00"))]


@pytest.mark.parametrize("net_days", [-1, 3651])
def test_impossible_terms_are_refused(net_days: int) -> None:
    with pytest.raises(BusinessError) as refusal:
        due_items(D(1), "EUR", DAY, net_days)
    assert (refusal.value.code, refusal.value.field, refusal.value.params) == (
        "terms.net_days",
        "net_days",
        {"max": 3650},
    )
