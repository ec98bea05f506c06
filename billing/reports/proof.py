"""What must add up in documents, numbers and ledger, each as one query that returns nothing (FAULTS I1–I7, I13, I14)."""

from billing.reports.proof_kinds import KINDS
from billing.reports.recount import recounted
from invoicing_site.proof import Check, query

# Settlements up to a day; an inverse row counts back.
_PAYABLE = "(d.total - d.prepaid - d.withheld + d.rounding)"
_SIGN = "(CASE d.kind WHEN 'credit_note' THEN -1 ELSE 1 END)"
_OFFERS = "('quote', 'pro_forma')"
# A document dated elsewhere may be older than the open books: it counts from the day it was booked on.
_BOOKED_ON = """(CASE WHEN d.external_number = '' THEN d.issue_date ELSE coalesce((SELECT e.booked_on FROM billing_entry e
  WHERE e.source = d.uuid AND e.purpose = 'issue'), d.issue_date) END)"""

_SETTLED = """coalesce((SELECT sum(CASE WHEN s.reverses_id IS NULL THEN s.amount ELSE -s.amount END) FROM billing_settlement s
  WHERE s.document_id = d.id AND s.settled_on <= {day}), 0)"""

DOCUMENTS: tuple[Check, ...] = (
    query(
        "totals-from-lines",
        """SELECT 'document', d.uuid, format('net %%s, lines %%s', d.net, l.net) FROM billing_document d
        JOIN (SELECT document_id, sum(net) AS net FROM billing_line WHERE company_id = %(company)s GROUP BY 1) l ON l.document_id = d.id
        WHERE d.company_id = %(company)s AND l.net <> d.net""",
    ),
    query(
        "tax-from-lines",
        """SELECT 'document', d.uuid, format('tax %%s, lines %%s, totals %%s', d.tax, l.tax, t.tax) FROM billing_document d
        LEFT JOIN (SELECT document_id, sum(amount) AS tax FROM billing_linetax WHERE company_id = %(company)s GROUP BY 1) l ON l.document_id = d.id
        LEFT JOIN (SELECT document_id, sum(amount) AS tax FROM billing_taxtotal WHERE company_id = %(company)s GROUP BY 1) t ON t.document_id = d.id
        WHERE d.company_id = %(company)s AND d.state <> 'draft' AND (coalesce(l.tax, 0) <> d.tax OR coalesce(t.tax, 0) <> d.tax)""",
    ),
    query(
        "tax-per-rate",
        """SELECT 'document', d.uuid, format('%%s %%%% of %%s is not %%s', t.rate, t.base, t.amount) FROM billing_taxtotal t
        JOIN billing_document d ON d.id = t.document_id WHERE t.company_id = %(company)s AND NOT d.prices_include_tax
        AND d.kind <> 'credit_note' AND d.tax_rounding = 'document'
        AND abs(t.amount - t.base * t.rate / 100) > 0.5 * power(10::numeric, -scale(trim_scale(t.amount)))
        AND abs(t.amount - t.base * t.rate / 100) > 0.005""",
    ),
    query(
        "due-is-total",
        f"""SELECT 'document', d.uuid, format('payable %%s, due %%s', {_PAYABLE}, i.amount) FROM billing_document d
        LEFT JOIN (SELECT document_id, sum(amount) AS amount FROM billing_dueitem WHERE company_id = %(company)s GROUP BY 1) i ON i.document_id = d.id
        WHERE d.company_id = %(company)s AND d.state <> 'draft' AND d.kind NOT IN ('quote', 'pro_forma', 'credit_note')
        AND i.amount IS DISTINCT FROM {_PAYABLE}""",
    ),
    query(
        "open-is-total-less-settled",
        f"""SELECT 'document', d.uuid, format('open %%s of %%s, settled %%s', d.open_amount, {_PAYABLE}, {_SETTLED.format(day="'infinity'")})
        FROM billing_document d WHERE d.company_id = %(company)s AND d.state <> 'draft' AND d.kind NOT IN {_OFFERS}
        AND d.open_amount <> {_PAYABLE} - {_SETTLED.format(day="'infinity'")}""",
    ),
    query(
        "issue-is-booked",
        # Materialized: just after an import, before statistics are new, the planner would add up the ledger for each document.
        f"""WITH p AS MATERIALIZED (SELECT e.source, sum(p.amount) AS amount, sum(p.base_amount) AS base FROM billing_entry e
          JOIN billing_posting p ON p.entry_id = e.id JOIN billing_account a ON a.id = p.account_id
          WHERE e.company_id = %(company)s AND e.purpose = 'issue' AND a.purpose = 'receivable' GROUP BY 1)
        SELECT 'document', d.uuid, format('payable %%s, booked %%s', {_PAYABLE}, p.amount) FROM billing_document d
        LEFT JOIN p ON p.source = d.uuid
        WHERE d.company_id = %(company)s AND d.state <> 'draft' AND (
          d.kind IN {_OFFERS} AND p.source IS NOT NULL
          OR d.kind NOT IN {_OFFERS} AND coalesce(p.amount, 0) <> {_SIGN} * {_PAYABLE}
          OR d.kind NOT IN {_OFFERS} AND {_PAYABLE} = d.total AND coalesce(p.base, 0) <> {_SIGN} * d.base_total)""",
    ),
    query(
        "issued-is-kept",
        """SELECT 'document', d.uuid, 'no snapshot' FROM billing_document d LEFT JOIN billing_snapshot s ON s.document_id = d.id
        WHERE d.company_id = %(company)s AND d.state <> 'draft' AND s.id IS NULL""",
    ),
    query(
        "printed-figures",
        """SELECT 'document', d.uuid, format('not found in the PDF: %%s', r.missing) FROM billing_reading r
        JOIN billing_rendition n ON n.id = r.rendition_id JOIN billing_document d ON d.id = n.document_id
        WHERE r.company_id = %(company)s AND jsonb_array_length(r.missing) > 0""",
    ),
    query(
        "pdf-is-read",
        """SELECT 'document', d.uuid, 'the PDF was not read back for a day' FROM billing_rendition n
        JOIN billing_document d ON d.id = n.document_id LEFT JOIN billing_reading r ON r.rendition_id = n.id
        WHERE n.company_id = %(company)s AND r.id IS NULL AND n.rendered_at < now() - interval '1 day'""",
    ),
    recounted,
)

