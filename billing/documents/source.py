"""Everything a document is made of, read in one statement however many documents and lines: for snapshot, preview and issue.

JSON from PostgreSQL with numbers as Decimal: one round trip instead of a dozen, and the same for one document or five hundred.
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from billing.documents.deducted import deducted
from billing.documents.original import Corrected, originals
from billing.documents.tax_rates import of_originals
from billing.rules.credit_totals import count_draft
from billing.rules.draft import Draft, DraftAllowance, DraftLine, to_input
from billing.rules.rates import quotient
from billing.rules.terms import Billed, Due, Early, Instalment, due_items, early, less_deposits
from billing.rules.totals import Tax, Totals, compute
from billing.states import DEMANDS, Kind
from invoicing_site.crypto import decrypt
from invoicing_site.prepared import prepared
from invoicing_site.rules.periods import Books

Row = dict[str, Any]

_READ = """
SELECT json_build_object(
  'company', row_to_json(c),
  'logo', (SELECT b.sha256 FROM invoicing_site_blob b WHERE b.id = c.logo_id),
  'period', (SELECT json_build_array(p.closed_through, p.soft_through) FROM invoicing_site_period p WHERE p.company_id = c.id),
  'thresholds', (SELECT json_object_agg(a.what, a.threshold) FROM invoicing_site_approvalpolicy a WHERE a.company_id = c.id),
  'accounts', (SELECT json_agg(json_build_object('id', a.id, 'code', a.code, 'purpose', a.purpose)) FROM billing_account a WHERE a.company_id = c.id),
  'layouts', (SELECT json_agg(json_build_object('language', y.language, 'name', y.look, 'version', y.look_version, 'options', y.options,
     'layout', y.uuid, 'edition', y.version)) FROM billing_layout y WHERE y.company_id = c.id AND y.is_active),
  'series', (SELECT json_agg(row_to_json(s) ORDER BY s.is_default DESC, s.id) FROM billing_series s
     WHERE s.company_id = c.id AND (s.is_default OR s.is_external)),
  'counters', (SELECT json_agg(json_build_object('id', k.id, 'series_id', k.series_id, 'period_key', k.period_key))
     FROM billing_counter k JOIN billing_series s ON s.id = k.series_id WHERE s.company_id = c.id AND (s.is_default OR s.is_external)),
  'documents', (SELECT json_agg(json_build_object(
    'document', row_to_json(d),
    'client', row_to_json(k),
    'addresses', (SELECT json_object_agg(a.kind, row_to_json(a)) FROM clients_address a WHERE a.client_id = d.client_id),
    'tax_ids', (SELECT json_agg(json_build_object('scheme', t.scheme, 'value', t.value) ORDER BY t.id) FROM clients_taxid t WHERE t.client_id = d.client_id),
    'bank', (SELECT row_to_json(b) FROM invoicing_site_bankaccount b WHERE b.company_id = c.id AND
       CASE WHEN d.bank_account_id IS NOT NULL THEN b.id = d.bank_account_id ELSE b.is_default AND b.archived_at IS NULL END
       ORDER BY b.currency = d.currency DESC, b.id LIMIT 1),
    'fx', (SELECT row_to_json(x) FROM billing_exchangerate x WHERE x.company_id = c.id AND x.currency = d.currency
       AND x.rate_date <= coalesce(d.issue_date, %(today)s::date) ORDER BY x.rate_date DESC LIMIT 1),
    'tax_fx', (SELECT row_to_json(x) FROM billing_exchangerate x WHERE x.company_id = c.id AND x.currency = c.tax_currency
       AND c.tax_currency <> d.currency AND x.rate_date <= coalesce(d.issue_date, %(today)s::date) ORDER BY x.rate_date DESC LIMIT 1),
    'allowances', (SELECT json_agg(row_to_json(a) ORDER BY a.position, a.id) FROM billing_allowance a WHERE a.document_id = d.id),
    'instalments', (SELECT json_agg(row_to_json(i) ORDER BY i.position) FROM billing_instalment i WHERE i.document_id = d.id),
    'attachments', (SELECT json_agg(json_build_object('name', f.name, 'media_type', b.media_type, 'sha256', b.sha256) ORDER BY f.name)
       FROM billing_attachment f JOIN invoicing_site_blob b ON b.id = f.blob_id WHERE f.document_id = d.id),
    'related', (SELECT json_agg(json_build_object('id', o.id, 'uuid', o.uuid, 'kind', o.kind, 'number', o.number, 'issue_date', o.issue_date))
       FROM billing_document o WHERE o.id IN (d.corrects_id, d.replaces_id, d.follows_id)),
    'taxes', (SELECT json_agg(json_build_object('line_id', t.line_id, 'tax_code_id', t.tax_code_id) ORDER BY t.line_id, t.position)
       FROM billing_linetax t WHERE t.document_id = d.id),
    'kinds', (SELECT json_agg(DISTINCT coalesce(p.kind, 'service')) FROM billing_line l LEFT JOIN billing_product p ON p.id = l.product_id
       WHERE l.document_id = d.id),
    'codes', (SELECT json_agg(json_build_object('id', x.id, 'code', x.code, 'name', x.name, 'category', x.category, 'reason', x.reason,
         'reason_code', x.reason_code, 'is_compound', x.is_compound, 'tax_class', x.tax_class, 'country', x.country,
         'rate', (SELECT r.rate FROM billing_taxrate r WHERE r.tax_code_id = x.id
            AND daterange(r.valid_from, r.valid_to, '[]') @> coalesce(d.supply_to, d.supply_from, d.issue_date, %(today)s::date))))
       FROM billing_taxcode x WHERE x.id IN (SELECT t.tax_code_id FROM billing_linetax t WHERE t.document_id = d.id)),
    'lines', (SELECT json_agg(row_to_json(l) ORDER BY l.position, l.id) FROM billing_line l WHERE l.document_id = d.id)))
    FROM billing_document d JOIN clients_client k ON k.id = d.client_id WHERE d.company_id = c.id AND d.{column} = ANY(%(keys)s::{type}[])))::text
