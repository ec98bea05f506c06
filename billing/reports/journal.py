"""The ledger as people read it: entries with their postings, and the trial balance of any day."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Document, Entry, Posting
from billing.models.fields import ZERO
from billing.reports.links import link_to
from invoicing_site.models import Company
from invoicing_site.paging import Page, keyset

# What an entry books, by the kind of its source and the purpose: payments' own are named here by strings alone.
FACTS: dict[tuple[str, str], Promise] = {
    ("document", "issue"): _("Issued"),
    ("document", "void"): _("Voided"),
    ("payment", "receive"): _("Payment received"),
    ("payment", "cancel"): _("Payment cancelled"),
    ("allocation", "allocate"): _("Payment applied"),
    ("allocation", "undo"): _("Payment taken back"),
    ("refund", "refund"): _("Refund"),
    ("refund", "undo"): _("Refund undone"),
    ("settlement", "apply"): _("Credit applied"),
    ("settlement", "outside"): _("Settled outside"),
    ("settlement", "refund"): _("Credit paid out"),
    ("settlement", "write_off"): _("Written off"),
    ("settlement", "discount"): _("Early-payment discount"),
    ("settlement", "small_difference"): _("Small difference"),
    ("settlement", "undo"): _("Settlement undone"),
}
SOURCES: tuple[tuple[str, Promise], ...] = (
    ("document", _("Documents")),
    ("payment", _("Payments")),
    ("allocation", _("Applied payments")),
    ("refund", _("Refunds")),
    ("settlement", _("Credit, write-offs, discounts")),
)


@dataclass(frozen=True, slots=True)
class Balance:
    """One account: its balance per currency, on the side where it stands, and Σ base amount, debit positive."""

    account: Any
    debit: list[tuple[str, Decimal]]
    credit: list[tuple[str, Decimal]]
    base: Decimal


def entries(company: Company, wanted: Mapping[str, Any]) -> "QuerySet[Any]":
    """Entries that match cleaned filters: `account` (code), `since`, `until` (booking days, included), `source` (kind)."""
    rows: QuerySet[Any] = Entry.objects.for_company(company)
    if wanted.get("account"):
        touched = Posting.objects.filter(
            entry=OuterRef("pk"), account__company=company, account__code=wanted["account"]
        )
        rows = rows.filter(Exists(touched))
    if wanted.get("since"):
        rows = rows.filter(booked_on__gte=wanted["since"])
    if wanted.get("until"):
        rows = rows.filter(booked_on__lte=wanted["until"])
    if wanted.get("source"):
        rows = rows.filter(source_kind=wanted["source"])
    return rows


def journal(company: Company, rows: "QuerySet[Any]", cursors: Mapping[str, str]) -> Page[Any]:
    """A page of entries, newest booking day first, each with what it says and where its source is; three statements."""
    postings = Posting.objects.select_related("account", "client").order_by("id")
    page = keyset(rows.prefetch_related(Prefetch("postings", postings)), cursors, "-booked_on", "-id")
    numbers = _numbers(company, [row.source for row in page if row.source_kind == "document"])
    for row in page:
        row.fact = str(FACTS.get((row.source_kind, row.purpose), f"{row.source_kind} {row.purpose}"))
        row.number = numbers.get(row.source, "")
        row.url = link_to(company, row.source_kind, str(row.source))
        row.parts = sorted(row.postings.all(), key=lambda part: (part.amount or part.base_amount) < 0)
        for part in row.parts:
            part.credit, part.base_credit = -part.amount, -part.base_amount
            part.on_credit = (part.amount or part.base_amount) < 0
        row.client = next((part.client for part in row.parts if part.client_id), None)
    return page


def _numbers(company: Company, sources: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = Document.objects.for_company(company).filter(uuid__in=sources)
    return dict(rows.values_list("uuid", "number"))


def trial_balance(company: Company, day: dt.date) -> list[Balance]:
    """Every account that was ever posted to up to and with `day` (booking days); two statements."""
    rows = Posting.objects.for_company(company).filter(entry__booked_on__lte=day).order_by("account", "currency")
    found: dict[int, list[Any]] = {}
    for row in rows.values("account", "currency").annotate(amount=Sum("amount"), base=Sum("base_amount")):
        found.setdefault(row["account"], []).append(row)
    accounts = Account.objects.for_company(company).order_by("code")
    return [_balance(account, found[account.pk]) for account in accounts if account.pk in found]


def _balance(account: Any, sums: list[Any]) -> Balance:
    debit = [(row["currency"], row["amount"]) for row in sums if row["amount"] > 0]
    credit = [(row["currency"], -row["amount"]) for row in sums if row["amount"] < 0]
    return Balance(account, debit, credit, sum((row["base"] for row in sums), ZERO))


def footing(balances: list[Balance]) -> tuple[dict[str, Decimal], dict[str, Decimal], Decimal]:
    """Σ debit and Σ credit per currency, and Σ base: the first two alike and the last 0 in books that balance."""
    debit: dict[str, Decimal] = {}
    credit: dict[str, Decimal] = {}
    for row in balances:
        for total, side in ((debit, row.debit), (credit, row.credit)):
            for currency, amount in side:
                total[currency] = total.get(currency, ZERO) + amount
    return dict(sorted(debit.items())), dict(sorted(credit.items())), sum((row.base for row in balances), ZERO)
