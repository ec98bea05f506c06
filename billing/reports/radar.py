"""Issued documents that look like a draft (SPEC B5): found by the client's index, judged by billing/rules/radar.py."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Replace, Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Dismissal, Document
from billing.rules.radar import AMOUNT, FAR, ORDER, SUPPLY, Paper, order_of, reasons
from billing.states import DocumentState, Kind

MOST = 5
# What asks for money anew; a credit note is bounded by what it corrects, an opening balance is nobody's bill.
WATCHED = (Kind.INVOICE.value, Kind.DEPOSIT.value, Kind.DEBIT_NOTE.value)
WORDS: dict[str, str | Promise] = {
    AMOUNT: _("same amount within 30 days"),
    ORDER: _("same purchase order"),
    SUPPLY: _("same amount for the same days of supply"),
}
PAYABLE = F("total") - F("prepaid") - F("withheld") + F("rounding")


class Twin(NamedTuple):
    """An issued document that looks like the draft, and why."""

    document: Document
    reasons: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return [str(WORDS[reason]) for reason in self.reasons]


def twins(draft: Mapping[str, Any], today: dt.date) -> list[Twin]:
    """Those nobody dismissed, newest first, at most five. `draft` is the document's row, `today` its date if it has none. One query.

    Documents it replaces, corrects or follows are none, nor those a credit note took whole.
    """
    if draft["kind"] not in WATCHED:
        return []
    one = _paper(draft, today)
    order = order_of(one.purchase_order)
    alike = Q(asked=one.payable) | (Q(ordered=order) if order else Q(pk__in=()))
    rows = (
        Document.objects.filter(company=draft["company_id"], client=draft["client_id"], state=DocumentState.ISSUED)
        .filter(
            kind=draft["kind"], currency=one.currency, issue_date__range=(one.issue_date - FAR, one.issue_date + FAR)
        )
        .exclude(pk__in=[key for key in (draft[name] for name in ("replaces_id", "corrects_id", "follows_id")) if key])
        .exclude(credited__gt=0, credited__gte=F("total"))
        .alias(asked=PAYABLE, ordered=Upper(Replace("purchase_order", Value(" "), Value(""))))
        .filter(alike)
        .filter(~Exists(Dismissal.objects.filter(document=draft["id"], candidate=OuterRef("pk"))))
        .order_by("-issue_date", "-id")
    )
    found = [Twin(row, reasons(one, _paper(vars(row), today))) for row in rows[: 4 * MOST]]
    return [twin for twin in found if twin.reasons][:MOST]


def _paper(row: Mapping[str, Any], today: dt.date) -> Paper:
    payable = sum((sign * Decimal(row[name]) for name, sign in _SIGNS.items()), Decimal(0))
    return Paper(
        payable,
        row["currency"],
        row["purchase_order"],
        _day(row["issue_date"]) or today,
        _day(row["supply_from"]),
        _day(row["supply_to"]),
    )


_SIGNS = {"total": 1, "prepaid": -1, "withheld": -1, "rounding": 1}


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
