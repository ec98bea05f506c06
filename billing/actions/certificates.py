"""Certificates of withheld tax: the client's proof that it paid the authority what it kept back (SPEC B7).

They book nothing. What was withheld stands as a claim on the authority since issue (docs/accounting.md); a certificate says
that the claim can be proven, and taking one back says that it cannot any more.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from billing.models import Document, WithholdingCertificate
from billing.states import DocumentState
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.money import is_at_minor_unit
from invoicing_site.validation import check_fields


@action
def record_certificate(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    number: str,
    received_on: dt.date,
    amount: Decimal,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> WithholdingCertificate:
    """Record a certificate of `amount`, in the document's currency, received on a day of the company's zone.

    Locks the document. Raises not_found, document.not_issued, certificate.none where nothing is withheld, and at the field:
    certificate.date, certificate.number, certificate.amount, certificate.too_much. Publishes document.certified.
    """
    document = _locked(company, document_uuid)
    if document.state != DocumentState.ISSUED or document.issue_date is None:
        raise BusinessError("document.not_issued")
    left = uncertified(document)
    if not document.withheld:
        raise BusinessError("certificate.none")
    if not document.issue_date <= received_on <= local_date(at, company.time_zone):
        raise BusinessError("certificate.date", "received_on")
    if not number.strip():
        raise BusinessError("certificate.number", "number")
    if not amount.is_finite() or amount <= 0 or not is_at_minor_unit(amount, document.currency):
        raise BusinessError("certificate.amount", "amount")
    if amount > left:
        raise BusinessError("certificate.too_much", "amount", left=left, currency=document.currency)
    row = WithholdingCertificate(
        company=company, document=document, number=number.strip(), received_on=received_on, currency=document.currency,
        amount=amount, recorded_by=actor,
    )  # fmt: skip
    check_fields(row)
    row.save()
    _tell("document.certified", row, actor, at)
    return row


@action
def revoke_certificate(
    *, company: Company, certificate_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str
) -> WithholdingCertificate:
    """Take a certificate back by an inverse row, with a reason: recorded by mistake, or refused by the authority.

    Twice is once. Locks the document. Raises not_found, certificate.reason at ``reason``. Publishes
    document.certificate_revoked.
    """
    rows = WithholdingCertificate.objects.filter(company=company, uuid=certificate_uuid, reverses=None)
    found: WithholdingCertificate | None = rows.select_related("document").first()
    if found is None:
        raise BusinessError("not_found")
    _locked(company, found.document.uuid)
    if not reason.strip():
        raise BusinessError("certificate.reason", "reason")
    earlier: WithholdingCertificate | None = WithholdingCertificate.objects.filter(reverses=found).first()
    if earlier is not None:
        return earlier
    row = WithholdingCertificate(
        company=company, document=found.document, number=found.number, received_on=local_date(at, company.time_zone),
        currency=found.currency, amount=found.amount, reason=reason.strip(), reverses=found, recorded_by=actor,
    )  # fmt: skip
    check_fields(row)
    row.save()
    _tell("document.certificate_revoked", row, actor, at)
    return row


def uncertified(document: Document) -> Decimal:
    """What of the withheld tax no certificate stands for yet. One query."""
    rows = WithholdingCertificate.objects.filter(document=document).values_list("amount", "reverses_id")
    certified: Decimal = sum((-amount if reverses else amount for amount, reverses in rows), Decimal(0))
    withheld: Decimal = document.withheld
    return withheld - certified


def _locked(company: Company, document_uuid: uuid.UUID) -> Document:
    document: Document = lock_row(Document.objects.for_company(company).filter(uuid=document_uuid))
    return document


def _tell(kind: str, row: WithholdingCertificate, actor: User | None, at: dt.datetime) -> None:
    data: dict[str, Any] = {"certificate": str(row.uuid), "amount": str(row.amount), "currency": row.currency}
    publish(kind, company=row.company, subject=("document", row.document.uuid), data=data, actor=actor, at=at)
