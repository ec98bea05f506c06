"""Verbs on received e-invoices: keep one that was read, write a draft from it."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

from billing.actions.drafts import create_draft
from billing.documents.received.scan import is_pdf
from billing.models import Document, Received
from billing.reports.received import LABEL, stated_of
from billing.reports.taxes import taxes_on
from billing.rules.conversion import draft_of
from clients.models import Client
from invoicing_site import files
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.crypto import encrypt
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.models import Company, User


@action
def receive(
    *,
    company: Company,
    data: bytes,
    stated: dict[str, Any],
    name: str,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Received:
    """Keep the file `data` of an e-invoice and what `read_file` found it to state; the same file gives the same row.

    Writes the file before its row; locks nothing. Publishes invoice.received.
    """
    blob = files.keep(company, data, "application/pdf" if is_pdf(data) else "application/xml")
    row: Received
    row, made = Received.objects.get_or_create(
        company=company,
        blob=blob,
        defaults={
            "name": name[:200],
            "syntax": stated["syntax"],
            "type_code": stated["type_code"][:4],
            "number": stated["number"][:100],
            "issuer": stated["seller"]["name"][:200],
            "issue_date": stated["issue_date"] or None,
            "due_date": stated["due_date"] or None,
            "currency": stated["currency"],
            "payable": Decimal(stated["payable"] or stated["total"]),
            "stated": encrypt(json.dumps(stated).encode(), LABEL),
            "received_at": at,
            "received_by": actor,
        },
    )
    if made:
        publish(
            "invoice.received",
            company=company,
            subject=("received", row.uuid),
            data={"sha256": blob.sha256, "syntax": row.syntax, "currency": row.currency, "payable": str(row.payable)},
            actor=actor,
            at=at,
        )
    return row


@action
def draft_from(
    *,
    company: Company,
    received_uuid: uuid.UUID,
    client_id: int,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Document:
    """Write a draft for a client of the company that has the amounts the received e-invoice states, to the cent.

    Raises not_found, and what `draft_of` and `create_draft` raise: then there is no draft. Publishes document.drafted, received.drafted.
    """
    row: Received | None = Received.objects.for_company(company).filter(uuid=received_uuid).first()
    client: Client | None = Client.objects.for_company(company).filter(pk=client_id).first()
    if row is None or client is None:
        raise BusinessError("not_found")
    stated = stated_of(row)
    days = [text for text in (*stated["period"][1:], stated["delivered_on"]) if text]
    point = dt.date.fromisoformat(days[0]) if days else local_date(at, company.time_zone)
    draft = draft_of(stated, client.pk, client.language, taxes_on(company, point))
    document = create_draft(company=company, draft=draft, actor=actor, at=at)
    data = {"document": str(document.uuid)}
    publish("received.drafted", company=company, subject=("received", row.uuid), data=data, actor=actor, at=at)
    return document
