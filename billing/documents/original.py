"""What credit notes correct, as it was billed, and what earlier notes took of it; one statement however many notes.

A text of its own: in that of source.py every ordinary invoice would carry it, beyond what psycopg keeps of a statement.
"""

import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.rules.credit import LUMP, Billed, Original
from billing.rules.totals import Tax
from invoicing_site.models import Company
from invoicing_site.prepared import prepared

Row = dict[str, Any]

# Of the document `o`; `{note}` is the snapshot of the note that asks, or nothing: notes issued before it count. What was
# issued and voided meanwhile does not: a note is only voided while it is the newest (docs/adr/0018).
_ORIGINAL = """json_build_object(
  'document', json_build_object('id', o.id, 'uuid', o.uuid, 'kind', o.kind, 'state', o.state, 'number', o.number,
    'client_id', o.client_id, 'currency', o.currency, 'prices_include_tax', o.prices_include_tax, 'tax_rounding', o.tax_rounding,
    'issue_date', o.issue_date, 'total', o.total, 'withheld', o.withheld, 'rounding', o.rounding, 'prepaid', o.prepaid,
    'open_amount', o.open_amount, 'fx_rate', o.fx_rate, 'fx_rate_date', o.fx_rate_date, 'fx_source', o.fx_source),
  'lines', (SELECT json_agg(json_build_object('id', l.id, 'quantity', l.quantity, 'unit_price', l.unit_price, 'unit', l.unit, 'net', l.net)
     ORDER BY l.position, l.id) FROM billing_line l WHERE l.document_id = o.id),
  'taxes', (SELECT json_agg(json_build_object('line_id', t.line_id, 'tax_code_id', t.tax_code_id, 'rate', t.rate, 'amount', t.amount,
     'code', x.code, 'category', x.category, 'name', x.name, 'is_compound', x.is_compound) ORDER BY t.line_id, t.position)
     FROM billing_linetax t JOIN billing_taxcode x ON x.id = t.tax_code_id WHERE t.document_id = o.id),
  'taken', (SELECT json_agg(row_to_json(t)) FROM (
     SELECT nl.corrects_id AS line_id, sum(nl.amount) AS taken, sum(nl.quantity) FILTER (WHERE nl.unit <> '{lump}') AS returned
     FROM billing_document n JOIN billing_line nl ON nl.document_id = n.id JOIN billing_snapshot s ON s.document_id = n.id
     WHERE n.corrects_id = o.id AND n.kind = 'credit_note' AND n.state = 'issued' AND s.id < coalesce({note}, 9223372036854775807)
     GROUP BY nl.corrects_id) t),
  'notes', (SELECT json_build_object('credited', coalesce(sum(n.total), 0),
       'asked', coalesce(sum(n.total - n.withheld + n.rounding), 0))
     FROM billing_document n JOIN billing_snapshot s ON s.document_id = n.id
     WHERE n.corrects_id = o.id AND n.kind = 'credit_note' AND n.state = 'issued' AND s.id < coalesce({note}, 9223372036854775807)),
  'given_up', (SELECT coalesce(sum(CASE WHEN s.reverses_id IS NULL THEN s.amount ELSE -s.amount END), 0) FROM billing_settlement s
     WHERE s.document_id = o.id AND s.kind IN ('write_off', 'discount', 'small_difference')))"""
_OF_NOTES = """SELECT json_agg(json_build_object('note', d.id, 'original', {original}))::text
FROM billing_document d JOIN billing_document o ON o.id = d.corrects_id
WHERE d.company_id = %(company)s::bigint AND d.kind = 'credit_note' AND d.id = ANY(%(ids)s::bigint[])"""
_OF_ONE = """SELECT ({original})::text FROM billing_document o
WHERE o.company_id = %(company)s::bigint AND (o.uuid = %(uuid)s::uuid OR o.id = %(id)s::bigint)"""
_OWN = "(SELECT v.id FROM billing_snapshot v WHERE v.document_id = d.id)"
_READ_NOTES = _OF_NOTES.format(original=_ORIGINAL.format(note=_OWN, lump=LUMP))
_READ_ONE = _OF_ONE.format(original=_ORIGINAL.format(note="NULL::bigint", lump=LUMP))
_decode = json.JSONDecoder(parse_float=Decimal).decode


