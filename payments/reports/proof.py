"""What must add up in payments: uses against amounts, and unapplied credit against its ledger account (FAULTS I3, I4)."""

from invoicing_site.proof import Check, query

_BOOKED = "EXISTS (SELECT 1 FROM billing_entry e WHERE e.source = {source} AND e.purpose = '{purpose}' AND e.booked_on <= %(as_of)s)"

CHECKS: tuple[Check, ...] = (
    query(
        "unapplied-is-amount-less-uses",
        """SELECT 'payment', p.uuid, format('unapplied %%s of %%s, used %%s', p.unapplied, p.amount, u.used) FROM payments_payment p
        JOIN LATERAL (SELECT coalesce(sum(used), 0) AS used FROM (
          SELECT CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END AS used FROM payments_allocation WHERE payment_id = p.id
          UNION ALL
          SELECT CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END FROM payments_refund WHERE payment_id = p.id) uses) u ON TRUE
        WHERE p.company_id = %(company)s AND p.unapplied <> p.amount - u.used""",
    ),
    query(
        "allocation-is-settlement",
        """SELECT 'document', d.uuid, format('settled %%s, allocated %%s', s.amount, a.amount) FROM billing_settlement s
        JOIN billing_document d ON d.id = s.document_id LEFT JOIN payments_allocation a ON a.settlement_id = s.id
        LEFT JOIN payments_payment p ON p.id = a.payment_id
        WHERE s.company_id = %(company)s AND s.kind = 'payment'
        AND (a.id IS NULL OR p.client_id <> d.client_id OR p.currency = d.currency AND a.amount <> s.amount)""",
    ),
    query(
        "payment-is-booked",
        # Materialized for the reason issue-is-booked gives.
        """WITH b AS MATERIALIZED (SELECT e.source, sum(o.amount) AS amount FROM billing_entry e JOIN billing_posting o ON o.entry_id = e.id
          JOIN billing_account a ON a.id = o.account_id WHERE e.company_id = %(company)s AND e.purpose = 'receive'
          AND a.purpose = 'client_credit' GROUP BY 1)
        SELECT 'payment', p.uuid, format('received %%s, booked %%s', p.amount, b.amount) FROM payments_payment p
        LEFT JOIN b ON b.source = p.uuid
        WHERE p.company_id = %(company)s AND b.amount IS DISTINCT FROM -p.amount""",
    ),
    query(
        "credit-is-unapplied",
        f"""SELECT 'client', c.uuid, format('%%s: ledger %%s, payments %%s', x.currency, -x.booked, x.unapplied) FROM (
          SELECT client_id, currency, sum(booked) AS booked, sum(unapplied) AS unapplied FROM (
            SELECT o.client_id, o.currency, o.amount AS booked, 0 AS unapplied FROM billing_posting o
            JOIN billing_entry e ON e.id = o.entry_id JOIN billing_account a ON a.id = o.account_id
            WHERE o.company_id = %(company)s AND a.purpose = 'client_credit' AND e.booked_on <= %(as_of)s
            UNION ALL
            SELECT client_id, currency, 0, amount FROM payments_payment p
            WHERE company_id = %(company)s AND {_BOOKED.format(source="p.uuid", purpose="receive")}
              AND NOT {_BOOKED.format(source="p.uuid", purpose="cancel")}
            UNION ALL
            SELECT p.client_id, p.currency, 0, CASE WHEN a.reverses_id IS NULL THEN -a.amount ELSE a.amount END
            FROM payments_allocation a JOIN payments_payment p ON p.id = a.payment_id
            WHERE a.company_id = %(company)s AND a.allocated_on <= %(as_of)s
            UNION ALL
            SELECT p.client_id, p.currency, 0, CASE WHEN r.reverses_id IS NULL THEN -r.amount ELSE r.amount END
            FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
            WHERE r.company_id = %(company)s AND ({_BOOKED.format(source="r.uuid", purpose="refund")}
              OR {_BOOKED.format(source="r.uuid", purpose="undo")})) rows GROUP BY 1, 2) x
        LEFT JOIN clients_client c ON c.id = x.client_id WHERE x.booked <> -x.unapplied""",
    ),
)
