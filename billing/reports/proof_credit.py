"""What must add up between documents and what corrects or gives them up, each as one query that returns nothing (FAULTS I3, I7)."""

from invoicing_site.proof import Check, query

_NOTE = "d.kind = 'credit_note' AND d.state = 'issued'"
# What was billed of a line or taken by a note's, in the terms of the document's prices.
_AMOUNT = """l.net + CASE WHEN d.prices_include_tax
  THEN coalesce((SELECT sum(t.amount) FROM billing_linetax t WHERE t.line_id = l.id), 0) ELSE 0 END"""
_BOOKED = "('write_off', 'outside', 'refund', 'discount', 'small_difference')"

CHECKS: tuple[Check, ...] = (
    query(
        "credited-is-notes",
        f"""SELECT 'document', o.uuid, format('credited %%s, notes %%s', o.credited, coalesce(n.total, 0)) FROM billing_document o
        LEFT JOIN (SELECT d.corrects_id, sum(d.total) AS total FROM billing_document d
          WHERE d.company_id = %(company)s AND {_NOTE} GROUP BY 1) n ON n.corrects_id = o.id
        WHERE o.company_id = %(company)s AND o.credited <> coalesce(n.total, 0)""",
    ),
    query(
        "credit-within-line",
        f"""WITH notes AS MATERIALIZED (SELECT l.corrects_id, d.corrects_id AS document, d.uuid, {_AMOUNT} AS amount
          FROM billing_line l JOIN billing_document d ON d.id = l.document_id WHERE d.company_id = %(company)s AND {_NOTE})
        SELECT 'document', max(n.uuid::text)::uuid, format('line %%s: billed %%s, credited %%s', n.corrects_id, max(b.amount), sum(n.amount))
        FROM notes n LEFT JOIN LATERAL (SELECT {_AMOUNT} AS amount FROM billing_line l JOIN billing_document d ON d.id = l.document_id
          WHERE l.id = n.corrects_id AND l.document_id = n.document) b ON TRUE
        GROUP BY n.document, n.corrects_id
        HAVING max(b.amount) IS NULL OR sum(n.amount) NOT BETWEEN least(max(b.amount), 0) AND greatest(max(b.amount), 0)""",
    ),
    query(
        "credit-within-rate",
        f"""WITH notes AS MATERIALIZED (SELECT d.corrects_id, t.tax_code_id, t.rate, sum(t.base) AS base, sum(t.amount) AS amount
          FROM billing_taxtotal t JOIN billing_document d ON d.id = t.document_id
          WHERE d.company_id = %(company)s AND {_NOTE} GROUP BY 1, 2, 3)
        SELECT 'document', o.uuid, format('%%s: tax billed %%s, credited %%s', n.rate, b.amount, n.amount) FROM notes n
        JOIN billing_document o ON o.id = n.corrects_id LEFT JOIN billing_taxtotal b ON b.document_id = o.id
          AND b.tax_code_id IS NOT DISTINCT FROM n.tax_code_id AND b.rate = n.rate
        WHERE b.id IS NULL OR n.amount NOT BETWEEN least(b.amount, 0) AND greatest(b.amount, 0)
        OR n.base NOT BETWEEN least(b.base, 0) AND greatest(b.base, 0)""",
    ),
    query(
        "credit-is-in-pairs",
        """SELECT 'document', d.uuid, format('%%s %%s has no equal on the other side', s.kind, s.amount) FROM billing_settlement s
        JOIN billing_document d ON d.id = s.document_id
        LEFT JOIN billing_settlement o ON o.id = s.counterpart_id OR o.counterpart_id = s.id LEFT JOIN billing_document e ON e.id = o.document_id
        WHERE s.company_id = %(company)s AND s.kind IN ('credit', 'applied') AND (o.id IS NULL OR o.kind = s.kind OR o.amount <> s.amount
          OR e.client_id <> d.client_id OR e.currency <> d.currency OR (o.reverses_id IS NULL) <> (s.reverses_id IS NULL)
          OR (d.kind = 'credit_note') <> (s.kind = 'applied'))""",
    ),
    query(
        "written-off-is-settled",
        """SELECT 'document', d.uuid, format('written off %%s, settled %%s', d.written_off, coalesce(s.amount, 0)) FROM billing_document d
        LEFT JOIN (SELECT document_id, sum(CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END) AS amount FROM billing_settlement
          WHERE company_id = %(company)s AND kind = 'write_off' GROUP BY 1) s ON s.document_id = d.id
        WHERE d.company_id = %(company)s AND d.written_off <> coalesce(s.amount, 0)""",
    ),
    query(
        "settlement-is-booked",
        f"""WITH p AS MATERIALIZED (SELECT e.source, sum(p.amount) AS amount FROM billing_entry e JOIN billing_posting p ON p.entry_id = e.id
          JOIN billing_account a ON a.id = p.account_id WHERE e.company_id = %(company)s AND e.source_kind = 'settlement'
          AND a.purpose = 'receivable' GROUP BY 1)
        SELECT 'document', d.uuid, format('%%s %%s, booked %%s', s.kind, s.amount, coalesce(p.amount, 0)) FROM billing_settlement s
        JOIN billing_document d ON d.id = s.document_id LEFT JOIN p ON p.source = s.uuid
        WHERE s.company_id = %(company)s AND s.kind IN {_BOOKED} AND coalesce(p.amount, 0)
          <> s.amount * CASE WHEN (d.kind = 'credit_note') = (s.reverses_id IS NULL) THEN 1 ELSE -1 END""",
    ),
)
