"""What must add up of offers and deposits, each as one query that returns nothing (docs/adr/0019)."""

from invoicing_site.proof import Check, query

KINDS: tuple[Check, ...] = (
    query(
        "prepaid-is-deposits",
        """SELECT 'document', d.uuid, format('prepaid %%s, deposits %%s', d.prepaid, coalesce(u.total, 0)) FROM billing_document d
        LEFT JOIN (SELECT u.document_id, sum(p.total) AS total FROM billing_deposituse u JOIN billing_document p ON p.id = u.deposit_id
          WHERE u.company_id = %(company)s AND u.is_live GROUP BY 1) u ON u.document_id = d.id
        WHERE d.company_id = %(company)s AND d.state = 'issued' AND d.kind = 'invoice' AND d.prepaid <> coalesce(u.total, 0)""",
    ),
    query(
        "deposits-are-unused",
        """SELECT 'client', c.uuid, format('%%s: ledger %%s, unused deposits %%s', x.currency, x.booked, x.unused) FROM (
          SELECT client_id, currency, sum(booked) AS booked, sum(unused) AS unused FROM (
            SELECT d.client_id, p.currency, -p.amount AS booked, 0 AS unused FROM billing_posting p
            JOIN billing_entry e ON e.id = p.entry_id JOIN billing_account a ON a.id = p.account_id
            JOIN billing_document d ON d.uuid = e.source
            WHERE p.company_id = %(company)s AND a.purpose = 'deposits' AND e.booked_on <= %(as_of)s
            UNION ALL
            SELECT d.client_id, d.currency, 0, CASE d.kind WHEN 'credit_note' THEN -d.net ELSE d.net END FROM billing_document d
            LEFT JOIN billing_document o ON o.id = d.corrects_id
            WHERE d.company_id = %(company)s AND d.state = 'issued' AND d.issue_date <= %(as_of)s
            AND (d.kind = 'deposit_invoice' OR d.kind = 'credit_note' AND o.kind = 'deposit_invoice')
            AND NOT EXISTS (SELECT 1 FROM billing_deposituse u JOIN billing_document f ON f.id = u.document_id
              WHERE u.deposit_id = d.id AND u.is_live AND f.state = 'issued' AND f.issue_date <= %(as_of)s)) rows GROUP BY 1, 2) x
        LEFT JOIN clients_client c ON c.id = x.client_id WHERE x.booked <> x.unused""",
    ),
    query(
        "answers-are-of-offers",
        """SELECT 'document', d.uuid, format('%%s answers, the last is number %%s', count(*), max(a.place)) FROM billing_offeranswer a
        JOIN billing_document d ON d.id = a.document_id WHERE a.company_id = %(company)s
        GROUP BY d.id HAVING count(*) <> max(a.place) OR d.kind NOT IN ('quote', 'pro_forma')""",
    ),
)
