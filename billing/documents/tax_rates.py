"""The rate into the seller's tax currency that a corrected document was issued with: its credit notes keep it (SPEC B10)."""

import json
from typing import Any

from invoicing_site.crypto import decrypt
from invoicing_site.prepared import prepared

Row = dict[str, Any]

# As snapshot.py labels what it seals; that module reads this one's callers.
FACTS_LABEL = "snapshot.facts"
_READ = """SELECT d.id, s.facts FROM billing_document d JOIN billing_snapshot s ON s.document_id = d.corrects_id
WHERE d.company_id = %(company)s::bigint AND d.id = ANY(%(ids)s::bigint[])"""


def of_originals(company_id: int, notes: list[int], currency: str) -> dict[int, Row]:
    """``tax_fx`` of what each note corrects, where that states its tax in `currency`; one statement however many notes."""
    with prepared() as cursor:
        cursor.execute(_READ, {"company": company_id, "ids": notes})
        found = {
            note: json.loads(decrypt(bytes(facts), FACTS_LABEL)).get("tax_fx") for note, facts in cursor.fetchall()
        }
    return {note: fx | {"frozen": True} for note, fx in found.items() if fx and fx["base_currency"] == currency}
