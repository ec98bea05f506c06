"""Customers come, and two of them go, on the agenda of the demo."""

import datetime as dt
from dataclasses import replace

from clients.actions.clients import archive_client, change_client, create_client
from clients.demo import berlin, newyork
from clients.demo.customer import Customer
from invoicing_site.demo_world.world import Firm, World, month_before, working_day
from invoicing_site.states import Role

CUSTOMERS = {"berlin": berlin.CUSTOMERS, "newyork": newyork.CUSTOMERS}


def customers(world: World) -> None:
    """Plan the customers of every firm and leave them in `firm.customers`."""
    for firm in world.firms:
        firm.customers = [replace(customer, client=None) for customer in CUSTOMERS[firm.key]]
        for number, customer in enumerate(firm.customers):
            _plan(world, firm, number, customer)


def _plan(world: World, firm: Firm, number: int, customer: Customer) -> None:
    company, clerk, accountant = firm.company, firm.people[Role.CLERK], firm.people[Role.ACCOUNTANT]

    def come(at: dt.datetime) -> None:
        customer.client = create_client(company_id=company.pk, details=customer.details, actor=clerk, at=at)

    def change(at: dt.datetime) -> None:
        details = replace(customer.details, net_days=30)
        customer.client = change_client(
            company_id=company.pk, client_uuid=customer.stored.uuid, revision=customer.stored.revision, details=details,
            actor=accountant, at=at, reason="New payment terms from the framework agreement",
        )  # fmt: skip

    def go(at: dt.datetime) -> None:
        archive_client(
            company_id=company.pk,
            client_uuid=customer.stored.uuid,
            actor=accountant,
            at=at,
            reason="Business closed down",
        )

    world.plan(firm, first_day(world, customer), f"{9 + number // 12:02}:{number % 12 * 5:02}", come)
    if number == 4:
        world.plan(firm, world.ago(75), "14:10", change)
    if customer.until is not None:
        world.plan(firm, working_day(month_before(world.start, -customer.until - 2)), "15:30", go)


def first_day(world: World, customer: Customer) -> dt.date:
    """The day a customer is entered; its first document comes in the days after it."""
    month = month_before(world.start, -customer.since)
    return month + dt.timedelta(days=1) if customer.since == 0 else working_day(month)
