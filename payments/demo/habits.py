"""How customers pay on an ordinary day: some early, some late, some in parts, some for everything at once."""

import datetime as dt
from decimal import Decimal
from random import Random

from billing.demo.sale import Sale
from clients.demo.customer import Customer
from invoicing_site.demo_world.world import Firm, World, working_day
from payments.actions.allocate import Share
from payments.demo.acts import open_documents, pay, receive, use_credit

# Days after the due date, and how.
HABITS: dict[str, tuple[int, int, str]] = {
    "prompt": (-12, -3, "transfer"), "due": (-3, 5, "transfer"), "late": (7, 44, "transfer"), "cheque": (-4, 12, "cheque"),
    "cash": (-12, -7, "cash"),
}  # fmt: skip
STATEMENT_DAYS = (10, 25)


def plan_habit(world: World, firm: Firm, sale: Sale, number: int) -> None:
    """What becomes of one ordinary document."""
    rng = world.rng(firm.key, "pays", number)
    first, last, method = HABITS[sale.customer.pays]
    due = sale.day + dt.timedelta(days=_net_days(firm, sale.customer))
    day = working_day(max(sale.day + dt.timedelta(days=1), due + dt.timedelta(days=rng.randint(first, last))))
    clock = f"{9 + number % 3:02}:{number % 12 * 5:02}"
    roll = rng.random()
    if roll < 0.025:
        return  # forgotten
    if roll < 0.075:
        _plan_parts(world, firm, sale, day, clock, rng)
    elif roll < 0.095:
        _plan_too_much(world, firm, sale, day, clock, rng)
    else:
        world.plan(firm, day, clock, lambda at: pay(firm, sale, at, method=method))


def _plan_parts(world: World, firm: Firm, sale: Sale, day: dt.date, clock: str, rng: Random) -> None:
    part = Decimal(rng.choice((30, 40, 50, 60, 75))) / 100
    world.plan(firm, day, clock, lambda at: pay(firm, sale, at, part=part))
    if rng.random() < 0.7:
        rest = working_day(day + dt.timedelta(days=rng.randint(14, 40)))
        world.plan(firm, rest, clock, lambda at: pay(firm, sale, at))


def _plan_too_much(world: World, firm: Firm, sale: Sale, day: dt.date, clock: str, rng: Random) -> None:
    """An old figure, or a slip of the pen; what is over is used for the next document."""
    over = Decimal(rng.choice((5, 10, 20, 100)))

    def too_much(at: dt.datetime) -> None:
        payment = pay(firm, sale, at, over=over)
        if payment is not None:
            later = working_day(day + dt.timedelta(days=21))
            world.plan(firm, later, clock, lambda at: use_credit(firm, sale.customer, payment, at))

    world.plan(firm, day, clock, too_much)


def plan_collecting(world: World, firm: Firm, customer: Customer) -> None:
    """Twice a month one transfer for everything that is due in the days around it."""
    for month in world.months():
        for day in STATEMENT_DAYS:

            def transfer(at: dt.datetime, period: str = f"{month:%m/%Y}") -> None:
                _collect(firm, customer, at, period)

            world.plan(firm, working_day(month.replace(day=day)), "11:40", transfer)


def _collect(firm: Firm, customer: Customer, at: dt.datetime, period: str) -> None:
    horizon = at.date() + dt.timedelta(days=6)
    due = [
        each
        for each in open_documents(firm, customer, customer.details.currency)
        if each.due_on is not None and each.due_on <= horizon
    ]
    if due:
        total = sum((each.open_amount for each in due), Decimal(0))
        shares = [Share(each.uuid, each.open_amount) for each in due]
        words = "Sammelüberweisung" if firm.company.language == "de" else "Remittance"
        receive(firm, customer, at, total, f"{words} {period}", shares)


def _net_days(firm: Firm, customer: Customer) -> int:
    net_days = customer.details.net_days
    return firm.company.net_days if net_days is None else net_days
