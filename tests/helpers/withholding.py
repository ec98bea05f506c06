"""Documents some tax of which the client withholds."""

from decimal import Decimal
from typing import Any

from billing.actions.certificates import record_certificate
from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Document, TaxCode, WithholdingCertificate
from billing.rules.draft import Draft, DraftLine
from tests.world import AT, TODAY, make_client


def withheld(world: Any, percent: str = "15", **changes: Any) -> Document:
    """An issued invoice of 100 net: 15 of it are withheld."""
    tax = TaxCode.objects.get(company=world.company, code="DE19")
    line = DraftLine("Rat", Decimal(1), Decimal(100), tax_codes=(tax.pk,))
    client = make_client(world.company, "Quelle AG")  # gets no e-invoice, which could not carry it
    draft = Draft(client_id=client.pk, currency="EUR", lines=(line,), withholding_percent=Decimal(percent), **changes)
    made = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    return issue(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=AT)


def certified(world: Any, document: Document, amount: str = "10", **changes: Any) -> WithholdingCertificate:
    given = {"number": "WHT-7", "received_on": TODAY, "amount": Decimal(amount)} | changes
    return record_certificate(
        company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT, **given
    )
