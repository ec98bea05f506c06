"""Realised exchange gains and losses in every direction between document, payment and base currency, and their undoing (SPEC B9).

The expected figures were computed by hand from the rates of the table.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.prove import prove_company
from billing.models import Document, ExchangeRate, Posting
from invoicing_site.money import quantum
from payments.actions.allocate import Share, allocate, undo_allocation
from payments.models import Allocation, Payment
from tests.helpers.money import invoice, payment, settled
from tests.together import size
from tests.world import AT, TODAY, make_world

D = Decimal
ISSUED, PAID = TODAY - dt.timedelta(days=10), TODAY - dt.timedelta(days=3)
Books = dict[tuple[str, str], tuple[Decimal, Decimal]]


def rates(world: Any, day: dt.date, **values: str) -> None:
    for currency, value in values.items():
        ExchangeRate.objects.create(
            company=world.company, currency=currency, rate_date=day, rate=D(value), source="hand"
        )


def books(world: Any) -> Books:
    """Amount and base amount per account and currency, without what is empty."""
    settled()
    found: Books = {}
    for row in Posting.objects.for_company(world.company).select_related("account"):
        key = (row.account.purpose or "revenue", row.currency)
        amount, base = found.get(key, (D(0), D(0)))
        found[key] = (amount + row.amount, base + row.base_amount)
    return {key: held for key, held in found.items() if any(held)}


def difference(found: Books) -> Decimal:
    """Gain less loss in base currency."""
    return -sum((base for (purpose, _), (_, base) in found.items() if purpose in ("fx_gain", "fx_loss")), D(0))


# document, its amount; payment, what of it is used; rates at issue; rates at payment; gain less loss
TABLE = [
    ("USD", "100.00", "USD", "100.00", {"USD": "0.90"}, {"USD": "0.95"}, "5.00"),
    ("USD", "100.00", "USD", "100.00", {"USD": "0.90"}, {"USD": "0.85"}, "-5.00"),
    ("USD", "100.00", "USD", "100.00", {"USD": "0.90"}, {"USD": "0.90"}, "0"),
    ("EUR", "100.00", "USD", "110.00", {"USD": "0.90"}, {"USD": "0.92"}, "1.20"),
    ("EUR", "100.00", "USD", "105.00", {"USD": "0.90"}, {"USD": "0.92"}, "-3.40"),
    ("USD", "100.00", "EUR", "92.00", {"USD": "0.90"}, {}, "2.00"),
    ("USD", "100.00", "EUR", "87.00", {"USD": "0.90"}, {}, "-3.00"),
    ("USD", "100.00", "GBP", "75.00", {"USD": "0.90"}, {"GBP": "1.25"}, "3.75"),
    ("USD", "100.00", "GBP", "70.00", {"USD": "0.90"}, {"GBP": "1.25"}, "-2.50"),
    ("JPY", "10000", "KWD", "20.125", {"JPY": "0.0061"}, {"KWD": "3.02"}, "-0.22"),
    ("CLF", "1.2345", "ISK", "7000", {"CLF": "36.05"}, {"ISK": "0.0069"}, "3.80"),
    ("KWD", "10.001", "JPY", "4999", {"KWD": "3.0303"}, {"JPY": "0.0061"}, "0.18"),
]


@pytest.mark.parametrize(("billed", "amount", "paid_in", "paid", "at_issue", "at_payment", "gain"), TABLE)
def test_every_direction_and_back_to_the_cent(
    world: Any, billed: str, amount: str, paid_in: str, paid: str, at_issue: Any, at_payment: Any, gain: str
) -> None:
    rates(world, ISSUED, **at_issue)
    rates(world, PAID, **at_payment)
    document = invoice(world, amount, billed, on=ISSUED)
    money = payment(world, paid, currency=paid_in, on=PAID)
    before = books(world)
    allocate(
        company=world.company, payment_uuid=money.uuid, actor=world.accountant, at=AT,
        shares=[Share(document.uuid, D(amount), None if billed == paid_in else D(paid))],
    )  # fmt: skip
    after = books(world)
    assert difference(after) == D(gain)
    assert {purpose for purpose, _ in after} & {"receivable", "client_credit"} == set()
    assert sum((base for (purpose, _), (_, base) in after.items() if purpose == "fx_clearing"), D(0)) == 0
    allocation = Allocation.objects.get()
    undo_allocation(company=world.company, allocation_uuid=allocation.uuid, actor=world.accountant, at=AT, reason="x")
    assert books(world) == before
    assert Document.objects.get().open_amount == D(amount)
    assert Payment.objects.get().unapplied == D(paid)
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def test_in_a_base_of_three_decimals(db: None) -> None:
    world = make_world("kuwait", currency="KWD", country="KW")
    rates(world, ISSUED, USD="0.3071", EUR="0.3319")
    rates(world, PAID, USD="0.3082", EUR="0.3304")
    first = invoice(world, "100.01", "USD", on=ISSUED)
    second = invoice(world, "55.55", "EUR", on=ISSUED)
    payment(world, "100.01", Share(first.uuid, D("100.01")), currency="USD", on=PAID)
    assert difference(books(world)) == D("0.110")  # 30.823 − 30.713
    payment(world, "60.00", Share(second.uuid, D("55.55"), D("60.00")), currency="USD", on=PAID)
    assert difference(books(world)) == D("0.165")  # + 18.492 − 18.437


def test_thirds_at_three_rates_leave_nothing(world: Any) -> None:
    rates(world, ISSUED, USD="0.9213")
    document = invoice(world, "100.00", "USD", on=ISSUED)
    shares = []
    for days, value, part in ((3, "0.93", "33.33"), (2, "0.90", "33.33"), (1, "0.95", "33.34")):
        rates(world, TODAY - dt.timedelta(days=days), USD=value)
        payment(world, part, Share(document.uuid, D(part)), currency="USD", on=TODAY - dt.timedelta(days=days))
        shares.append(Allocation.objects.latest("id"))
    # 31.00 + 30.00 + 31.67 came in for a receivable of 92.13
    assert difference(books(world)) == D("0.54")
    assert [row.settlement.base_amount for row in shares] == [D("30.71"), D("30.70"), D("30.72")]
    for row in (shares[1], shares[0], shares[2]):
        undo_allocation(company=world.company, allocation_uuid=row.uuid, actor=world.accountant, at=AT, reason="x")
    found = books(world)
    assert (found["receivable", "USD"], difference(found)) == ((D(100), D("92.13")), 0)
    assert found["client_credit", "USD"] == (D(-100), D("-92.67"))


@pytest.mark.parametrize("seed", range(size(2, 60)))
def test_random_steps_end_at_nothing_or_where_they_began(world: Any, seed: int) -> None:
    dice = random.Random(seed)
    codes = ["EUR", "USD", "JPY", "KWD"]
    rates(world, ISSUED, USD="0.9213193293", JPY="0.0061538462", KWD="3.0303030303")
    rates(world, PAID, USD="0.9317", JPY="0.0060001", KWD="2.99")
    documents = [
        invoice(world, str(quantum(code) * dice.randrange(1, 99_999)), code, on=ISSUED) for code in codes for _ in "ab"
    ]
    moneys = [payment(world, str(quantum(code) * 9_999_999), currency=code, on=PAID) for code in codes]
    before = books(world)
    done: list[Allocation] = []
    for _ in range(30):
        if done and dice.random() < 0.4:
            undo(world, done.pop(dice.randrange(len(done))))
        else:
            done += share(world, dice, dice.choice(documents), dice.choice(moneys), whole=False)
    for document in documents:
        done += share(world, dice, document, moneys[codes.index(document.currency)], whole=True)
    assert not [key for key in books(world) if key[0] == "receivable"]
    assert prove_company(company=world.company, actor=None, at=AT).differences == []
    for allocation in dice.sample(done, len(done)):
        undo(world, allocation)
    assert books(world) == before


def share(world: Any, dice: random.Random, document: Document, money: Payment, *, whole: bool) -> list[Allocation]:
    document.refresh_from_db()
    if not document.open_amount:
        return []
    unit = quantum(document.currency)
    amount = document.open_amount if whole else unit * dice.randint(1, int(document.open_amount / unit))
    paid = None if document.currency == money.currency else quantum(money.currency) * dice.randint(1, 9_999)
    allocate(
        company=world.company, payment_uuid=money.uuid, shares=[Share(document.uuid, amount, paid)],
        actor=world.accountant, at=AT,
    )  # fmt: skip
    return [Allocation.objects.latest("id")]


def undo(world: Any, allocation: Allocation) -> None:
    undo_allocation(
        company=world.company, allocation_uuid=allocation.uuid, actor=world.accountant, at=AT, reason="dice"
    )
