"""Verbs on exchange rates. A document keeps the rate it was issued with, so entering one never changes a document."""

import datetime as dt
import uuid
from decimal import Decimal

from django.conf import settings

from billing.models import ExchangeRate
from billing.reports.rates import nearest
from billing.rules.rates import is_doubtful, off
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.money import minor_unit
from invoicing_site.validation import check_fields


@action
def enter_rate(
    *,
    company_id: int,
    currency: str,
    rate_date: dt.date,
    rate: Decimal,
    source: str,
    accept: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> ExchangeRate:
    """Say what one unit of `currency` was worth in the company's base currency on `rate_date`, by whose word (`source`).

    A rate entered or imported before for that day is replaced; its history stays. Up to ten decimals; not for days to come
    (company's zone). A rate out of band (docs/adr/0017-exchange-rates.md) is refused unless `accept`, which needs a `reason`;
    history keeps it. Locks the company. Raises at the field: currency.unknown, fx.own, fx.future, fx.positive,
    fx.out_of_band, rates.reason, field.invalid. Publishes exchange_rate.entered.
    """
    if accept and not reason.strip():
        raise BusinessError("rates.reason", "reason")
    company = lock_row(Company.objects.filter(pk=company_id))
    minor_unit(currency)
    if currency == company.currency:
        raise BusinessError("fx.own", "currency")
    if rate_date > local_date(at, company.time_zone):
        raise BusinessError("fx.future", "rate_date")
    rows = ExchangeRate.objects.for_company(company).filter(currency=currency, rate_date=rate_date)
    row = rows.first() or ExchangeRate(company=company, currency=currency, rate_date=rate_date)
    fresh = (row.rate, row.source) != (rate, source.strip())
    row.rate, row.source, row.imported, row.derivation = rate, source.strip(), False, ""
    check_fields(row)
    if rate <= 0:
        raise BusinessError("fx.positive", "rate")
    if not accept:
        _believe(company, row)
    if fresh:
        row.save()
        data = {"currency": currency, "day": rate_date.isoformat(), "rate": str(rate)}
        subject = ("exchange_rate", row.uuid)
        publish("exchange_rate.entered", company=company, subject=subject, data=data, actor=actor, at=at)
    return row


def _believe(company: Company, row: ExchangeRate) -> None:
    """Refuse a rate out of band of the nearest day's."""
    known = nearest(company, row.currency, row.rate_date)
    if known is not None and is_doubtful(row.rate, known.rate, Decimal(settings.RATES_BAND_PERCENT)):
        away = off(row.rate, known.rate).quantize(Decimal("0.1"))
        raise BusinessError("fx.out_of_band", "rate", known=known.rate.normalize(), day=known.day, percent=away)


@action
def remove_rate(
    *, company_id: int, rate_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Take back a rate entered by mistake; documents issued with it keep it.

    Locks the row. Raises not_found. Publishes exchange_rate.removed.
    """
    rows = ExchangeRate.objects.filter(company_id=company_id, uuid=rate_uuid).select_related("company")
    row: ExchangeRate = lock_row(rows)
    data = {"currency": row.currency, "day": row.rate_date.isoformat()}
    subject = ("exchange_rate", row.uuid)
    row.delete()
    publish("exchange_rate.removed", company=row.company, subject=subject, data=data, actor=actor, at=at)
