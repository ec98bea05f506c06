"""The legal minimum and what the client asks for, seen before a document gets its number (SPEC A6, B18)."""

import datetime as dt

from billing.documents.source import Source, Sources, opened
from billing.rules.legal import Facts, missing
from billing.states import OFFERS, Kind
from clients.models.client import Kind as ClientKind
from invoicing_site.errors import BusinessError
from invoicing_site.money import convert

# Categories that charge nothing and must say why (BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).
REASONED = {"E", "AE", "K", "G", "O"}


def legal(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """What the law of the seller's country misses on an invoice or note (billing/rules/legal.py); it asks nothing of the others."""
    if source.document["kind"] in (*OFFERS, Kind.OPENING):
        return []
    facts = facts_of(source, sources, today)
    params = {"tax": ", ".join(facts.unreasoned)} if facts.unreasoned else {}
    return [BusinessError(row.code, row.field, **params) for row in missing(facts)]


def order(source: Source, sources: Sources, today: dt.date) -> list[BusinessError]:
    """The client wants its purchase order named."""
    if source.client["order_required"] and not source.document["purchase_order"]:
        return [BusinessError("document.order_missing", "purchase_order")]
    return []


def facts_of(source: Source, sources: Sources, today: dt.date) -> Facts:
    company, document = sources.company, source.document
    rate = sources.rate(source)
    billing = source.addresses.get("billing")
    return Facts(
        seller=company["country"],
        day=source.date("issue_date") or today,
        vat_id=opened(company["vat_id"], "company.vat_id"),
        tax_number=opened(company["tax_number"], "company.tax_number"),
        register=company["register"],
        small_business=company["small_business"],
        currency=company["currency"],
        total=convert(document["total"], rate, company["currency"]) if rate is not None else document["total"],
        buyer_country=billing["country"] if billing else "",
        business=source.client["kind"] == ClientKind.COMPANY,
        buyer_ids=tuple((row["scheme"], row["value"]) for row in source.tax_ids),
        categories=frozenset(row["category"] for row in source.codes.values()),
        charged=any(tax.rate for tax in source.taxes().values()),
        unreasoned=tuple(
            row["code"] for row in source.codes.values() if row["category"] in REASONED and not row["reason"]
        ),
        texts="\n".join((document["notes"] or company["document_notes"], document["introduction"])),
    )
