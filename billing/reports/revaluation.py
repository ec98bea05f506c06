"""What is open in foreign currencies, valued at a day's closing rates against what the books hold: unrealised gains and losses.

Every figure is signed as in the ledger, debit positive, so a receivable is above zero, client credit and credit notes below, and a
difference above zero is a gain. Nothing is booked.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q, Sum

from billing.models import ExchangeRate, Posting
from billing.models.ledger import Purpose
from billing.reports.rates import is_stale
from invoicing_site.models import Company
from invoicing_site.money import ZERO, convert, quantum

# What a document holds on a day: what its issue put on the receivables account, less what was settled. A note stands on the other side.
_OPEN = """
WITH issued AS (
  SELECT e.source, sum(p.amount) AS amount, sum(p.base_amount) AS base FROM billing_entry e
  JOIN billing_posting p ON p.entry_id = e.id JOIN billing_account a ON a.id = p.account_id
  WHERE e.company_id = %(company)s AND e.purpose = 'issue' AND a.purpose = 'receivable' AND e.booked_on <= %(day)s
    AND p.currency <> %(base)s GROUP BY 1),
settled AS (
  SELECT s.document_id, sum(CASE WHEN s.reverses_id IS NULL THEN s.amount ELSE -s.amount END) AS amount,
    sum(CASE WHEN s.reverses_id IS NULL THEN s.base_amount ELSE -s.base_amount END) AS base
  FROM billing_settlement s WHERE s.company_id = %(company)s AND s.settled_on <= %(day)s AND s.currency <> %(base)s GROUP BY 1),
held AS (
  SELECT d.uuid, d.number, d.kind, d.issue_date, d.client_id, d.currency,
    i.amount - sign(i.amount) * coalesce(s.amount, 0) AS amount, i.base - sign(i.amount) * coalesce(s.base, 0) AS base
  FROM billing_document d JOIN issued i ON i.source = d.uuid LEFT JOIN settled s ON s.document_id = d.id
  WHERE d.company_id = %(company)s)
SELECT h.uuid, h.number, h.issue_date, c.uuid, c.name, h.currency, h.amount, h.base FROM held h
JOIN clients_client c ON c.id = h.client_id WHERE h.amount <> 0 OR h.base <> 0
ORDER BY h.currency, c.sort_name, c.id, h.issue_date, h.number"""


class Position(NamedTuple):
    """An open document, or a client's unapplied credit (no `document`). `value` and `difference` are None without a rate."""

    client: uuid.UUID
    name: str
    document: uuid.UUID | None
    number: str
    issued_on: dt.date | None
    currency: str
    amount: Decimal
    base: Decimal
    value: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.value is None else self.value - self.base


@dataclass(frozen=True, slots=True)
class Valued:
    """One currency: its closing `rate` (the last on or before the day), its positions, their sums, and what the ledger says."""

    currency: str
    rate: Any | None
    stale: bool
    positions: list[Position]
    amount: Decimal
    base: Decimal
    value: Decimal | None
    ledger: tuple[Decimal, Decimal]

    @property
    def difference(self) -> Decimal | None:
        return None if self.value is None else self.value - self.base

    @property
    def ties(self) -> bool:
        """Whether the positions are what the receivables and client credit accounts hold, in both currencies."""
        return (self.amount, self.base) == self.ledger

    def clients(self) -> list[tuple[uuid.UUID, str, Decimal, Decimal, Decimal | None]]:
        """Amount, booked and unrealised difference per client, in the order of the positions."""
        found: dict[uuid.UUID, list[Position]] = {}
        for position in self.positions:
            found.setdefault(position.client, []).append(position)
        return [
            (
                key,
                rows[0].name,
                sum((row.amount for row in rows), ZERO),
                sum((row.base for row in rows), ZERO),
                _sum(row.difference for row in rows),
            )
            for key, rows in found.items()
        ]


def revaluation(company: Company, day: dt.date) -> list[Valued]:
    """Open receivables and unapplied client credit on `day` per foreign currency, by code; four statements however many there are."""
    rates = {row.currency: row for row in _closing(company, day)}
    positions: dict[str, list[Position]] = {}
    for row in (*_documents(company, day), *_credits(company, day)):
        rate = rates.get(row.currency)
        value = convert(row.amount, rate.rate, company.currency) if rate else None
        base = row.base.quantize(quantum(company.currency))
        amount = row.amount.quantize(quantum(row.currency))
        positions.setdefault(row.currency, []).append(row._replace(amount=amount, base=base, value=value))
    ledger = _ledger(company, day)
    found = []
    for currency in sorted({*positions, *(code for code, held in ledger.items() if any(held))}):
        rows, rate = positions.get(currency, []), rates.get(currency)
        found.append(
            Valued(
                currency,
                rate,
                rate is not None and is_stale(rate.rate_date, day),
                rows,
                sum((row.amount for row in rows), ZERO),
                sum((row.base for row in rows), ZERO),
                _sum(row.value for row in rows),
                ledger.get(currency, (ZERO, ZERO)),
            )
        )
    return found


def totals(valued: list[Valued]) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """Booked, valued and unrealised in base currency over all currencies; None where a rate is missing."""
    value = _sum(row.value for row in valued)
    base = sum((row.base for row in valued), ZERO)
    return base, value, None if value is None else value - base


def _sum(values: Iterator[Decimal | None]) -> Decimal | None:
    total = ZERO
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _closing(company: Company, day: dt.date) -> Any:
    rows = ExchangeRate.objects.for_company(company).filter(rate_date__lte=day)
    return rows.order_by("currency", "-rate_date").distinct("currency")


def _documents(company: Company, day: dt.date) -> Iterator[Position]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"company": company.pk, "day": day, "base": company.currency})
        for document, number, issued_on, client, name, currency, amount, base in cursor.fetchall():
            yield Position(client, name, document, number, issued_on, currency, amount, base, None)


def _credits(company: Company, day: dt.date) -> Iterator[Position]:
    """What clients paid and is not applied, from its ledger account: payments themselves are known upstairs."""
    rows = _postings(company, day, Purpose.CLIENT_CREDIT).values("client__uuid", "client__name", "currency")
    held = rows.annotate(held=Sum("amount"), base=Sum("base_amount")).filter(~Q(held=0) | ~Q(base=0))
    for row in held.order_by("currency", F("client__sort_name"), "client__uuid"):
        yield Position(
            row["client__uuid"], row["client__name"], None, "", None, row["currency"], row["held"], row["base"], None
        )


def _postings(company: Company, day: dt.date, *purposes: Purpose) -> Any:
    rows = Posting.objects.for_company(company).filter(account__purpose__in=purposes, entry__booked_on__lte=day)
    return rows.exclude(currency=company.currency).order_by()


def _ledger(company: Company, day: dt.date) -> dict[str, tuple[Decimal, Decimal]]:
    rows = _postings(company, day, Purpose.RECEIVABLE, Purpose.CLIENT_CREDIT).values("currency")
    return {
        row["currency"]: (row["held"], row["base"])
        for row in rows.annotate(held=Sum("amount"), base=Sum("base_amount"))
    }
