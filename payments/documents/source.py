"""What a receipt says, read from the rows: the payment, what it was applied to, and both parties as they are now."""

import hashlib
import json
from decimal import Decimal
from typing import Any

from billing.documents.snapshot import ADDRESS
from clients.models import Address, Client
from invoicing_site.models import Company
from invoicing_site.money import quantum
from payments.documents.receipt import VERSION
from payments.models import Allocation, Payment
from payments.reports.payments import with_refunds

Facts = dict[str, Any]


def read(payment: Payment, language: str) -> Facts:
    """Canonical facts of the receipt of `payment` in `language`; three statements beside the payment's own client and company."""
    company, client = payment.company, payment.client
    found = with_refunds(Payment.objects.filter(pk=payment.pk)).get()

    def money(amount: Decimal, currency: str = found.currency) -> str:
        return str(amount.quantize(quantum(currency)))

    return {
        "language": language,
        "currency": found.currency,
        "amount": money(found.amount),
        "credit": money(found.unapplied) if found.unapplied else None,
        "refunded": money(found.refunded) if found.refunded else None,
        "received_on": found.received_on.isoformat(),
        "method": found.method,
        "reference": found.reference,
        "parts": [
            {
                "number": row.settlement.document.number,
                "dated": row.settlement.document.issue_date.isoformat(),
                "currency": row.settlement.currency,
                "covers": money(row.settlement.amount, row.settlement.currency),
                "amount": money(row.amount),
            }
            for row in standing(found)
        ],
        "logo": company.logo.sha256 if company.logo else None,
        "seller": _seller(company),
        "buyer": _buyer(client),
    }


def standing(payment: Payment) -> list[Any]:
    """The allocations of `payment` that were not undone, oldest first, with their documents."""
    rows = Allocation.objects.for_company(payment.company_id).filter(payment=payment, reverses=None)
    undone = Allocation.objects.filter(payment=payment).exclude(reverses=None).values("reverses")
    return list(rows.exclude(pk__in=undone).select_related("settlement__document").order_by("pk"))


def template(facts: Facts) -> str:
    """The layout's version and a digest of the facts: what changes after a receipt was kept gets a receipt of its own."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"receipt-{VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _seller(company: Company) -> Facts:
    ids = [("VAT", company.vat_id), ("TAX", company.tax_number)]
    return {
        "address": {name: getattr(company, name) for name in ADDRESS},
        "tax_ids": [{"scheme": scheme, "value": value} for scheme, value in ids if value],
        **{
            name: getattr(company, name)
            for name in ("name", "legal_name", "email", "phone", "website", "register", "managers")
        },
    }


def _buyer(client: Client) -> Facts:
    billing = Address.objects.filter(client=client, kind="billing").first()
    return {
        "number": client.number,
        "name": client.name,
        "attention": billing.attention if billing else "",
        "address": {name: getattr(billing, name) if billing else "" for name in ADDRESS},
        "delivery_address": None,
        "tax_ids": [],
    }
