"""What must add up between a payment provider and the books, per currency and one by one (FAULTS 37, I4)."""

from invoicing_site.proof import Check, query

CHECKS: tuple[Check, ...] = (
    query(
        "gateway-is-online",
        # By the day asked for: a payment by its entry, a refund by its own and, if it came back, by its inverse's.
        """SELECT 'company', c.uuid, format('%%s: ledger %%s, provider %%s', x.currency, x.booked, x.online) FROM (
          SELECT currency, sum(booked) AS booked, sum(online) AS online FROM (
            SELECT o.currency, o.amount AS booked, 0 AS online FROM billing_posting o
            JOIN billing_entry e ON e.id = o.entry_id JOIN billing_account a ON a.id = o.account_id
            WHERE o.company_id = %(company)s AND a.purpose = 'gateway' AND e.booked_on <= %(as_of)s
            UNION ALL
            SELECT t.currency, 0, t.amount FROM payments_attempt t JOIN payments_payment p ON p.id = t.payment_id
            JOIN billing_entry e ON e.source = p.uuid AND e.purpose = 'receive' AND e.booked_on <= %(as_of)s
            WHERE t.company_id = %(company)s AND t.state = 'succeeded'
            UNION ALL
            SELECT r.currency, 0, CASE WHEN r.reverses_id IS NULL THEN -o.amount ELSE o.amount END
            FROM payments_refundorder o JOIN payments_refund r ON r.id = o.refund_id OR r.reverses_id = o.refund_id
            JOIN billing_entry e ON e.source = r.uuid AND e.booked_on <= %(as_of)s
            WHERE o.company_id = %(company)s) rows GROUP BY 1) x
        JOIN invoicing_site_company c ON c.id = %(company)s WHERE x.booked <> x.online""",
    ),
    query(
        "attempt-is-payment",
        """SELECT 'payment', p.uuid, format('attempt %%s %%s, payment %%s %%s', t.amount, t.currency, p.amount, p.currency)
        FROM payments_payment p LEFT JOIN payments_attempt t ON t.payment_id = p.id
        WHERE p.company_id = %(company)s AND (t.id IS NULL AND p.method = 'online' OR t.id IS NOT NULL AND
          (p.method <> 'online' OR p.state <> 'received' OR t.state <> 'succeeded' OR p.amount <> t.amount
           OR p.currency <> t.currency OR p.client_id <> t.client_id))""",
    ),
    query(
        "order-is-refund",
        """SELECT 'payment', p.uuid, format('order %%s %%s, refund %%s', o.amount, o.state, r.amount) FROM payments_refundorder o
        JOIN payments_attempt t ON t.id = o.attempt_id JOIN payments_payment p ON p.id = t.payment_id
        LEFT JOIN payments_refund r ON r.id = o.refund_id
        WHERE o.company_id = %(company)s AND (
          (o.state = 'succeeded') <> (r.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payments_refund u WHERE u.reverses_id = r.id))
          OR r.amount <> o.amount OR r.currency <> o.currency OR r.payment_id <> p.id)
        UNION ALL
        SELECT 'payment', p.uuid, format('refund %%s without an order', r.amount) FROM payments_refund r
        JOIN payments_payment p ON p.id = r.payment_id LEFT JOIN payments_refundorder o ON o.refund_id = r.id
        WHERE r.company_id = %(company)s AND r.method = 'online' AND r.reverses_id IS NULL AND o.id IS NULL""",
    ),
    query(
        "online-is-finished",
        # A delayed debit may be on its way for two weeks, and so may a refund to a bank account.
        """SELECT 'attempt', t.uuid, format('%%s %%s, %%s since %%s', t.amount, t.currency, t.state, t.created_at::date)
        FROM payments_attempt t WHERE t.company_id = %(company)s
        AND (t.state IN ('created', 'open', 'unknown') AND t.created_at < %(as_of)s::date - 3
          OR t.state = 'processing' AND t.created_at < %(as_of)s::date - 14)
        UNION ALL
        SELECT 'payment', p.uuid, format('refund of %%s %%s, %%s since %%s', o.amount, o.currency, o.state, o.created_at::date)
        FROM payments_refundorder o JOIN payments_attempt t ON t.id = o.attempt_id JOIN payments_payment p ON p.id = t.payment_id
        WHERE o.company_id = %(company)s AND (o.state IN ('created', 'unknown') AND o.created_at < %(as_of)s::date - 3
          OR o.state = 'pending' AND o.created_at < %(as_of)s::date - 14)""",
    ),
)