FROM invoicing_site_company c WHERE c.id = %(company)s::bigint"""
_BY_ID = _READ.format(column="id", type="bigint")
_BY_UUID = _READ.format(column="uuid", type="uuid")
_decode = json.JSONDecoder(parse_float=Decimal).decode


@dataclass(slots=True)
class Source:
    """One document's stored rows, as dictionaries of column values."""

    document: Row
    client: Row
    addresses: dict[str, Row]
    tax_ids: list[Row]
    bank: Row | None
    fx: Row | None
    tax_fx: Row | None
    lines: list[Row]
    allowances: list[Row]
    line_taxes: dict[int, tuple[int, ...]]
    codes: dict[int, Row]
    instalments: list[Row]
    related: dict[int, Row]
    attachments: list[Row]
    original: Corrected | None = None
    deposits: list[Row] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def date(self, name: str) -> dt.date | None:
        value = self.document[name]
        return dt.date.fromisoformat(value) if value else None

    def taxes(self) -> dict[int, Tax]:
        """Taxes on its lines in force on the tax point, of a credit note those billed; a code without a rate is missing."""
        if self.original is not None:
            return self.original.taxes
        return {
            key: Tax(row["code"], row["category"], row["rate"], row["name"], compound=row["is_compound"])
            for key, row in self.codes.items()
            if row["rate"] is not None
        }

    def totals(self) -> Totals:
        """The figures, counted anew from the stored inputs. Raises the errors of `compute`, of credit notes `credit_totals.count`."""
        if self.original is not None:
            return count_draft(self.original.billed, self.draft(), self.taxes())
        return compute(to_input(self.draft(), self.taxes()))

    def due(self, totals: Totals, issue_date: dt.date) -> list[Due]:
        """When how much is due of a document dated `issue_date`; nothing of an offer or a credit note. Raises those of `due_items`."""
        row = self.document
        if row["kind"] not in DEMANDS:
            return []
        return due_items(
            totals.payable,
            row["currency"],
            issue_date,
            row["net_days"],
            kind=row["term"],
            day=row["term_day"],
            instalments=self.draft().instalments,
        )

    def early(self, totals: Totals, issue_date: dt.date, due: list[Due]) -> Early | None:
        """What paying early saves, None where nothing does. Raises those of `early`."""
        row = self.document
        if not due:
            return None
        billed = [
            Billed(part["category"], *(Decimal(part[name]) for name in ("rate", "base", "amount")))
            for deposit in self.deposits
            for part in deposit["tax_totals"] or []
        ]
        return early(
            totals.net - sum((Decimal(deposit["net"]) for deposit in self.deposits), Decimal(0)),
            less_deposits(totals.tax_totals, billed),
            totals.payable,
            row["currency"],
            issue_date,
            row["discount_percent"],
            row["discount_days"],
            due[-1].due_on,
        )

    def draft(self) -> Draft:
        """The stored inputs, as they were typed."""
        document = self.document
        return Draft(
            client_id=document["client_id"],
            currency=document["currency"],
            language=document["language"],
            prices_include_tax=document["prices_include_tax"],
            issue_date=self.date("issue_date"),
            supply_from=self.date("supply_from"),
            supply_to=self.date("supply_to"),
            bank_account_id=document["bank_account_id"],
            **{name: document[name] for name in (*TEXTS, *INPUTS)},
            kind=document["kind"],
            valid_until=self.date("valid_until"),
            instalments=tuple(Instalment(part["percent"], part["amount"], part["days"]) for part in self.instalments),
            lines=tuple(self._line(row) for row in self.lines),
            allowances=tuple(
                DraftAllowance(row["description"], row["is_charge"], row["percent"], row["fixed_amount"])
                for row in self.allowances
            ),
        )

    def _line(self, row: Row) -> DraftLine:
        return DraftLine(
            id=row["id"],
            tax_codes=self.line_taxes.get(row["id"], ()),
            service_from=_date(row["service_from"]),
            service_to=_date(row["service_to"]),
            **{name: row[name] for name in LINE_FIELDS},
        )


