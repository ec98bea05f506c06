"""Celery's doors into payments, and its reactions to events: load, call the verb, done."""

from celery import shared_task

from invoicing_site import clock
from invoicing_site.models import Event
from payments.models import Payment


def receipt_for_online(event: Event) -> None:
    """Reaction to payment.received, on the render queue: who paid online gets a receipt without anybody's doing."""
    from payments.actions.receipts import tell_payer
    from payments.reports.receipts import language_of
    from payments.states import Method, PaymentState

    payment = Payment.objects.select_related("client").get(uuid=event.subject)
    if payment.method == Method.ONLINE and payment.state == PaymentState.RECEIVED:
        receipt(payment.pk, language_of(payment))
        tell_payer(payment_id=payment.pk, at=clock.now())


@shared_task(name="payments.tasks.receipt")
def receipt(payment_id: int, language: str) -> None:
    from billing.documents import pdf
    from payments.actions.receipts import render_receipt

    pdf.warm()
    render_receipt(payment_id=payment_id, language=language, at=clock.now())
