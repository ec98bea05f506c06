"""Customers of the demo who may come into the portal."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

from billing.demo.sale import Sale
from clients.actions.portal import invite_to_portal
from clients.demo.customer import Customer
from invoicing_site.demo_world.world import Firm, World
from invoicing_site.states import Role

INVITED = 40  # days ago
RECENT = 35  # days in which they have paid nothing yet
HOW_MANY = 3


def guests_of(world: World, firm: Firm) -> list[Customer]:
    """Those with most documents of late whose habit is to pay late; these documents are left for a visitor to pay."""
    recent = Counter(sale.customer.name for sale in firm.sales if sale.end == "issued" and sale.day > world.ago(RECENT))
    found = [
        customer
        for customer in firm.customers
        if customer.details.email
        and customer.details.currency == firm.company.currency
        and (customer.pays, customer.until) == ("late", None)
    ]
    return sorted(found, key=lambda customer: (-recent[customer.name], -customer.weight, customer.name))[:HOW_MANY]


def left_for_visitors(world: World, firm: Firm) -> Callable[[Sale], bool]:
    """Whether a sale stays unpaid until somebody pays it in the portal."""
    names = {customer.name for customer in guests_of(world, firm)}
    return lambda sale: sale.customer.name in names and sale.day > world.ago(RECENT)


def guests(world: World) -> None:
    """Plan the invitations; the last one may look but not pay."""
    for firm in world.firms:
        for number, customer in enumerate(guests_of(world, firm)):
            _plan(world, firm, customer, number)


def _plan(world: World, firm: Firm, customer: Customer, number: int) -> None:
    contact = customer.details.contacts[0].name if customer.details.contacts else customer.name

    def come_in(at: dt.datetime) -> None:
        invite_to_portal(
            company=firm.company, client_uuid=customer.stored.uuid, email=customer.details.email, name=contact,
            may_pay=number < 2, actor=firm.people[Role.CLERK], at=at,
        )  # fmt: skip

    world.plan(firm, world.ago(INVITED), f"09:5{number}", come_in)