@dataclass(frozen=True, slots=True)
class Corrected:
    """A document that is corrected: its columns, what was billed, and the taxes on its lines at the rates they were billed at.

    `asked` is what its earlier notes ask back together, `given_up` what of it was written off or let go for early payment.
    """

    document: Row
    billed: Original
    taxes: dict[int, Tax]
    line_taxes: dict[int, tuple[int, ...]]
    asked: Decimal
    given_up: Decimal

    @property
    def rate(self) -> Row:
        """The exchange rate it was booked at, which its notes keep."""
        row = self.document
        day = row["fx_rate_date"] or row["issue_date"]
        return {"rate": Decimal(row["fx_rate"] or 1), "rate_date": day, "source": row["fx_source"]}


def _corrected(row: Row) -> Corrected:
    """From the JSON of `_ORIGINAL`."""
    document = row["document"]
    taxes: dict[int, Tax] = {}
    codes: dict[int, tuple[int, ...]] = {}
    amounts: dict[int, tuple[Decimal, ...]] = {}
    for tax in row["taxes"] or []:
        code, line = tax["tax_code_id"], tax["line_id"]
        taxes[code] = Tax(tax["code"], tax["category"], Decimal(tax["rate"]), tax["name"], compound=tax["is_compound"])
        codes[line] = (*codes.get(line, ()), code)
        amounts[line] = (*amounts.get(line, ()), Decimal(tax["amount"]))
    taken = {part["line_id"]: part for part in row["taken"] or []}
    lines = tuple(
        _billed(line, document, tuple(taxes[code] for code in codes.get(line["id"], ())), amounts, taken)
        for line in row["lines"] or []
    )
    billed = Original(
        currency=document["currency"],
        prices_include_tax=document["prices_include_tax"],
        tax_rounding=document["tax_rounding"],
        total=Decimal(document["total"]),
        lines=lines,
        withheld=Decimal(document["withheld"]),
        rounding=Decimal(document["rounding"]),
        credited=Decimal(row["notes"]["credited"]),
    )
    return Corrected(document, billed, taxes, codes, Decimal(row["notes"]["asked"]), Decimal(row["given_up"]))


def _billed(
    line: Row, document: Row, taxes: tuple[Tax, ...], amounts: dict[int, tuple[Decimal, ...]], taken: dict[int, Row]
) -> Billed:
    parts = amounts.get(line["id"], ())
    net, before = Decimal(line["net"]), taken.get(line["id"], {})
    return Billed(
        id=line["id"],
        quantity=Decimal(line["quantity"]),
        unit_price=Decimal(line["unit_price"]),
        unit=line["unit"],
        amount=net + sum(parts, Decimal(0)) if document["prices_include_tax"] else net,
        taxes=taxes,
        tax_amounts=parts,
        taken=Decimal(before.get("taken") or 0),
        returned=Decimal(before.get("returned") or 0),
    )


def read_corrected(company: Company, *, uuid: uuid.UUID | None = None, pk: int | None = None) -> Corrected | None:
    """The document of the company with that uuid or id, and what is left of it now; None where there is none. One statement."""
    with prepared() as cursor:
        cursor.execute(_READ_ONE, {"company": company.pk, "uuid": uuid, "id": pk})
        found = cursor.fetchone()
    return _corrected(_decode(found[0])) if found else None


def originals(company_id: int, notes: list[int]) -> dict[int, Corrected]:
    """What each of these credit notes (ids) corrects, as it stood before that note; of drafts as it stands now. One statement."""
    with prepared() as cursor:
        cursor.execute(_READ_NOTES, {"company": company_id, "ids": notes})
        (text,) = cursor.fetchone()
    return {row["note"]: _corrected(row["original"]) for row in _decode(text or "[]")}
