"""Received e-invoices as pages show them: figures as stated, nothing counted."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.models import Document, Received
from billing.rules.conversion import not_kept
from clients.models import Client
from invoicing_site.crypto import decrypt
from invoicing_site.models import Company, Event

LABEL = "received.stated"
TOTALS = (
    "lines_amount", "discounts", "charges", "tax", "total", "prepaid", "rounding", "payable", "tax_in_tax_currency",
)  # fmt: skip


def stated_of(row: Received) -> dict[str, Any]:
    """What the file states, as it was read when it came. Raises InvalidTag where the stored bytes were altered."""
    found: dict[str, Any] = json.loads(decrypt(bytes(row.stated), LABEL))
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A received e-invoice in full; `drafts` are those written from it that are still there."""

    stated: dict[str, Any]
    seller: list[str]
    buyer: list[str]
    drafts: list[Document]
    client: Client | None
    not_kept: list[str]


def shown(company: Company, row: Received) -> Shown:
    """Four queries at most."""
    stated = stated_of(row)
    events = Event.objects.filter(subject=row.uuid, type="received.drafted").values_list("data", flat=True)
    ids = [uuid.UUID(data["document"]) for data in events]
    drafts = list(Document.objects.for_company(company).filter(uuid__in=ids).order_by("id")) if ids else []
    return Shown(
        stated=with_figures(stated),
        seller=_lines(stated["seller"]),
        buyer=_lines(stated["buyer"]),
        drafts=drafts,
        client=_likely(company, stated["buyer"]),
        not_kept=not_kept(stated),
    )


def _lines(party: dict[str, str]) -> list[str]:
    town = " ".join(text for text in (party["postcode"], party["city"]) if text)
    rows = [party["name"], party["line1"], party["line2"], town, party["region"], party["country"]]
    ids = [party["vat"], party["tax_number"], party["legal_id"], party["contact"], party["phone"], party["email"]]
    return [row for row in (*rows, *ids) if row]


def _likely(company: Company, buyer: dict[str, str]) -> Client | None:
    """The client of ours the buyer most likely is: of that name."""
    rows = Client.objects.for_company(company).active().filter(name__iexact=buyer["name"])
    found: Client | None = rows.first() if buyer["name"] else None
    return found


def with_figures(stated: dict[str, Any]) -> dict[str, Any]:
    """The same with every amount as a number and every day as a date, for the page to write in its own language."""
    figures = ("net", "amount", "base", "price", "quantity", "rate", "per", *TOTALS)
    days = ("issue_date", "due_date", "delivered_on")

    def read(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: read(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [read(each, name) for each in value]
        if name in figures:
            return Decimal(value) if value else None
        if name in days or name == "period":
            return dt.date.fromisoformat(value) if value else None
        return value

    found: dict[str, Any] = read(stated)
    return found
