"""Verbs on taxes. A rate in force is never edited: it ends, and another begins. Issued documents keep theirs (SPEC B7)."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

from django.db.models import Q

from billing.models import TaxCode, TaxRate
from billing.models.tax import Category
from billing.rules.usual_rates import CLASSES, STANDARD
from invoicing_site.action import action
from invoicing_site.choices import COUNTRIES
from invoicing_site.clock import local_date
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.validation import check_fields

DAY = dt.timedelta(days=1)
# EN 16931 BR-S-10, BR-Z-10: these alone carry no reason; all others must say why nothing is charged.
UNREASONED = (Category.STANDARD, Category.ZERO)
PRINTED = ["name", "reason", "tax_class", "reason_code"]
VATEX = re.compile(r"VATEX-[A-Z]{2}-[A-Z0-9-]{1,12}")


@action
def add_tax(
    *,
    company_id: int,
    code: str,
    name: str,
    category: str,
    printed: str,
    rate: Decimal,
    valid_from: dt.date,
    tax_class: str = STANDARD,
    country: str = "",
    reason_code: str = "",
    is_compound: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> TaxCode:
    """Add a tax of an EN 16931 `category` with its first `rate` in per cent, in force from `valid_from`.

    `printed` is the reason on documents, `reason_code` its VATEX code; `country` (ISO 3166) is whose rate it is where that
    is not the company's; a compound tax is charged on the price and the other taxes of its line. Locks the company. Raises at
    the field: field.invalid, tax.code_taken, tax.reason, tax.class, tax.reason_code, country.unknown, tax.rate_zero,
    tax.rate_positive. Publishes tax.added.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    tax = TaxCode(company=company, code=code.strip(), name=name.strip(), category=category, reason=printed.strip())
    tax.tax_class, tax.country, tax.reason_code, tax.is_compound = tax_class, country, reason_code.strip(), is_compound
    _check(tax)
    tax.save()
    _insert(tax, rate, valid_from, None)
    _tell("tax.added", tax, {"rate": str(rate), "from": valid_from.isoformat()}, actor, at)
    return tax


