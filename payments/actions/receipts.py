"""Receipts: made on the render queue, kept once, mailed to whoever paid (SPEC P1, D2)."""

import datetime as dt
import uuid

from celery import current_app

from invoicing_site import files, fork
from invoicing_site.action import action
from invoicing_site.actions.mail import queue
from invoicing_site.context import refuse_in_action
from invoicing_site.errors import BusinessError
from invoicing_site.locks import lock_row
from invoicing_site.models import Blob, Company, Mail, User
from invoicing_site.queues import RENDER
from payments.documents.receipt import receipt_view, to_pdf
from payments.documents.source import read, template
from payments.models import Payment, PaymentReceipt
from payments.reports.receipts import language_of, receipt_of, recipient_of
from payments.states import Method, PaymentState

TASK = "payments.tasks.receipt"


def ask(payment_id: int, language: str) -> None:
    """Put the making of a receipt on the render queue. Raises when the broker is down."""
    current_app.send_task(TASK, (payment_id, language), queue=RENDER, retry=False)


def render_receipt(*, payment_id: int, language: str, at: dt.datetime) -> PaymentReceipt:
    """Make and keep the PDF that says what the rows of a payment say now; a repeat returns the one that is kept.

    Runs only where `pdf.warm()` did: in a render worker. `language` is one of payments.documents.words. Raises
    receipt.cancelled, RenderFailed, Damaged (logo). Publishes nothing: a receipt changes no fact.
    """
    refuse_in_action("rendering")
    payment = Payment.objects.select_related("company__logo__company", "client").get(pk=payment_id)
    if payment.state != PaymentState.RECEIVED:
        raise BusinessError("receipt.cancelled")
    found = receipt_of(payment, language)
    if found is not None:
        return found
    facts = read(payment, language)
    logo = payment.company.logo
    assets = {facts["logo"]: files.fetch(logo)} if logo else {}
    data = fork.run(lambda: to_pdf(receipt_view(facts), assets=assets, created=payment.created_at))
    blob = files.keep(payment.company, data, "application/pdf")
    return _keep(payment=payment, language=language, template=template(facts), blob=blob, actor=None, at=at)


@action
def _keep(
    *, payment: Payment, language: str, template: str, blob: Blob, actor: User | None, at: dt.datetime
) -> PaymentReceipt:
    row: PaymentReceipt
    row, _ = PaymentReceipt.objects.get_or_create(
        company=payment.company,
        payment=payment,
        language=language,
        template=template,
        defaults={"blob": blob, "rendered_at": at},
    )
    return row


def serve_payer(*, payment_uuid: uuid.UUID, at: dt.datetime) -> Mail | None:
    """Make the receipt of an online payment and mail it to its payer, once, however often this is called.

    None for money that was recorded by hand or taken back, and where there is nobody to tell. See `render_receipt`.
    """
    payment = Payment.objects.select_related("company", "client").get(uuid=payment_uuid)
    if payment.method != Method.ONLINE or payment.state != PaymentState.RECEIVED:
        return None
    render_receipt(payment_id=payment.pk, language=language_of(payment), at=at)
    if not recipient_of(payment):
        return None
    return send_receipt(company=payment.company, payment_uuid=payment.uuid, actor=None, at=at)


@action
def send_receipt(
    *,
    company: Company,
    payment_uuid: uuid.UUID,
    recipient: str = "",
    key: str = "",
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Mail:
    """Queue the mail with the receipt, to `recipient` or to whoever paid, in the payer's language.

    Without a `key` there is one such mail for each payment; with one, one for each key: somebody asked for it again.
    Locks the payment. Raises receipt.cancelled, receipt.no_address. Publishes what `mail.queue` does.
    """
    payment = lock_row(Payment.objects.for_company(company).filter(uuid=payment_uuid))
    if payment.state != PaymentState.RECEIVED:
        raise BusinessError("receipt.cancelled")
    to = recipient or recipient_of(payment)
    if not to:
        raise BusinessError("receipt.no_address", "recipient")
    return queue(
        company=company,
        kind="receipt",
        subject=("payment", payment.uuid),
        recipient=to,
        language=language_of(payment),
        dedupe_key=f"receipt:{payment.uuid}:{key}" if key else f"receipt:{payment.uuid}",
        actor=actor,
        at=at,
    )
