"""Clients and companies that are ready for e-invoices."""

from decimal import Decimal
from typing import Any

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Document, TaxCode
from billing.rules.draft import Draft, DraftLine
from clients.models import Client
from invoicing_site.models import Company
from tests.world import AT

LEITWEG = "04011000-12345-03"


def ready(world: Any, route: str = "xrechnung", **client: Any) -> None:
    """Everything the route's rules ask of both parties; `client` replaces fields."""
    Company.objects.filter(pk=world.company.pk).update(
        contact_name="Ada Kern", phone="+49 30 5550 1234", endpoint_scheme="9930", endpoint="DE136695976"
    )
    fields = {
        "einvoice": route, "buyer_reference": LEITWEG, "endpoint_scheme": "9930", "endpoint": "DE811907980",
    }  # fmt: skip
    Client.objects.filter(pk=world.client.pk).update(**(fields | client))
    world.company.refresh_from_db()
    world.client.refresh_from_db()


def a_draft(world: Any, **fields: Any) -> Document:
    tax = TaxCode.objects.get(company=world.company, code="DE19")
    line = DraftLine("Arbeit", Decimal(2), Decimal("49.99"), tax_codes=(tax.pk,))
    draft = Draft(client_id=world.client.pk, currency="EUR", **({"lines": (line,)} | fields))
    return create_draft(company=world.company, draft=draft, actor=None, at=AT)


def issued(world: Any, **fields: Any) -> Document:
    made = a_draft(world, **fields)
    return issue(company=world.company, document_uuid=made.uuid, actor=None, at=AT)