LEDGER: tuple[Check, ...] = (
    query(
        "entry-balances",
        """SELECT 'entry', e.uuid, format('%%s is off by %%s (base %%s)', p.currency, p.amount, p.base) FROM billing_entry e
        JOIN (SELECT entry_id, currency, sum(amount) AS amount, sum(sum(base_amount)) OVER (PARTITION BY entry_id) AS base
          FROM billing_posting WHERE company_id = %(company)s GROUP BY 1, 2) p ON p.entry_id = e.id
        WHERE e.company_id = %(company)s AND (p.amount <> 0 OR p.base <> 0)""",
    ),
    query(
        "entry-has-postings",
        """SELECT 'entry', e.uuid, 'no postings' FROM billing_entry e WHERE e.company_id = %(company)s
        AND NOT EXISTS (SELECT 1 FROM billing_posting p WHERE p.entry_id = e.id)""",
    ),
    query(
        "receivable-is-open",
        f"""SELECT 'client', c.uuid, format('%%s: ledger %%s, documents %%s', x.currency, x.booked, x.open) FROM (
          SELECT client_id, currency, sum(booked) AS booked, sum(open) AS open FROM (
            SELECT p.client_id, p.currency, p.amount AS booked, 0 AS open FROM billing_posting p
            JOIN billing_entry e ON e.id = p.entry_id JOIN billing_account a ON a.id = p.account_id
            WHERE p.company_id = %(company)s AND a.purpose = 'receivable' AND e.booked_on <= %(as_of)s
            UNION ALL
            SELECT d.client_id, d.currency, 0, {_SIGN} * ({_PAYABLE} - {_SETTLED.format(day="%(as_of)s")}) FROM billing_document d
            WHERE d.company_id = %(company)s AND d.state <> 'draft' AND d.kind NOT IN {_OFFERS} AND {_BOOKED_ON} <= %(as_of)s) rows GROUP BY 1, 2) x
        LEFT JOIN clients_client c ON c.id = x.client_id WHERE x.booked <> x.open""",
    ),
    query(
        "settled-in-base",
        f"""SELECT 'document', d.uuid, format('settled %%s of %%s in base currency', s.amount, d.base_total) FROM (
          SELECT document_id, sum(CASE WHEN reverses_id IS NULL THEN base_amount ELSE -base_amount END) AS amount
          FROM billing_settlement WHERE company_id = %(company)s GROUP BY 1) s
        JOIN billing_document d ON d.id = s.document_id
        WHERE d.open_amount = 0 AND {_PAYABLE} = d.total AND s.amount <> d.base_total""",
    ),
    query(
        "clearing-is-empty",
        """SELECT 'account', a.uuid, format('exchange clearing holds %%s', sum(p.base_amount)) FROM billing_posting p
        JOIN billing_account a ON a.id = p.account_id JOIN billing_entry e ON e.id = p.entry_id
        WHERE p.company_id = %(company)s AND a.purpose = 'fx_clearing' AND e.booked_on <= %(as_of)s
        GROUP BY a.id HAVING sum(p.base_amount) <> 0""",
    ),
)

NUMBERING: tuple[Check, ...] = (
    query(
        "numbers-without-gap",
        """SELECT 'series', s.uuid, format('%%s: counter %%s, documents %%s, highest %%s', k.period_key, k.last, count(d.id), max(d.seq))
        FROM billing_counter k JOIN billing_series s ON s.id = k.series_id
        LEFT JOIN billing_document d ON d.series_id = k.series_id AND d.period_key = k.period_key
        LEFT JOIN LATERAL (SELECT coalesce(sum(j.upto - j.after), 0) AS skipped FROM billing_jump j WHERE j.counter_id = k.id) j ON TRUE
        WHERE k.company_id = %(company)s AND NOT s.is_external GROUP BY s.id, k.id, j.skipped
        HAVING count(d.id) + j.skipped <> k.last OR coalesce(max(d.seq), 0) > k.last""",
    ),
    query(
        "dates-run-forward",
        """SELECT 'document', uuid, format('%%s is dated %%s, its predecessor %%s', number, issue_date, before) FROM (
          SELECT uuid, number, issue_date, lag(issue_date) OVER (PARTITION BY series_id, period_key ORDER BY seq) AS before
          FROM billing_document WHERE company_id = %(company)s AND state <> 'draft' AND seq IS NOT NULL) d WHERE issue_date < before""",
    ),
)

CHECKS: tuple[Check, ...] = (*DOCUMENTS, *LEDGER, *NUMBERING, *KINDS)
