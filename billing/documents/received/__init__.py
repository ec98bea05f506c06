"""E-invoices of others: scanned before they are parsed, read in a process of their own (docs/adr/0012-e-invoice.md)."""
