"""The deposit invoices a document takes off, as they were issued and booked; one statement however many documents.

A text of its own, like that of original.py: few documents take a deposit off.
"""

import json
from decimal import Decimal
from typing import Any

from billing.rules.posting import Deduction, Target
from invoicing_site.prepared import prepared

Row = dict[str, Any]

_READ = """
SELECT json_agg(json_build_object('document', u.document_id, 'id', d.id, 'uuid', d.uuid, 'number', d.number, 'issue_date', d.issue_date,
    'state', d.state, 'client_id', d.client_id, 'currency', d.currency, 'net', d.net, 'tax', d.tax, 'total', d.total,
    'open_amount', d.open_amount, 'credited', d.credited,
    'tax_totals', (SELECT json_agg(json_build_object('category', t.category, 'rate', t.rate, 'base', t.base, 'amount', t.amount) ORDER BY t.id)
       FROM billing_taxtotal t WHERE t.document_id = d.id),
    'booked', (SELECT json_agg(json_build_object('code', a.code, 'amount', -p.amount, 'base', -p.base_amount) ORDER BY p.id)
       FROM billing_entry e JOIN billing_posting p ON p.entry_id = e.id JOIN billing_account a ON a.id = p.account_id
       WHERE e.source = d.uuid AND e.purpose = 'issue' AND a.purpose IN ('deposits', 'tax'))) ORDER BY d.id)::text
FROM billing_deposituse u JOIN billing_document d ON d.id = u.deposit_id
WHERE u.company_id = %(company)s::bigint AND u.document_id = ANY(%(ids)s::bigint[]) AND u.is_live"""
_decode = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal).decode


def deducted(company_id: int, documents: list[int]) -> dict[int, list[Row]]:
    """Deposits by the id of the document that takes them off, in the order they were made."""
    with prepared() as cursor:
        cursor.execute(_READ, {"company": company_id, "ids": documents})
        (text,) = cursor.fetchone()
    found: dict[int, list[Row]] = {}
    for row in _decode(text or "[]"):
        found.setdefault(int(row["document"]), []).append(row)
    return found


def bookings(deposits: list[Row]) -> list[Deduction]:
    """What the deposits brought into the books beside the receivable, to be taken out again at the same values."""
    return [
        Deduction(Target("code", part["code"]), part["amount"], part["base"])
        for row in deposits
        for part in row["booked"] or []
    ]
