"""Which stored receipt speaks for a payment as it is now, and whom it is for."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from billing.documents.texts import texts_for
from invoicing_site.formats import format_money
from invoicing_site.models import Company
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


def subjects(company: Company, wanted: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """The payments mails are about, each with its label and page in the office (wiring.SUBJECTS); one statement."""
    rows = Payment.objects.for_company(company).filter(uuid__in=set(wanted)).select_related("client")
    return {
        row.uuid: (
            f"{format_money(row.amount, row.currency, get_language() or 'en')} · {row.client.name}",
            reverse("payments:payment", args=[company.slug, row.uuid]),
        )
        for row in rows
    }
