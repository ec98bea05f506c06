"""Customers of the demo who may come into the portal, and how a visitor of the demo gets there in their place."""

import datetime as dt

from django.urls import reverse

from clients.actions.portal import invite_to_portal
from clients.demo.customer import Customer
from clients.models import PortalAccount
from invoicing_site.demo_world.world import Firm, World
from invoicing_site.states import Role

INVITED = 40  # days ago
HOW_MANY = 2


def guests_of(firm: Firm) -> list[Customer]:
    """Good customers who like to pay late: there is always something for them to pay."""
    found = [
        customer
        for customer in firm.customers
        if customer.details.email
        and customer.details.currency == firm.company.currency
        and (customer.pays, customer.until) == ("late", None)
    ]
    return sorted(found, key=lambda customer: -customer.weight)[:HOW_MANY]


def guests(world: World) -> None:
    """Plan the invitations; the second one may look but not pay."""
    for firm in world.firms:
        for number, customer in enumerate(guests_of(firm)):
            _plan(world, firm, customer, number)


def _plan(world: World, firm: Firm, customer: Customer, number: int) -> None:
    contact = customer.details.contacts[0].name if customer.details.contacts else customer.name

    def come_in(at: dt.datetime) -> None:
        invite_to_portal(
            company=firm.company, client_uuid=customer.stored.uuid, email=customer.details.email, name=contact,
            may_pay=number == 0, actor=firm.people[Role.CLERK], at=at,
        )  # fmt: skip

    world.plan(firm, world.ago(INVITED), f"09:5{number}", come_in)


def listing() -> list[dict[str, str]]:
    """Every customer's door for the demo's first page: name, whose customer, address, where to sign in."""
    rows = PortalAccount.objects.filter(ended_at=None).select_related("company").order_by("company__name", "id")
    return [
        {
            "name": account.name or account.email,
            "company": account.company.name,
            "email": account.email,
            "url": reverse("portal:sign_in", args=[account.company.slug]),
        }
        for account in rows[:10]
    ]
