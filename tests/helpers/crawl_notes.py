"""Objects of a company for the routes that correct documents and use credit."""

from decimal import Decimal
from typing import Any

from tests.world import AT, TODAY


def open_note(world: Any) -> Any:
    """A credit note over a paid invoice, and an open invoice its credit could settle."""
    from billing.actions.credit import cancel
    from tests.helpers.money import all_of, invoice, payment

    document = invoice(world)
    payment(world, "100.00", all_of(document))
    invoice(world)
    return cancel(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT).uuid


def outside(world: Any) -> Any:
    from billing.actions.client_credit import settle_outside

    note = open_note(world)
    settle_outside(
        company=world.company, note_uuid=note, amount=Decimal(1), reason="crawl", actor=world.accountant, at=AT
    )
    return note


def paid_out(world: Any) -> Any:
    from payments.actions.refund_credit import record_credit_refund

    note = open_note(world)
    free_to_refund(world)
    record_credit_refund(
        company=world.company, note_uuid=note, amount=Decimal(1), refunded_on=TODAY, method="cash", reason="crawl",
        actor=world.accountant, at=AT,
    )  # fmt: skip
    return note


def written_off(world: Any) -> Any:
    from billing.actions.write_off import write_off
    from tests.helpers.money import invoice

    document = invoice(world).uuid
    write_off(
        company=world.company, document_uuid=document, amount=Decimal(1), tax_relief=False, reason="crawl",
        actor=world.accountant, at=AT,
    )  # fmt: skip
    return document


def its_settlement(world: Any) -> Any:
    from billing.models import Settlement

    return Settlement.objects.filter(company=world.company).latest("pk").uuid


def a_settlement(world: Any) -> Any:
    written_off(world)
    return its_settlement(world)


def free_to_refund(world: Any) -> None:
    """Take away the rule another object of the crawler stands on: one person refunds here."""
    from invoicing_site.models import ApprovalPolicy

    ApprovalPolicy.objects.for_company(world.company).filter(what="refund").delete()
