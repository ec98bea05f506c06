"""When a document is due (SPEC B12). Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from invoicing_site.errors import BusinessError
from invoicing_site.money import round_money

# Ten years: the law is stricter for most sellers (60 days between businesses in the EU), this only stops a typing slip.
MAX_NET_DAYS = 3650


class Due(NamedTuple):
    """One instalment: the day and the amount in the document's currency."""

    due_on: dt.date
    amount: Decimal


def due_items(total: Decimal, currency: str, issued_on: dt.date, net_days: int) -> list[Due]:
    """The instalments of a document, which sum to `total` in `currency`; the first is the earliest.

    `net_days` are calendar days after `issued_on`, a date in the company's zone; 0 is due at once. A total of 0 has its
    item too, so that every document has a due date. `terms.net_days` at ``net_days`` outside 0–3650.
    """
    if not 0 <= net_days <= MAX_NET_DAYS:
        raise BusinessError("terms.net_days", field="net_days", max=MAX_NET_DAYS)
    return [Due(issued_on + dt.timedelta(days=net_days), round_money(total, currency))]
