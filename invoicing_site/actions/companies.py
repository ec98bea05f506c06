"""Verbs on companies: found one, change its details, close its books."""

import datetime as dt
from typing import Any

from django.utils.module_loading import import_string

from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Period, User
from invoicing_site.wiring import SETUP


@action
def create_company(*, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any) -> Company:
    """Found a company from model `fields`, with its period row and what the floors above add (wiring.SETUP: accounts, taxes, series).

    Publishes company.created.
    """
    company = Company.objects.create(**fields)
    Period.objects.create(company=company)
    for path in SETUP:
        import_string(path)(company=company, actor=actor, at=at)
    publish("company.created", company=company, subject=("company", company.uuid), actor=actor, at=at)
    return company


@action
def change_company(*, company_id: int, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any) -> Company:
    """Change details that later documents will carry; issued ones keep their snapshot. Locks the company. Publishes company.changed."""
    company = lock_row(Company.objects.filter(pk=company_id))
    for name, value in fields.items():
        setattr(company, name, value)
    company.save(update_fields=list(fields))
    publish(
        "company.changed",
        company=company,
        subject=("company", company.uuid),
        data={"fields": sorted(fields)},
        actor=actor,
        at=at,
    )
    return company


@action
def close_books(*, company_id: int, through: dt.date, actor: User | None, at: dt.datetime, reason: str = "") -> Period:
    """Close the books through the day `through` (company's zone). Only forward; never today or later.

    Takes the period row alone, so it waits for verbs that are booking. Raises period.backwards, period.future.
    Publishes period.closed.
    """
    company = Company.objects.get(pk=company_id)
    period: Period = lock_row(Period.objects.filter(company_id=company_id))
    if period.closed_through is not None and through <= period.closed_through:
        raise BusinessError("period.backwards", "through", day=period.closed_through)
    if through >= local_date(at, company.time_zone):
        raise BusinessError("period.future", "through")
    period.closed_through = through
    period.save(update_fields=["closed_through"])
    publish(
        "period.closed",
        company=company,
        subject=("company", company.uuid),
        data={"through": through.isoformat()},
        actor=actor,
        at=at,
    )
    return period
