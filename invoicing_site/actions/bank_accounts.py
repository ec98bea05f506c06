"""Verbs on the bank accounts customers pay to. Issued documents keep the account they were issued with."""

import datetime as dt
import json
import uuid
from typing import Any

from stdnum import bic as bic_rules
from stdnum import iban as iban_rules

from invoicing_site.action import action
from invoicing_site.actions.approvals import demand
from invoicing_site.actions.people import require
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import ApprovalRequest, BankAccount, Company, User
from invoicing_site.money import minor_unit
from invoicing_site.states import Gated
from invoicing_site.validation import check_fields

FIELDS = (
    "label", "holder", "iban", "bic", "bank_name", "account_number", "routing_number", "currency", "is_default",
)  # fmt: skip


@action
def add_bank_account(
    *,
    company_id: int,
    account_uuid: uuid.UUID | None = None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
    **fields: Any,
) -> BankAccount:
    """Add an account from model `fields`: an IBAN, or an account number with its routing number.

    The one printed by default in its currency takes that place from another; `account_uuid` is the one a second person
    agreed to. Locks the company. Raises at the field: field.invalid, bank.iban, bank.bic, bank.number, currency.unknown;
    and what `demand` raises. Publishes bank_account.added.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account = BankAccount(company=company, uuid=account_uuid or uuid.uuid4())
    _fill(account, fields)
    _demand(account, "add", _values(account), actor, at)
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
    before = _values(account)
    _fill(account, fields)
    changed = [name for name, value in before.items() if getattr(account, name) != value]
    if changed:
        _demand(account, "change", _values(account), actor, at)
        _step_aside(account)
        account.save(update_fields=changed)
        _tell("bank_account.changed", account, {"fields": changed}, actor, at)
    return account


@action
def archive_bank_account(
    *, company_id: int, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> BankAccount:
    """Take an account out of use; nothing is printed with it any more. Twice is once.

    Locks the company, then the account. Raises not_found and what `demand` raises. Publishes bank_account.archived.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account: BankAccount = lock_row(BankAccount.objects.for_company(company).filter(uuid=account_uuid))
    if account.archived_at is None:
        _demand(account, "archive", {}, actor, at)
        account.archived_at = at
        account.save(update_fields=["archived_at"])
        _tell("bank_account.archived", account, {}, actor, at)
    return account


@action
def carry_out_bank_details(
    *, company: Company, request_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> BankAccount:
    """Write what a second person agreed to, word for word. Raises role.not_allowed, not_found and what the verb it names raises."""
    require(actor, company, "bank.edit")
    row: ApprovalRequest = lock_row(ApprovalRequest.objects.for_company(company).filter(uuid=request_uuid))
    said = json.loads(row.content)
    verb = {"add": add_bank_account, "change": change_bank_account, "archive": archive_bank_account}[said["verb"]]
    return verb(company_id=company.pk, account_uuid=row.subject, actor=actor, at=at, **said["fields"])


def _values(account: BankAccount) -> dict[str, Any]:
    return {name: getattr(account, name) for name in FIELDS}


def _demand(account: BankAccount, verb: str, fields: dict[str, Any], actor: User | None, at: dt.datetime) -> None:
    """Leave is for exactly these details; a company that asks for two people asks for every change (SPEC A5)."""
    content = json.dumps({"verb": verb, "fields": fields}, sort_keys=True)
    subject = ("bank_account", account.uuid)
    demand(company=account.company, what=Gated.BANK_DETAILS, subject=subject, content=content, actor=actor, at=at)


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