# Columns of a document that are typed, and read back as they stand.
INPUTS = (
    "corrects_id", "replaces_id", "follows_id", "reason_code", "reason", "external_number", "term", "net_days", "term_day",
    "discount_percent", "discount_days", "tax_rounding", "cash_unit", "withholding_percent", "prepaid",
)  # fmt: skip
TEXTS = ("buyer_reference", "purchase_order", "contract", "delivery_note", "introduction", "notes")
LINE_FIELDS = (
    "description", "quantity", "unit_price", "unit", "discount_percent", "discount_amount", "product_id", "sku",
    "account_id", "cost_center", "corrects_id",
)  # fmt: skip


@dataclass(slots=True)
class Sources:
    """Documents of one company, and what they share."""

    company: Row
    logo: str | None
    books: Books
    thresholds: dict[str, Decimal | None]
    accounts: list[Row]
    layouts: list[Row]
    series: dict[str, Row]
    counters: dict[tuple[int, str], int]
    documents: dict[int, Source]
    external: dict[str, Row] = field(default_factory=dict)

    def series_of(self, source: Source) -> Row | None:
        """The series that numbers it: that of numbers given elsewhere where it carries one, else the default of its kind."""
        kind = source.document["kind"]
        return self.external.get(kind) if source.document["external_number"] else self.series.get(kind)

    def rate(self, source: Source) -> Decimal | None:
        """Base currency for one unit of the document's currency; None where no rate is on file."""
        if source.document["currency"] == self.company["currency"]:
            return Decimal(1)
        return Decimal(source.fx["rate"]) if source.fx else None

    def tax_currency(self, source: Source) -> str:
        """The currency taxes are stated in besides; empty where that is the document's or the base currency anyhow."""
        known = (self.company["currency"], source.document["currency"])
        currency: str = self.company["tax_currency"]
        return "" if currency in known else currency

    def tax_rate(self, source: Source) -> Decimal | None:
        """Tax currency for one unit of the document's, across the base currency; None where a rate is missing or none is needed."""
        rate = self.rate(source)
        if not self.tax_currency(source) or source.tax_fx is None or rate is None:
            return None
        kept = Decimal(source.tax_fx["rate"])
        return kept if "frozen" in source.tax_fx else quotient(rate, kept)

    def rates_used(self, source: Source) -> list[Row]:
        """The rates that the document is converted by."""
        rows = [source.fx] if source.document["currency"] != self.company["currency"] else []
        rows += [source.tax_fx] if self.tax_currency(source) else []
        return [row for row in rows if row is not None]


