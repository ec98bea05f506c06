"""Verbs on the bank accounts customers pay to. Issued documents keep the account they were issued with."""

import datetime as dt
import uuid
from typing import Any

from stdnum import bic as bic_rules
from stdnum import iban as iban_rules

from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import BankAccount, Company, User
from invoicing_site.money import minor_unit
from invoicing_site.validation import check_fields

FIELDS = (
    "label", "holder", "iban", "bic", "bank_name", "account_number", "routing_number", "currency", "is_default",
)  # fmt: skip


@action
def add_bank_account(
    *, company_id: int, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any
) -> BankAccount:
    """Add an account from model `fields`: an IBAN, or an account number with its routing number.

    The one printed by default in its currency takes that place from another. Locks the company. Raises at the field:
    field.invalid, bank.iban, bank.bic, bank.number, currency.unknown. Publishes bank_account.added.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account = BankAccount(company=company)
    _fill(account, fields)
    _step_aside(account)
    account.save()
    publish("bank_account.added", company=company, subject=("bank_account", account.uuid), actor=actor, at=at)
    return account


@action
def change_bank_account(
    *, company_id: int, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = "", **fields: Any
) -> BankAccount:
    """Change an account for later documents. What stays the same is not written.

    Locks the company, then the account. Raises not_found, bank.archived and what add_bank_account raises. Publishes
    bank_account.changed with the names of the fields.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account: BankAccount = lock_row(BankAccount.objects.for_company(company).filter(uuid=account_uuid))
    if account.archived_at is not None:
        raise BusinessError("bank.archived")
    before = {name: getattr(account, name) for name in FIELDS}
    _fill(account, fields)
    changed = [name for name, value in before.items() if getattr(account, name) != value]
    if changed:
        _step_aside(account)
        account.save(update_fields=changed)
        _tell("bank_account.changed", account, {"fields": changed}, actor, at)
    return account


@action
def archive_bank_account(
    *, company_id: int, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> BankAccount:
    """Take an account out of use; nothing is printed with it any more. Twice is once.

    Locks the company, then the account. Raises not_found. Publishes bank_account.archived.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account: BankAccount = lock_row(BankAccount.objects.for_company(company).filter(uuid=account_uuid))
    if account.archived_at is None:
        account.archived_at = at
        account.save(update_fields=["archived_at"])
        _tell("bank_account.archived", account, {}, actor, at)
    return account


def _tell(kind: str, account: BankAccount, data: dict[str, Any], actor: User | None, at: dt.datetime) -> None:
    subject = ("bank_account", account.uuid)
    publish(kind, company=account.company, subject=subject, data=data, actor=actor, at=at)


def _fill(account: BankAccount, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"no field of a bank account: {name}")
        setattr(account, name, value.strip() if isinstance(value, str) else value)
    if account.iban:
        account.iban = _checked(iban_rules, account.iban, "iban")
    elif not (account.account_number and account.routing_number):
        raise BusinessError("bank.number", "iban")
    if account.bic:
        account.bic = _checked(bic_rules, account.bic, "bic")
    check_fields(account)
    minor_unit(account.currency)


def _checked(rules: Any, value: str, field: str) -> str:
    try:
        return str(rules.validate(value)).upper()
    except ValueError:
        raise BusinessError(f"bank.{field}", field) from None


def _step_aside(account: BankAccount) -> None:
    """Only one account per currency is printed by default: the row that was gives way before the new one is written."""
    if account.is_default:
        others = BankAccount.objects.filter(company=account.company, currency=account.currency, archived_at=None)
        others.exclude(pk=account.pk).filter(is_default=True).update(is_default=False)
