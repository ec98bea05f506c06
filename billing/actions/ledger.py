"""Booking a fact: one entry and its postings. Called inside the verb whose fact it is."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal

from billing.models import Account, Entry, Posting
from billing.models.ledger import Purpose
from billing.rules.posting import Line
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company


def book(
    company: Company,
    source: tuple[str, uuid.UUID],
    purpose: str,
    lines: Sequence[Line],
    *,
    client_id: int,
    booked_on: dt.date,
    value_on: dt.date,
    rate: Decimal = Decimal(1),
) -> Entry | None:
    """Write an entry for `source` (kind, uuid) and `purpose`; nothing for no lines. Three statements.

    `booked_on` must lie in open books: the caller holds the period. `rate` is base currency for one unit of the source's. The database
    refuses a second entry of the same source and purpose, and one that does not balance. Raises document.no_account.
    """
    if not lines:
        return None
    accounts = {account.purpose: account for account in Account.objects.for_company(company).exclude(purpose=None)}
    entry = Entry.objects.create(
        company=company,
        source_kind=source[0],
        source=source[1],
        purpose=purpose,
        booked_on=booked_on,
        value_on=value_on,
        rate=rate,
    )
    rows = []
    for line in lines:
        purpose = Purpose.TAX.value if line.target.kind == "tax" else line.target.key
        if purpose not in accounts:
            raise BusinessError("document.no_account", purpose=Purpose(purpose).label)
        rows.append(
            Posting(
                company=company,
                entry=entry,
                account=accounts[purpose],
                client_id=client_id if line.client else None,
                currency=line.currency,
                amount=line.amount,
                base_amount=line.base,
            )
        )
    Posting.objects.bulk_create(rows)
    return entry


def reverse(
    company: Company, original: tuple[str, uuid.UUID, str], source: tuple[str, uuid.UUID], purpose: str, *, on: dt.date
) -> Entry | None:
    """Book the inverse of the entry `original` (kind, source, purpose) on the day `on`; nothing where nothing was booked."""
    entry = Entry.objects.filter(company=company, source=original[1], purpose=original[2]).first()
    if entry is None:
        return None
    inverse = Entry.objects.create(
        company=company,
        source_kind=source[0],
        source=source[1],
        purpose=purpose,
        booked_on=on,
        value_on=on,
        rate=entry.rate,
    )
    Posting.objects.bulk_create(
        Posting(
            company=company,
            entry=inverse,
            account_id=row.account_id,
            client_id=row.client_id,
            currency=row.currency,
            amount=-row.amount,
            base_amount=-row.base_amount,
        )
        for row in Posting.objects.filter(entry=entry)
    )
    return inverse