@action
def change_tax(
    *,
    company_id: int,
    tax_uuid: uuid.UUID,
    name: str,
    printed: str,
    tax_class: str | None = None,
    reason_code: str | None = None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> TaxCode:
    """Change what later documents print: name, reason and its code, and the class rules find it by.

    Code, category and country stay, since drafts and exports rely on them.

    Locks the tax. Raises not_found, field.invalid, tax.reason. Publishes tax.changed.
    """
    tax = _locked(company_id, tax_uuid)
    before = [getattr(tax, field) for field in PRINTED]
    tax.name, tax.reason = name.strip(), printed.strip()
    tax.tax_class = tax.tax_class if tax_class is None else tax_class
    tax.reason_code = tax.reason_code if reason_code is None else reason_code.strip()
    _check(tax)
    if before != [getattr(tax, field) for field in PRINTED]:
        tax.save(update_fields=PRINTED)
        _tell("tax.changed", tax, {}, actor, at)
    return tax


@action
def add_rate(
    *,
    company_id: int,
    tax_uuid: uuid.UUID,
    rate: Decimal,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    ends_previous: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> TaxRate:
    """Add a rate in per cent from `valid_from` to `valid_to`, both days included, or open-ended.

    With `ends_previous` the open-ended rate in force before it ends the day before; only for days that have not
    passed (company's zone), else rate.used. Locks the tax. Raises not_found, rate.overlap, rate.order, tax.rate_zero,
    tax.rate_positive, field.invalid. Publishes tax.rate_added.
    """
    tax = _locked(company_id, tax_uuid)
    if valid_to is not None and valid_to < valid_from:
        raise BusinessError("rate.order", "valid_to")
    previous = tax.rates.filter(valid_from__lt=valid_from, valid_to=None).first()
    if ends_previous and previous is not None:
        _end(previous, valid_from - DAY, local_date(at, tax.company.time_zone), "valid_from")
    added = _insert(tax, rate, valid_from, valid_to)
    _tell("tax.rate_added", tax, {"rate": str(rate), "from": valid_from.isoformat()}, actor, at)
    return added


@action
def end_rate(
    *,
    company_id: int,
    tax_uuid: uuid.UUID,
    valid_from: dt.date,
    valid_to: dt.date,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> TaxRate:
    """Let the open-ended rate that began on `valid_from` end with `valid_to`, yesterday at the earliest (company's zone).

    Locks the tax. Raises not_found, rate.used, rate.order. Publishes tax.rate_ended.
    """
    tax = _locked(company_id, tax_uuid)
    found: TaxRate | None = tax.rates.filter(valid_from=valid_from, valid_to=None).first()
    if found is None:
        raise BusinessError("not_found")
    _end(found, valid_to, local_date(at, tax.company.time_zone), "valid_to")
    _tell("tax.rate_ended", tax, {"from": valid_from.isoformat(), "to": valid_to.isoformat()}, actor, at)
    return found


@action
def withdraw_rate(
    *, company_id: int, tax_uuid: uuid.UUID, valid_from: dt.date, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Remove a rate that has not begun (company's zone).

    Locks the tax. Raises not_found, rate.begun. Publishes tax.rate_withdrawn.
    """
    tax = _locked(company_id, tax_uuid)
    found = tax.rates.filter(valid_from=valid_from).first()
    if found is None:
        raise BusinessError("not_found")
    if found.valid_from <= local_date(at, tax.company.time_zone):
        raise BusinessError("rate.begun")
    found.delete()
    _tell("tax.rate_withdrawn", tax, {"from": valid_from.isoformat()}, actor, at)


@action
def archive_tax(
    *, company_id: int, tax_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> TaxCode:
    """Take the tax out of menus. Twice is once. Locks it. Raises not_found. Publishes tax.archived."""
    return _move(company_id, tax_uuid, actor, at, archived_at=at)


@action
def restore_tax(
    *, company_id: int, tax_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> TaxCode:
    """Offer an archived tax again. Twice is once. Locks it. Raises not_found. Publishes tax.restored."""
    return _move(company_id, tax_uuid, actor, at, archived_at=None)


def _move(
    company_id: int, tax_uuid: uuid.UUID, actor: User | None, at: dt.datetime, archived_at: dt.datetime | None
) -> TaxCode:
    tax = _locked(company_id, tax_uuid)
    if (tax.archived_at is None) != (archived_at is None):
        tax.archived_at = archived_at
        tax.save(update_fields=["archived_at"])
        _tell("tax.restored" if archived_at is None else "tax.archived", tax, {}, actor, at)
    return tax


def _locked(company_id: int, tax_uuid: uuid.UUID) -> TaxCode:
    rows = TaxCode.objects.filter(company_id=company_id, uuid=tax_uuid).select_related("company")
    tax: TaxCode = lock_row(rows)
    return tax


def _check(tax: TaxCode) -> None:
    check_fields(tax)
    if tax.category not in UNREASONED and not tax.reason:
        raise BusinessError("tax.reason", "printed")
    if tax.tax_class not in CLASSES:
        raise BusinessError("tax.class", "tax_class")
    if tax.country and tax.country not in {*COUNTRIES, "XI"}:
        raise BusinessError("country.unknown", "country")
    if tax.reason_code and not VATEX.fullmatch(tax.reason_code):
        raise BusinessError("tax.reason_code", "reason_code")
    if TaxCode.objects.for_company(tax.company).exclude(pk=tax.pk).filter(code__iexact=tax.code).exists():
        raise BusinessError("tax.code_taken", "code")


def _insert(tax: TaxCode, rate: Decimal, valid_from: dt.date, valid_to: dt.date | None) -> TaxRate:
    row = TaxRate(company=tax.company, tax_code=tax, rate=rate, valid_from=valid_from, valid_to=valid_to)
    check_fields(row)
    if not 0 <= rate <= 100:
        raise BusinessError("tax.rate_bounds", "rate")
    if tax.category == Category.STANDARD and not rate:  # BR-S-05
        raise BusinessError("tax.rate_positive", "rate")
    if tax.category != Category.STANDARD and rate:  # BR-Z-05, BR-E-05, BR-AE-05, BR-IC-05, BR-G-05, BR-O-05
        raise BusinessError("tax.rate_zero", "rate")
    later = Q() if valid_to is None else Q(valid_from__lte=valid_to)
    if tax.rates.filter(later).exclude(valid_to__lt=valid_from).exists():
        raise BusinessError("rate.overlap", "valid_from")
    row.save()
    return row


def _end(row: TaxRate, valid_to: dt.date, today: dt.date, field: str) -> None:
    if valid_to < row.valid_from:
        raise BusinessError("rate.order", field)
    if valid_to < today - DAY:
        raise BusinessError("rate.used", field)
    row.valid_to = valid_to
    row.save(update_fields=["valid_to"])


def _tell(kind: str, tax: TaxCode, data: dict[str, Any], actor: User | None, at: dt.datetime) -> None:
    publish(kind, company=tax.company, subject=("tax", tax.uuid), data={"code": tax.code, **data}, actor=actor, at=at)
