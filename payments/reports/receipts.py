"""Which stored receipt speaks for a payment as it is now, and whom it is for."""

from typing import Any

from billing.documents.texts import texts_for
from payments.documents.source import read, template
from payments.models import Attempt, Payment, PaymentReceipt


def attempt_of(payment: Payment) -> Any:
    """The online payment it came by; None for money recorded by hand."""
    return Attempt.objects.filter(payment=payment).first()


def language_of(payment: Payment) -> str:
    """The payer's language if they chose one, else the client's; always one receipts are written in."""
    attempt = attempt_of(payment)
    return texts_for(attempt.language if attempt else payment.client.language)[0]


def recipient_of(payment: Payment) -> str:
    """Where its receipt goes: to whoever paid online, else to the client's address for documents; empty for nobody."""
    attempt = attempt_of(payment)
    return (attempt.recipient if attempt else "") or payment.client.email


def receipt_of(payment: Payment, language: str) -> PaymentReceipt | None:
    """The stored receipt that says what the rows say now; None while it has yet to be made."""
    found: PaymentReceipt | None = (
        PaymentReceipt.objects.filter(
            company=payment.company_id, payment=payment, language=language, template=template(read(payment, language))
        )
        .select_related("blob__company")
        .first()
    )
    return found
