"""Shared by the tests of client verbs."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.actions.clients import create_client
from clients.models import Client
from clients.rules.details import AddressDetails, ClientDetails, ContactDetails, ExternalIdDetails, TaxIdDetails
from tests.world import AT

BILLING = AddressDetails(line1="Am Sandtorkai 50", postcode="20457", city="Hamburg", country="DE")
DETAILS: dict[str, Any] = {
    "name": "Ölmühle Straßburger & Söhne",
    "currency": "EUR",
    "language": "de",
    "email": "rechnung@oelmuehle.example",
    "billing": BILLING,
    "contacts": (ContactDetails(name="Ida Straßburger", email="ida@oelmuehle.example", role="Buchhaltung"),),
    "tax_ids": (TaxIdDetails("VAT", "de 136 695 976"),),
    "external_ids": (ExternalIdDetails("crm", "4711"),),
}


@pytest.fixture
def details() -> Callable[..., ClientDetails]:
    return lambda **fields: ClientDetails(**(DETAILS | fields))


@pytest.fixture
def made(world: Any, details: Callable[..., ClientDetails]) -> Client:
    """A client with every kind of part, made by the verb."""
    return create_client(company_id=world.company.pk, details=details(), actor=world.people["clerk"], at=AT)
