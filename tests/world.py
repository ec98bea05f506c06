"""Two companies, their people and clients, made through the product's own verbs; every test has rows that could leak."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clients.models import Address, Client
from clients.rules.naming import sort_name
from invoicing_site.actions.companies import create_company
from invoicing_site.models import BankAccount, Company, Membership, User

AT = dt.datetime(2026, 3, 16, 9, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 16)


@dataclass
class World:
    """One company with a person in each role and a client."""

    company: Company
    people: dict[str, User] = field(default_factory=dict)
    client: Any = None

    @property
    def owner(self) -> User:
        return self.people["owner"]

    @property
    def accountant(self) -> User:
        return self.people["accountant"]


def make_company(slug: str, **fields: Any) -> Company:
    defaults: dict[str, Any] = {
        "slug": slug, "name": slug.title(), "legal_name": f"{slug.title()} GmbH", "line1": "Lindenstraße 12", "postcode": "10969",
        "city": "Berlin", "country": "DE", "time_zone": "Europe/Berlin", "currency": "EUR", "language": "de", "vat_id": "DE136695976",
        "email": f"office@{slug}.example",
    }  # fmt: skip
    return create_company(actor=None, at=AT, **(defaults | fields))


def make_client(company: Company, name: str = "Nordlicht Medien GmbH", **fields: Any) -> Any:
    """A client with a billing address."""
    address = {"line1": "Speicherstraße 4", "postcode": "20457", "city": "Hamburg", "country": "DE"} | fields.pop(
        "address", {}
    )
    defaults: dict[str, Any] = {
        "number": f"K{Client.objects.for_company(company).count() + 1:04}", "currency": company.currency, "language": "de",
        "sort_name": sort_name(name), "email": "rechnung@nordlicht.example",
    }  # fmt: skip
    client = Client.objects.create(company=company, name=name, **(defaults | fields))
    Address.objects.create(company=company, client=client, kind="billing", **address)
    return client


def make_world(slug: str, **fields: Any) -> World:
    company = make_company(slug, **fields)
    world = World(company)
    for role in ("owner", "accountant", "clerk", "auditor"):
        user = User.objects.create_user(f"{role}@{slug}.example", name=f"{role.title()} {slug.title()}")
        Membership.objects.create(company=company, user=user, role=role)
        world.people[role] = user
    BankAccount.objects.create(
        company=company, label="Main", holder=company.legal_name, iban="DE02120300000000202051", bic="BYLADEM1001",
        bank_name="Deutsche Kreditbank", currency=company.currency,
    )  # fmt: skip
    world.client = make_client(company)
    return world


def cents(value: str) -> Decimal:
    return Decimal(value)


def place(company: Company, name: str) -> str:
    """The environment variable in which `company` may keep a secret called `name`."""
    return f"{company.slug.upper().replace('-', '_')}__{name}"
