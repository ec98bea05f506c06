"""Verbs on companies: found one, change its details and logo."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from invoicing_site import files, images
from invoicing_site.action import action
from invoicing_site.choices import COUNTRIES, ZONES
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Blob, Company, Period, User
from invoicing_site.money import CURRENCIES, NO_MINOR_UNIT, is_at_minor_unit, minor_unit, quantum
from invoicing_site.rules.eas import check_endpoint
from invoicing_site.rules.tax_ids import normalise
from invoicing_site.states import TaxRounding
from invoicing_site.validation import check_fields
from invoicing_site.wiring import SETUP

# Links, ledger and files depend on these; they are said once, when the company is founded.
FIXED = frozenset({"id", "uuid", "slug", "currency", "data_region", "created_at"})
MAX_NET_DAYS = 3650


@action
def create_company(*, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any) -> Company:
    """Found a company from model `fields`, with its period row and what the floors above add (wiring.SETUP: accounts,
    taxes, series). Its data region is the installation's.

    Raises at the field what change_company raises, and company.region. Publishes company.created.
    """
    company = Company(**({"data_region": settings.DATA_REGION} | fields))
    if company.data_region != settings.DATA_REGION:
        raise BusinessError("company.region", "data_region", region=settings.DATA_REGION)
    _check(company)
    company.save()
    Period.objects.create(company=company)
    for path in SETUP:
        import_string(path)(company=company, actor=actor, at=at)
    publish("company.created", company=company, subject=("company", company.uuid), actor=actor, at=at)
    return company


@action
def change_company(*, company_id: int, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any) -> Company:
    """Change details that later documents will carry; issued ones keep their snapshot. What stays the same is not written.

    Locks the company. Raises at the field: field.invalid, company.fixed, currency.unknown, country.unknown, language.unknown,
    company.zone, terms.net_days, client.tax_id, endpoint.scheme, endpoint.value. Publishes company.changed.
    """
    company: Company = lock_row(Company.objects.filter(pk=company_id))
    before = {name: getattr(company, name) for name in fields}
    for name, value in fields.items():
        if name in FIXED and value != before[name]:
            raise BusinessError("company.fixed", name)
        setattr(company, name, value.strip() if isinstance(value, str) else value)
    _check(company)
    changed = sorted(name for name, value in before.items() if getattr(company, name) != value)
    if changed:
        company.save(update_fields=changed)
        data = {"fields": changed}
        publish("company.changed", company=company, subject=("company", company.uuid), data=data, actor=actor, at=at)
    return company


@action
def change_logo(
    *, company_id: int, picture: bytes | None, actor: User | None, at: dt.datetime, reason: str = ""
) -> Company:
    """Print `picture` (PNG or JPEG, drawn anew) on later documents, or none. Issued ones keep the logo they were issued with.

    Writes the file before its row; locks the company. Raises logo.invalid. Publishes company.logo_changed.
    """
    drawn = None if picture is None else images.redrawn(picture)
    company: Company = lock_row(Company.objects.filter(pk=company_id))
    blob: Blob | None = None if drawn is None else files.keep(company, *drawn)
    if blob != company.logo:
        company.logo = blob
        company.save(update_fields=["logo"])
        publish("company.logo_changed", company=company, subject=("company", company.uuid), actor=actor, at=at)
    return company


def _check(company: Company) -> None:
    check_fields(company)
    minor_unit(company.currency)
    if company.tax_currency and company.tax_currency not in CURRENCIES - NO_MINOR_UNIT:
        raise BusinessError("currency.unknown", "tax_currency", currency=company.tax_currency)
    if company.country not in COUNTRIES:
        raise BusinessError("country.unknown", "country")
    if company.language not in dict(settings.LANGUAGES):
        raise BusinessError("language.unknown", "language")
    if company.time_zone not in ZONES:
        raise BusinessError("company.zone", "time_zone")
    if company.net_days > MAX_NET_DAYS:
        raise BusinessError("terms.net_days", "net_days", max=MAX_NET_DAYS)
    if company.tax_rounding not in TaxRounding.values:
        raise BusinessError("document.tax_rounding", "tax_rounding")
    if not (company.cash_unit >= 0 and is_at_minor_unit(company.cash_unit, company.currency)):
        raise BusinessError("document.cash_unit", "cash_unit", unit=quantum(company.currency))
    if company.vat_id:
        company.vat_id = normalise("VAT", company.vat_id, "vat_id", _("VAT id"))
    if company.tax_number:
        company.tax_number = normalise("TAX", company.tax_number, "tax_number", _("Tax number"))
    check_endpoint(company.endpoint_scheme, company.endpoint)
