"""When two documents look like the same bill twice."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.rules.radar import FAR, NEAR, Paper, order_of, reasons

DAY = dt.timedelta(days=1)
ON = dt.date(2026, 3, 16)
JAN = (dt.date(2026, 1, 1), dt.date(2026, 1, 31))
ONE = Paper(Decimal("119.00"), "EUR", "", ON, None, None)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({}, {}, ("amount",)),
        ({}, {"issue_date": ON - NEAR}, ("amount",)),
        ({}, {"issue_date": ON + NEAR + DAY}, ()),
        ({}, {"payable": Decimal("119.01")}, ()),
        ({}, {"currency": "USD"}, ()),
        ({"payable": Decimal(0)}, {"payable": Decimal(0)}, ()),
        ({"purchase_order": "PO 7"}, {"purchase_order": "po7", "payable": Decimal(1)}, ("order",)),
        ({"purchase_order": "PO 7"}, {"purchase_order": "PO 8", "payable": Decimal(1)}, ()),
        ({"purchase_order": "PO 7"}, {"purchase_order": "PO 7", "issue_date": ON - FAR - DAY}, ()),
        ({"purchase_order": "PO 7"}, {"purchase_order": "PO 7", "issue_date": ON - FAR}, ("order",)),
        ({"supply": JAN}, {"supply": JAN, "issue_date": ON - 2 * NEAR}, ("supply",)),
        ({"supply": JAN}, {"supply": JAN}, ("amount", "supply")),
        ({"supply": JAN}, {"supply": (JAN[0], ON)}, ()),
        ({"supply": JAN}, {}, ("amount",)),
        ({"supply": JAN}, {"supply": JAN, "payable": Decimal(1)}, ()),
    ],
)
def test_reasons(one: dict[str, Any], other: dict[str, Any], found: tuple[str, ...]) -> None:
    def paper(changes: dict[str, Any]) -> Paper:
        changes = dict(changes)
        first, last = changes.pop("supply", (None, None))
        return replace(ONE, supply_from=first, supply_to=last, **changes)

    assert reasons(paper(one), paper(other)) == found == reasons(paper(other), paper(one))


def test_one_day_of_supply_is_a_period() -> None:
    assert replace(ONE, supply_to=ON).supply == (ON, ON) == replace(ONE, supply_from=ON).supply
    assert order_of(" po\t 7 ") == "PO7"
