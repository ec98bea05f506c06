"""Invoices and payments through the verbs, and what a browser posts from the money forms."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import Document, Entry, Settlement
from billing.rules.draft import Draft, DraftLine
from invoicing_site.models import Event, Idempotency
from payments.actions.allocate import Share
from payments.actions.receive import Receipt, record_payment
from payments.models import Allocation, Payment, Refund
from tests.world import AT, TODAY


def invoice(
    world: Any,
    amount: str = "100.00",
    currency: str = "EUR",
    client: Any = None,
    on: dt.date | None = None,
    **fields: Any,
) -> Document:
    """An issued invoice without tax."""
    line = DraftLine("Arbeit", Decimal(1), Decimal(amount))
    draft = Draft(client_id=(client or world.client).pk, currency=currency, issue_date=on, lines=(line,), **fields)
    made = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    return issue(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=AT)


def payment(
    world: Any,
    amount: str,
    *shares: Share,
    currency: str = "EUR",
    on: dt.date = TODAY,
    client: Any = None,
    method: str = "transfer",
    reference: str = "",
) -> Payment:
    receipt = Receipt((client or world.client).pk, method, on, currency, Decimal(amount), reference)
    return record_payment(company=world.company, receipt=receipt, shares=shares, actor=world.accountant, at=AT)


def all_of(document: Document) -> Share:
    return Share(document.uuid, document.open_amount)


def state() -> dict[str, Any]:
    """Everything stored that a payment page could change."""
    return {
        "payments": list(Payment.objects.order_by("id").values()),
        "open": list(Document.objects.order_by("id").values_list("state", "open_amount")),
        **{
            model.__name__: model.objects.count()
            for model in (Allocation, Refund, Settlement, Entry, Event, Idempotency)
        },
    }


def settled() -> None:
    """Let the deferred checks of the database judge now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def fields(html: str) -> dict[str, str]:
    """What a browser without JavaScript would send from the page's form for money, before anybody types."""
    form = re.search(r'<form class="form[^>]*>(.*?)</form>', html, re.S)
    assert form, "no form"
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form[1]):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type")
        if name and (kind not in ("checkbox", "radio") or re.search(r"\bchecked\b", tag)):
            found[name] = _attribute(tag, "value") or ""
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form[1], re.S):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        found[name] = chosen[1] if chosen else ""
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def row_of(sent: dict[str, str], document: Document) -> str:
    """The prefix of the form's row for `document`."""
    found = [name for name, value in sent.items() if name.endswith("-document") and value == str(document.uuid)]
    return found[0].removesuffix("-document")