def read(company_id: int, keys: list[int] | list[uuid.UUID], today: dt.date) -> Sources:
    """Read documents of a company by ids or uuids; `today` (company's zone) is the date of those that have none yet.

    One statement, no lock; one or two more where credit notes are among them, one where deposits are taken off.
    """
    sql = _BY_UUID if keys and isinstance(keys[0], uuid.UUID) else _BY_ID
    with prepared() as cursor:
        cursor.execute(sql, {"company": company_id, "keys": keys, "today": today})
        (text,) = cursor.fetchone()
    data = _decode(text)
    documents = {row["document"]["id"]: _source(row) for row in data["documents"] or []}
    notes = [key for key, source in documents.items() if source.document["kind"] == Kind.CREDIT_NOTE]
    for key, original in (originals(company_id, notes) if notes else {}).items():
        documents[key].original, documents[key].fx = original, original.rate
    stated_in = data["company"]["tax_currency"]
    for key, tax_fx in (of_originals(company_id, notes, stated_in) if notes and stated_in else {}).items():
        documents[key].tax_fx = tax_fx
    finals = [key for key, source in documents.items() if source.document["prepaid"]]
    for key, deposits in (deducted(company_id, finals) if finals else {}).items():
        documents[key].deposits = deposits
    return Sources(
        company=data["company"],
        logo=data["logo"],
        books=Books(_date(data["period"][0]), _date(data["period"][1])),
        thresholds=data["thresholds"] or {},
        accounts=data["accounts"] or [],
        layouts=data["layouts"] or [],
        series={row["kind"]: row for row in data["series"] or [] if row["is_default"]},
        counters={(row["series_id"], row["period_key"]): row["id"] for row in data["counters"] or []},
        documents=documents,
        external={row["kind"]: row for row in reversed(data["series"] or []) if row["is_external"]},
    )


def _source(row: Row) -> Source:
    line_taxes: dict[int, tuple[int, ...]] = {}
    for tax in row["taxes"] or []:
        line_taxes[tax["line_id"]] = (*line_taxes.get(tax["line_id"], ()), tax["tax_code_id"])
    return Source(
        document=_numbers(row["document"], DOCUMENT_NUMBERS),
        client=row["client"],
        addresses=row["addresses"] or {},
        tax_ids=[{"scheme": t["scheme"], "value": opened(t["value"], "client.tax_id")} for t in row["tax_ids"] or []],
        bank=row["bank"],
        fx=row["fx"],
        tax_fx=row["tax_fx"],
        lines=[_numbers(line, LINE_NUMBERS) for line in row["lines"] or []],
        allowances=[_numbers(item, ALLOWANCE_NUMBERS) for item in row["allowances"] or []],
        line_taxes=line_taxes,
        codes={code["id"]: _numbers(code, ("rate",)) for code in row["codes"] or []},
        instalments=[_numbers(part, ("percent", "amount")) for part in row["instalments"] or []],
        related={other["id"]: other for other in row["related"] or []},
        attachments=row["attachments"] or [],
        kinds=row["kinds"] or [],
    )


DOCUMENT_NUMBERS = ("discount_percent", "cash_unit", "withholding_percent", "withheld", "prepaid", "rounding")
LINE_NUMBERS = ("quantity", "unit_price", "discount_percent", "discount_amount", "gross", "discount", "amount", "net")
ALLOWANCE_NUMBERS = ("percent", "fixed_amount", "amount")


def _numbers(row: Row, names: tuple[str, ...]) -> Row:
    """PostgreSQL writes a numeric without a fraction as an integer; here every one is a Decimal."""
    for name in names:
        if row[name] is not None:
            row[name] = Decimal(row[name])
    return row


def opened(sealed: str | None, label: str) -> str:
    """An encrypted column as it comes in JSON (``\\x…``), decrypted."""
    return decrypt(bytes.fromhex(sealed[2:]), label).decode() if sealed and len(sealed) > 2 else ""


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None
