"""Payments as the lists read them: filtered, with what was given back, and their totals per currency."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext

from billing.models.fields import money_column
from clients.models import Client
from invoicing_site.models import Company
from payments.models import Payment, Refund
from payments.states import PaymentState

NOTHING = Value(Decimal(0), output_field=money_column())


@dataclass(frozen=True, slots=True)
class Total:
    """Payments of one currency together; cancelled ones do not count."""

    currency: str
    amount: Decimal
    unapplied: Decimal
    payments: int


def with_refunds(rows: Any) -> "QuerySet[Any]":
    """Each payment with `refunded`: what was given back and has not bounced."""
    signed = Case(When(reverses=None, then=F("amount")), default=-F("amount"), output_field=money_column())
    given = Refund.objects.filter(payment=OuterRef("pk")).order_by().values("payment").annotate(sum=Sum(signed))
    found: QuerySet[Any] = rows.annotate(
        refunded=Coalesce(Subquery(given.values("sum"), output_field=money_column()), NOTHING)
    )
    return found


def standing(payment: Any) -> tuple[str, str]:
    """What became of a payment `with_refunds`, and the tone of its badge."""
    if payment.state == PaymentState.CANCELLED:
        return gettext("Cancelled"), "neutral"
    if payment.refunded == payment.amount:
        return gettext("Refunded"), "neutral"
    if payment.unapplied == payment.amount:
        return gettext("Unapplied"), "warn"
    return (gettext("Partly applied"), "info") if payment.unapplied else (gettext("Applied"), "good")


def filtered(company: Company, wanted: Mapping[str, Any]) -> "QuerySet[Any]":
    """The company's payments that match cleaned filters; `q` is part of the reference, `client` a uuid or a search."""
    rows: QuerySet[Any] = Payment.objects.for_company(company)
    if wanted.get("q"):
        rows = rows.annotate(upper=Upper("reference")).filter(upper__contains=wanted["q"].strip().upper())
    if wanted.get("client"):
        rows = rows.filter(client__in=_clients(company, wanted["client"]))
    if wanted.get("method"):
        rows = rows.filter(method=wanted["method"])
    if wanted.get("since"):
        rows = rows.filter(received_on__gte=wanted["since"])
    if wanted.get("until"):
        rows = rows.filter(received_on__lte=wanted["until"])
    if wanted.get("unapplied"):
        rows = rows.filter(unapplied__gt=0, state=PaymentState.RECEIVED)
    return rows


def _clients(company: Company, wanted: str) -> "QuerySet[Any]":
    clients = Client.objects.for_company(company)
    try:
        found: QuerySet[Any] = clients.filter(uuid=uuid.UUID(wanted))
    except ValueError:
        found = clients.search(wanted)
    return found.values("pk")


def totals(rows: "QuerySet[Any]") -> list[Total]:
    """Sums per currency, one statement; `rows` unordered or not."""
    sums = rows.filter(~Q(state=PaymentState.CANCELLED)).order_by("currency").values("currency")
    found = sums.annotate(received=Sum("amount"), credit=Sum("unapplied"), payments=Count("pk"))
    return [Total(row["currency"], row["received"], row["credit"], row["payments"]) for row in found]
