"""The letters payments send."""

import logging

from django.utils.translation import gettext, override

from invoicing_site import files
from invoicing_site.formats import format_day, format_money
from invoicing_site.letters import Attachment, Letter, NotReady, Refused
from invoicing_site.models import Mail
from payments.actions.receipts import ask
from payments.documents.receipt import receipt_view
from payments.documents.source import read, standing
from payments.models import Payment
from payments.reports.receipts import receipt_of
from payments.states import PaymentState

log = logging.getLogger(__name__)


def receipt(mail: Mail) -> Letter:
    """The receipt of a payment, with its PDF. Raises Refused for a cancelled payment, NotReady until the PDF is made."""
    found = Payment.objects.filter(company=mail.company_id, uuid=mail.subject).select_related("company", "client")
    payment = found.first()
    if payment is None or payment.state != PaymentState.RECEIVED:
        raise Refused("receipt.cancelled")
    stored = receipt_of(payment, mail.language)
    if stored is None:
        try:
            ask(payment.pk, mail.language)
        except Exception:
            log.warning("broker unreachable, receipt of %s waits", payment.uuid)
        raise NotReady
    with override(mail.language):
        values = {
            "company": payment.company.name,
            "client": payment.client.name,
            "amount": format_money(payment.amount, payment.currency, mail.language),
            "day": format_day(payment.received_on, mail.language),
            "use": _use(payment),
        }
    name = f"{receipt_view(read(payment, mail.language)).heading}.pdf"
    return Letter(values, attachments=(Attachment(name, "application/pdf", files.fetch(stored.blob)),))


def _use(payment: Payment) -> str:
    numbers = [row.settlement.document.number for row in standing(payment)]
    if not numbers:
        return gettext("We keep it as your credit.")
    return gettext("It was used for %(numbers)s.") % {"numbers": ", ".join(numbers)}
