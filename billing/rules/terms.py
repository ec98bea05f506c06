"""When a document is due and what paying early saves (SPEC B12). Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

from billing.rules.lines import SIX_DECIMALS
from billing.rules.taxes import TaxTotal
from invoicing_site.errors import BusinessError
from invoicing_site.money import EXACT, ZERO, apportion, quantum, round_money

# Ten years: the law is stricter for most sellers (60 days between businesses in the EU), this only stops a typing slip.
MAX_NET_DAYS = 3650
MAX_INSTALMENTS = 60
NET, END_OF_MONTH, FIXED = TERMS = ("net", "eom", "fixed")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of what is to pay, due on its own day: 0–100 `percent` of it, or an `amount` at the minor unit."""

    percent: Decimal | None = None
    amount: Decimal | None = None
    days: int = 0


class Due(NamedTuple):
    """One instalment: the day and the amount in the document's currency."""

    due_on: dt.date
    amount: Decimal


class EarlyTax(NamedTuple):
    """What one tax loses by an early payment, and its base."""

    code: str
    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal


class Early(NamedTuple):
    """Paid until that day, included, `amount` settles everything; `discount` = `net` + Σ `taxes` amounts is given up."""

    until: dt.date
    percent: Decimal
    discount: Decimal
    amount: Decimal
    net: Decimal
    taxes: tuple[EarlyTax, ...]


