"""Verbs on how taxes are decided: the company's own mapping, its table of sales tax, an engine outside (SPEC B7)."""

import datetime as dt
import uuid
from collections.abc import Iterable

from billing.models import SalesTaxRate, TaxCode, TaxEngine, TaxMapping
from billing.rules.sales_tax import LocalRate, read_table
from invoicing_site.action import action
from invoicing_site.asking import acceptable
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.secrets import example, is_reference
from invoicing_site.validation import check_fields

DAY = dt.timedelta(days=1)
LARGEST = 4 * 1024 * 1024


@action
def map_tax(
    *,
    company_id: int,
    zone: str,
    tax_class: str,
    tax_uuid: uuid.UUID,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> TaxMapping:
    """Choose a tax instead of what the rules say for supplies of `tax_class` in `zone`. Later drafts alone follow.

    Locks the company. Raises at the field: field.invalid, tax.choice for one that is archived or foreign. Publishes
    tax.mapped.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    tax = TaxCode.objects.for_company(company).filter(uuid=tax_uuid, archived_at=None).first()
    if tax is None:
        raise BusinessError("tax.choice", "tax_code")
    row = TaxMapping.objects.for_company(company).filter(zone=zone, tax_class=tax_class).first()
    row = row or TaxMapping(company=company, zone=zone, tax_class=tax_class)
    row.tax_code = tax
    check_fields(row)
    row.save()
    data = {"code": tax.code, "zone": zone, "tax_class": tax_class}
    publish("tax.mapped", company=company, subject=("tax", tax.uuid), data=data, actor=actor, at=at)
    return row


@action
def unmap_tax(
    *, company_id: int, mapping_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Let the rules decide again. Locks the mapping. Raises not_found. Publishes tax.unmapped."""
    rows = TaxMapping.objects.filter(company_id=company_id, uuid=mapping_uuid).select_related("company", "tax_code")
    row: TaxMapping = lock_row(rows)
    data = {"code": row.tax_code.code, "zone": row.zone, "tax_class": row.tax_class}
    row.delete()
    publish("tax.unmapped", company=row.company, subject=("tax", row.tax_code.uuid), data=data, actor=actor, at=at)


@action
def import_sales_tax(*, company_id: int, table: bytes, actor: User | None, at: dt.datetime, reason: str = "") -> int:
    """Take the company's table of sales tax from a CSV file, all of it or nothing; the number of rows that are new.

    A row that begins after an open one ends that the day before; rows that are there already change nothing, so the same
    file twice is once. Issued documents keep their rates. Locks the company. Raises at ``table``: sales_tax.file,
    sales_tax.columns, sales_tax.rows, sales_tax.line, sales_tax.overlap. Publishes sales_tax.imported.
    """
    if len(table) > LARGEST:
        raise BusinessError("sales_tax.file", "table")
    try:
        wanted = read_table(table.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BusinessError("sales_tax.file", "table") from None
    company = lock_row(Company.objects.filter(pk=company_id))
    stored: dict[tuple[str, str], list[SalesTaxRate]] = {}
    for row in SalesTaxRate.objects.for_company(company).order_by("valid_from"):
        stored.setdefault((row.region, row.prefix), []).append(row)
    fresh: list[SalesTaxRate] = []
    ended: list[SalesTaxRate] = []
    for row in wanted:
        _place(company, row, stored.setdefault((row.region, row.prefix), []), fresh, ended)
    known = [row for row in ended if row.pk]
    SalesTaxRate.objects.bulk_update(known, ["valid_to"], 500)
    SalesTaxRate.objects.bulk_create(fresh, 1000)
    if fresh or known:
        data = {"added": len(fresh), "ended": len(known)}
        publish("sales_tax.imported", company=company, subject=("company", company.uuid), data=data, actor=actor, at=at)
    return len(fresh)


def _place(
    company: Company,
    wanted: LocalRate,
    there: list[SalesTaxRate],
    fresh: list[SalesTaxRate],
    ended: list[SalesTaxRate],
) -> None:
    """Put `wanted` among the rows of its place, oldest first; raises sales_tax.overlap."""
    same = next((row for row in there if row.valid_from == wanted.valid_from), None)
    if (
        same is not None
        and (same.rate, same.name) == (wanted.rate, wanted.name)
        and wanted.valid_to in (None, same.valid_to)
    ):
        return
    last = there[-1] if there else None
    if last is not None and last.valid_to is None and last.valid_from < wanted.valid_from:
        last.valid_to = wanted.valid_from - DAY
        ended.append(last)
    if _overlaps(wanted, there):
        place = f"{wanted.region} {wanted.prefix}".strip()
        raise BusinessError("sales_tax.overlap", "table", place=place, day=wanted.valid_from)
    row = SalesTaxRate(
        company=company, region=wanted.region, prefix=wanted.prefix, name=wanted.name, rate=wanted.rate,
        valid_from=wanted.valid_from, valid_to=wanted.valid_to,
    )  # fmt: skip
    fresh.append(row)
    there.append(row)
    there.sort(key=lambda each: each.valid_from)


def _overlaps(wanted: LocalRate, there: Iterable[SalesTaxRate]) -> bool:
    end = wanted.valid_to or dt.date.max
    return any(row.valid_from <= end and (row.valid_to or dt.date.max) >= wanted.valid_from for row in there)


@action
def connect_engine(
    *, company_id: int, url: str, secret: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> TaxEngine:
    """Ask the engine at `url` (https) from now on, with the key that `secret` names (invoicing_site/secrets.py).

    Replaces the one in use. Locks the company. Raises at the field: tax_engine.url, tax_engine.secret, field.invalid.
    Publishes tax_engine.connected.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    row = TaxEngine(company=company, url=url.strip(), secret=secret.strip())
    check_fields(row)
    if not acceptable(row.url):
        raise BusinessError("tax_engine.url", "url")
    if not is_reference(row.secret, company.slug):
        raise BusinessError("tax_engine.secret", "secret", example=example(company.slug))
    TaxEngine.objects.for_company(company).filter(archived_at=None).update(archived_at=at)
    row.save()
    publish("tax_engine.connected", company=company, subject=("company", company.uuid), actor=actor, at=at)
    return row


@action
def disconnect_engine(*, company_id: int, actor: User | None, at: dt.datetime, reason: str = "") -> None:
    """Let our own rules decide again. Twice is once. Locks the company. Publishes tax_engine.archived."""
    company = lock_row(Company.objects.filter(pk=company_id))
    if TaxEngine.objects.for_company(company).filter(archived_at=None).update(archived_at=at):
        publish("tax_engine.archived", company=company, subject=("company", company.uuid), actor=actor, at=at)
