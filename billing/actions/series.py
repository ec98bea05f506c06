"""Verbs on number series (SPEC B4)."""

import datetime as dt
import uuid
from typing import Any

from billing.actions.starter_series import external_pattern
from billing.models import Counter, Document, Jump, Series
from billing.models.series import Reset
from billing.rules.numbering import LARGEST_SEQ, check, period_key
from billing.rules.numbers import shape
from billing.states import Kind
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.validation import check_fields


@action
def add_series(
    *,
    company_id: int,
    name: str,
    pattern: str,
    reset: str,
    preferred: bool = False,
    kind: str = Kind.INVOICE,
    external: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Series:
    """Add a series for documents of `kind`; `preferred` makes it the one new documents are numbered from. An `external` one counts nothing:
    its numbers are given elsewhere and typed; pattern and reset are not asked, and there is one of each kind.

    Locks the company. Raises at the field: field.invalid, series.pattern_taken, series.clash, and series.characters,
    .seq, .year, .month, .length, .reference for what is wrong with the pattern. Publishes series.added.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    first = not Series.objects.for_company(company).filter(kind=kind, is_default=True).exists()
    series = Series(company=company, kind=kind, is_default=False, is_external=external)
    _fill(series, name, pattern, reset)
    series.save()
    _tell("series.added", series, {}, actor, at)
    if (preferred or first) and (not external or kind == Kind.OPENING):
        _prefer(series)
    return series


@action
def change_series(
    *,
    company_id: int,
    series_uuid: uuid.UUID,
    name: str,
    pattern: str,
    reset: str,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Series:
    """Change name, pattern and reset for the numbers to come; given numbers stay.

    Once a number was given, `reset` stays too: the count would start anew and give numbers twice. Locks the company,
    then the series. Raises not_found, series.in_use, and what add_series raises. Publishes series.changed.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    series: Series = lock_row(Series.objects.for_company(company).filter(uuid=series_uuid))
    before = (series.name, series.pattern, series.reset)
    if reset != series.reset and series.counters.filter(last__gt=0).exists():
        raise BusinessError("series.in_use", "reset")
    _fill(series, name, pattern, reset)
    if before != (series.name, series.pattern, series.reset):
        series.save(update_fields=["name", "pattern", "reset"])
        _tell("series.changed", series, {"pattern": series.pattern, "reset": series.reset}, actor, at)
    return series


@action
def prefer_series(
    *, company_id: int, series_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Series:
    """Number new documents of its kind from this series. Twice is once.

    Locks the company, then the series. Raises not_found. Publishes series.preferred.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    series: Series = lock_row(Series.objects.for_company(company).filter(uuid=series_uuid))
    if series.is_external and series.kind != Kind.OPENING:
        raise BusinessError("series.external")
    if not series.is_default:
        _prefer(series)
        _tell("series.preferred", series, {}, actor, at)
    return series


@action
def jump_counter(
    *, company_id: int, series_uuid: uuid.UUID, next_seq: int, reason: str, actor: User | None, at: dt.datetime
) -> Jump:
    """Let the next document of the current period get `next_seq`; the gap ledger shows what was skipped, by whom and why.

    Only forward. Locks the counter, as issue does. Raises not_found, series.counter_backwards, series.counter_end,
    series.reason. Publishes series.jumped.
    """
    series: Series | None = (
        Series.objects.filter(company_id=company_id, uuid=series_uuid).select_related("company").first()
    )
    if series is None:
        raise BusinessError("not_found")
    if series.is_external:
        raise BusinessError("series.external")
    if not reason.strip():
        raise BusinessError("series.reason", "reason")
    key = period_key(series.reset, local_date(at, series.company.time_zone))
    made, _new = Counter.objects.get_or_create(company=series.company, series=series, period_key=key)
    counter: Counter = lock_row(Counter.objects.filter(pk=made.pk))
    if next_seq <= counter.last + 1:
        raise BusinessError("series.counter_backwards", "next_seq", last=counter.last + 1)
    if next_seq > LARGEST_SEQ:
        raise BusinessError("series.counter_end", "next_seq", last=LARGEST_SEQ)
    jump = Jump(
        company=series.company,
        counter=counter,
        after=counter.last,
        upto=next_seq - 1,
        reason=reason.strip(),
        jumped_at=at,
        jumped_by=actor,
    )
    check_fields(jump)
    jump.save()
    counter.last = jump.upto
    counter.save(update_fields=["last"])
    _tell("series.jumped", series, {"period": key, "after": jump.after, "upto": jump.upto}, actor, at)
    return jump


def _fill(series: Series, name: str, pattern: str, reset: str) -> None:
    series.name, series.pattern, series.reset = name.strip(), pattern.strip(), reset
    if series.is_external:
        series.pattern, series.reset = external_pattern(series.kind), Reset.NEVER.value
    check_fields(series)
    others = Series.objects.for_company(series.company).exclude(pk=series.pk)
    if series.is_external:
        if others.filter(pattern=series.pattern).exists():
            raise BusinessError("series.external_once", "kind")
        return
    try:
        check(series.pattern, series.reset)
    except BusinessError as error:
        raise BusinessError(f"series.{error.params['reason']}", "pattern") from None
    if others.filter(pattern=series.pattern).exists():
        raise BusinessError("series.pattern_taken", "pattern")
    given = Document.objects.for_company(series.company).filter(kind=series.kind, number__regex=shape(series.pattern))
    clash = given.exclude(series_id=series.pk).values_list("number", flat=True).first()
    if clash is not None:
        raise BusinessError("series.clash", "pattern", number=clash)


def _prefer(series: Series) -> None:
    """One series per kind is the default: the row that was gives way before the new one is written."""
    Series.objects.filter(company=series.company, kind=series.kind, is_default=True).update(is_default=False)
    series.is_default = True
    series.save(update_fields=["is_default"])


def _tell(kind: str, series: Series, data: dict[str, Any], actor: User | None, at: dt.datetime) -> None:
    publish(kind, company=series.company, subject=("series", series.uuid), data=data, actor=actor, at=at)
