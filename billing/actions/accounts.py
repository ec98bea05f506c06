"""Verbs on the chart of accounts (SPEC L5)."""

import datetime as dt
import uuid
from typing import Any

from billing.models import Account, Posting
from billing.models.ledger import Purpose
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.validation import check_fields

# What these accounts hold is proved against open documents and credit: their balance cannot be left behind.
CARRIED = frozenset({Purpose.RECEIVABLE, Purpose.CLIENT_CREDIT, Purpose.TAX, Purpose.FX_CLEARING, Purpose.GATEWAY})


@action
def add_account(
    *,
    company_id: int,
    code: str,
    name: str,
    purpose: str | None = None,
    is_revenue: bool = False,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Account:
    """Add an account; a `purpose` given to it is taken from the account that had it.

    `is_revenue` lets lines be booked on it. Locks the company, so that each purpose has one account at any time.
    Raises at the field: field.invalid, account.code_taken, account.carried, account.not_revenue. Publishes
    account.added.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account = Account(company=company)
    _fill(account, code, name, purpose, is_revenue)
    _take_purpose(account)
    account.save()
    _tell("account.added", account, {"code": account.code}, actor, at)
    return account


@action
def change_account(
    *,
    company_id: int,
    account_uuid: uuid.UUID,
    code: str,
    name: str,
    purpose: str | None,
    is_revenue: bool,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Account:
    """Change an account. Once something is booked on it its number stays; a purpose is never dropped, only taken over.

    Locks the company, then the account. Raises not_found, account.booked, account.purpose_needed, account.archived
    and what add_account raises. Publishes account.changed.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account: Account = lock_row(Account.objects.for_company(company).filter(uuid=account_uuid))
    if account.archived_at is not None:
        raise BusinessError("account.archived")
    before = (account.code, account.name, account.purpose, account.is_revenue)
    _fill(account, code, name, purpose, is_revenue)
    if account.code != before[0] and _is_booked(account):
        raise BusinessError("account.booked", "code")
    if before[2] and account.purpose != before[2]:
        raise BusinessError("account.purpose_needed", "purpose")
    if before != (account.code, account.name, account.purpose, account.is_revenue):
        _take_purpose(account)
        account.save()
        _tell("account.changed", account, {"code": account.code}, actor, at)
    return account


@action
def archive_account(
    *, company_id: int, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Account:
    """Take an account without a purpose out of menus. Twice is once.

    Locks the company, then the account. Raises not_found, account.needed. Publishes account.archived.
    """
    return _move(company_id, account_uuid, actor, at, archived_at=at)


@action
def restore_account(
    *, company_id: int, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Account:
    """Offer an archived account again. Twice is once.

    Locks the company, then the account. Raises not_found. Publishes account.restored.
    """
    return _move(company_id, account_uuid, actor, at, archived_at=None)


def _move(
    company_id: int, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, archived_at: dt.datetime | None
) -> Account:
    company = lock_row(Company.objects.filter(pk=company_id))
    account: Account = lock_row(Account.objects.for_company(company).filter(uuid=account_uuid))
    if archived_at is not None and account.purpose:
        raise BusinessError("account.needed")
    if (account.archived_at is None) != (archived_at is None):
        account.archived_at = archived_at
        account.save(update_fields=["archived_at"])
        kind = "account.restored" if archived_at is None else "account.archived"
        _tell(kind, account, {"code": account.code}, actor, at)
    return account


def _fill(account: Account, code: str, name: str, purpose: str | None, is_revenue: bool) -> None:
    account.code, account.name = code.strip(), name.strip()
    account.purpose, account.is_revenue = purpose or None, is_revenue or purpose == Purpose.REVENUE
    check_fields(account)
    if not all(c.isalnum() or c in ".-" for c in account.code):
        raise BusinessError("account.code", "code")
    if account.is_revenue and account.purpose not in (None, Purpose.REVENUE):
        raise BusinessError("account.not_revenue", "is_revenue")
    if Account.objects.for_company(account.company).exclude(pk=account.pk).filter(code=account.code).exists():
        raise BusinessError("account.code_taken", "code")


def _take_purpose(account: Account) -> None:
    if account.purpose is None:
        return
    holders = Account.objects.for_company(account.company).filter(purpose=account.purpose).exclude(pk=account.pk)
    holder = holders.first()
    if holder is None:
        return
    if account.purpose in CARRIED and _is_booked(holder):
        raise BusinessError("account.carried", "purpose", account=str(holder))
    holder.purpose = None
    holder.save(update_fields=["purpose"])


def _is_booked(account: Account) -> bool:
    booked: bool = Posting.objects.filter(account=account).exists()
    return booked


def _tell(kind: str, account: Account, data: dict[str, Any], actor: User | None, at: dt.datetime) -> None:
    publish(kind, company=account.company, subject=("account", account.uuid), data=data, actor=actor, at=at)