def due_on(issued_on: dt.date, days: int, kind: str = NET, day: int = 0) -> dt.date:
    """The due date of terms counted from `issued_on`, a date in the company's zone.

    "net": that many calendar days later. "eom": that many days after the end of the month. "fixed": the first `day` of
    a month on or after that many days, the month's last day where it has no such day. `terms.net_days` at ``net_days``
    outside 0–3650, `terms.kind` at ``term``, `terms.day` at ``term_day`` outside 1–31.
    """
    if not 0 <= days <= MAX_NET_DAYS:
        raise BusinessError("terms.net_days", field="net_days", max=MAX_NET_DAYS)
    if kind not in TERMS:
        raise BusinessError("terms.kind", field="term")
    if kind == END_OF_MONTH:
        return _in_month(issued_on.year, issued_on.month, 31) + dt.timedelta(days=days)
    first = issued_on + dt.timedelta(days=days)
    if kind == NET:
        return first
    if not 1 <= day <= 31:
        raise BusinessError("terms.day", field="term_day")
    found = _in_month(first.year, first.month, day)
    if found < first:
        found = _in_month(first.year + first.month // 12, first.month % 12 + 1, day)
    return found


def _in_month(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def due_items(
    payable: Decimal,
    currency: str,
    issued_on: dt.date,
    net_days: int,
    *,
    kind: str = NET,
    day: int = 0,
    instalments: Sequence[Instalment] = (),
) -> list[Due]:
    """The days and amounts that `payable` in `currency` is due on, by day; they sum to it.

    What the instalments leave is the balance, due after `net_days`; where they are 100 % there is none. Each counts its
    days as `kind` and `day` say. Parts due on one day are one item, parts of nothing none; a total of 0 has its item
    too, so that every document has a due date. Cents go to the largest remainders. Raises the codes of `due_on`, and at
    ``instalments.<i>.<field>`` `instalment.empty`, `instalment.both`, `instalment.percent`, `instalment.amount`,
    `instalment.too_large`; `instalment.too_many` at ``instalments``.
    """
    last = due_on(issued_on, net_days, kind, day)
    if not instalments:
        return [Due(last, round_money(payable, currency))]
    if len(instalments) > MAX_INSTALMENTS:
        raise BusinessError("instalment.too_many", field="instalments", max=MAX_INSTALMENTS)
    days = [_day_of(index, item, issued_on, kind, day) for index, item in enumerate(instalments)]
    amounts = _amounts(payable, currency, instalments)
    sums: dict[dt.date, Decimal] = {}
    for on, amount in zip([*days, last], amounts, strict=True):
        if amount:
            sums[on] = EXACT.add(sums.get(on, ZERO), amount)
    return [Due(on, sums[on]) for on in sorted(sums)] or [Due(last, round_money(payable, currency))]


def _day_of(index: int, item: Instalment, issued_on: dt.date, kind: str, day: int) -> dt.date:
    try:
        return due_on(issued_on, item.days, kind, day)
    except BusinessError:  # kind and day were good for the balance: only the days can be wrong
        raise BusinessError("terms.net_days", field=f"instalments.{index}.days", max=MAX_NET_DAYS) from None


def _amounts(payable: Decimal, currency: str, instalments: Sequence[Instalment]) -> list[Decimal]:
    """Each instalment in money, and the balance behind them."""
    with localcontext(EXACT):
        rest = payable * HUNDRED
        parts = []
        for index, item in enumerate(instalments):
            part = _hundredfold(index, item, payable, quantum(currency))
            rest -= part
            if rest < 0:
                field = "amount" if item.percent is None else "percent"
                raise BusinessError("instalment.too_large", field=f"instalments.{index}.{field}")
            parts.append(part)
        return apportion(payable, [*parts, rest], HUNDRED, currency)


def _hundredfold(index: int, item: Instalment, payable: Decimal, unit: Decimal) -> Decimal:
    """A hundred times the exact amount of an instalment."""
    field = f"instalments.{index}."
    if item.percent is None and item.amount is None:
        raise BusinessError("instalment.empty", field=field + "percent")
    if item.percent is not None and item.amount is not None:
        raise BusinessError("instalment.both", field=field + "amount")
    if item.amount is not None:
        if not item.amount.is_finite() or item.amount <= 0 or item.amount % unit:
            raise BusinessError("instalment.amount", field=field + "amount", unit=unit)
        return item.amount * HUNDRED
    percent = item.percent or ZERO
    if not percent.is_finite() or not 0 < percent <= HUNDRED or percent % SIX_DECIMALS:
        raise BusinessError("instalment.percent", field=field + "percent")
    return payable * percent


def early(
    net: Decimal,
    taxes: Sequence[TaxTotal],
    payable: Decimal,
    currency: str,
    issued_on: dt.date,
    percent: Decimal,
    days: int,
    last_due: dt.date,
) -> Early | None:
    """What paying within `days` after `issued_on` saves: `percent` of `net` and `taxes` together; None for 0 percent.

    `net` and `taxes` are the document's, less those of its deposits, whose time is over; `payable` is what is still to
    pay. The discount lowers every tax in its proportion (Art. 90 of Directive 2006/112/EC): it is split over the net
    and the taxes by largest remainder, the net's part over the bases. `terms.discount_percent` at ``discount_percent``
    unless below 100, `terms.discount_days` at ``discount_days`` when they reach beyond `last_due`,
    `terms.discount_too_large` at ``discount_percent`` when more would be given up than is to pay.
    """
    if not percent:
        return None
    if not percent.is_finite() or not 0 < percent < HUNDRED or percent % SIX_DECIMALS:
        raise BusinessError("terms.discount_percent", field="discount_percent")
    if not 0 <= days <= (last_due - issued_on).days:
        raise BusinessError("terms.discount_days", field="discount_days", last=last_due)
    with localcontext(EXACT):
        gross = net + sum([part.amount for part in taxes], ZERO)
        discount = round_money(gross * percent / HUNDRED, currency)
        if discount > payable:
            raise BusinessError("terms.discount_too_large", field="discount_percent")
        shares = [net, *(part.amount for part in taxes)]
        off, *less = apportion(discount, [share * percent for share in shares], HUNDRED, currency)
        parts = [
            EarlyTax(part.code, part.category, part.rate, base, amount)
            for part, base, amount in zip(taxes, _bases(off, net, taxes, percent, currency), less, strict=True)
        ]
        return Early(issued_on + dt.timedelta(days=days), percent, discount, payable - discount, off, tuple(parts))


class Billed(NamedTuple):
    """One tax in a deposit, with its base."""

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal


def less_deposits(taxes: Sequence[TaxTotal], billed: Sequence[Billed]) -> list[TaxTotal]:
    """What of a document's taxes its deposits have not asked for; a rate only they had comes out below zero."""
    rest = list(taxes)
    for part in billed:
        place = next(
            (at for at, tax in enumerate(rest) if (tax.category, tax.rate) == (part.category, part.rate)), None
        )
        if place is None:
            rest.append(TaxTotal("", part.category, part.rate, "", -part.base, -part.amount))
        else:
            tax = rest[place]
            base, amount = EXACT.subtract(tax.base, part.base), EXACT.subtract(tax.amount, part.amount)
            rest[place] = tax._replace(base=base, amount=amount)
    return rest


def _bases(off: Decimal, net: Decimal, taxes: Sequence[TaxTotal], percent: Decimal, currency: str) -> list[Decimal]:
    """What each base loses of `off`; where taxes share a base, bases are more than the net, and each loses its own."""
    bases = [part.base * percent for part in taxes]
    if sum([part.base for part in taxes], ZERO) == net:
        return apportion(off, bases, HUNDRED, currency)
    return [round_money(base / HUNDRED, currency) for base in bases]
