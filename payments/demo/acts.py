"""The few things a bookkeeper of the demo does with money; each looks at the books as they are then."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from billing.demo.sale import Sale
from billing.models import Document
from billing.states import DocumentState
from clients.demo.customer import Customer
from invoicing_site.clock import local_date
from invoicing_site.demo_world.world import Firm
from invoicing_site.money import round_money
from invoicing_site.states import Role
from payments.actions.allocate import Share, allocate
from payments.actions.receive import Receipt, record_payment
from payments.actions.refund import record_refund
from payments.models import Payment, Refund

WHOLE = Decimal(1)
NOBODY = Decimal(0)


def open_documents(firm: Firm, customer: Customer, currency: str) -> list[Document]:
    """What the customer owes in `currency`, the oldest first."""
    rows = Document.objects.for_company(firm.company).open().filter(client=customer.stored, currency=currency)
    return list(rows.order_by("due_on", "number"))


def pay(
    firm: Firm,
    sale: Sale,
    at: dt.datetime,
    *,
    part: Decimal = WHOLE,
    over: Decimal = NOBODY,
    method: str = "transfer",
    received: dt.date | None = None,
) -> Payment | None:
    """The customer pays `part` of the document, and `over` too much; nothing happens where nothing is open."""
    document = Document.objects.get(pk=sale.stored.pk)
    if document.state != DocumentState.ISSUED or not document.open_amount:
        return None
    share = round_money(document.open_amount * part, document.currency)
    receipt = Receipt(
        client_id=document.client_id,
        method=method,
        received_on=received or local_date(at, firm.company.time_zone),
        currency=document.currency,
        amount=share + over,
        reference=_reference(document, method),
    )
    accountant = firm.people[Role.ACCOUNTANT]
    shares = [Share(document.uuid, share)]
    return record_payment(company=firm.company, receipt=receipt, shares=shares, actor=accountant, at=at)


def receive(
    firm: Firm,
    customer: Customer,
    at: dt.datetime,
    amount: Decimal,
    reference: str,
    shares: Sequence[Share] = (),
    currency: str = "",
) -> Payment:
    """A transfer of `amount`, in the customer's currency unless it says otherwise."""
    receipt = Receipt(
        client_id=customer.stored.pk,
        method="transfer",
        received_on=local_date(at, firm.company.time_zone),
        currency=currency or customer.details.currency,
        amount=amount,
        reference=reference,
    )
    accountant = firm.people[Role.ACCOUNTANT]
    return record_payment(company=firm.company, receipt=receipt, shares=shares, actor=accountant, at=at)


def use_credit(firm: Firm, customer: Customer, payment: Payment, at: dt.datetime) -> None:
    """Apply what is left of a payment to the oldest open document, if there is one."""
    left = Payment.objects.get(pk=payment.pk)
    waiting = open_documents(firm, customer, left.currency)
    if left.unapplied and waiting:
        share = Share(waiting[0].uuid, min(left.unapplied, waiting[0].open_amount))
        accountant = firm.people[Role.ACCOUNTANT]
        allocate(company=firm.company, payment_uuid=left.uuid, shares=[share], actor=accountant, at=at)


def give_back(firm: Firm, payment: Payment, at: dt.datetime, reason: str) -> Refund:
    """Refund everything of a payment that is not applied."""
    left = Payment.objects.get(pk=payment.pk)
    return record_refund(
        company=firm.company,
        payment_uuid=left.uuid,
        amount=left.unapplied,
        refunded_on=local_date(at, firm.company.time_zone),
        method="transfer",
        reason=reason,
        actor=firm.people[Role.OWNER],
        at=at,
    )


def _reference(document: Document, method: str) -> str:
    """What people write: mostly the number, sometimes the payment reference, on cheques their own number."""
    assert document.seq is not None
    if method == "cheque":
        return f"#{1000 + document.seq * 7 % 900}"
    if document.seq % 5 == 0:
        return document.payment_reference or ""
    return "" if method == "cash" else document.number or ""
