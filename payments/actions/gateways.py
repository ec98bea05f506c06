"""Connecting a company to a payment provider (SPEC P2). Secrets stay where they are; the row only names the place."""

import datetime as dt
import uuid

from billing.actions.accounts import add_account
from billing.models import Account
from billing.models.ledger import Purpose
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User
from invoicing_site.secrets import example
from invoicing_site.validation import check_fields
from payments.gateways.secrets import is_reference
from payments.models import GatewayAccount

CLEARING = (("1361", "1050"), 1362)  # what charts of accounts call it here and there; then the first free number


@action
def connect_gateway(
    *,
    company_id: int,
    provider: str,
    label: str,
    mode: str,
    api_key: str,
    webhook_secret: str,
    account_id: str = "",
    part_payments: bool = True,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> GatewayAccount:
    """Connect the one provider customers pay through, and make sure there is an account its money is booked on.

    `api_key` and `webhook_secret` are references (invoicing_site/secrets.py). Locks the company. Raises at the field:
    gateway.active, gateway.reference, field.invalid. Publishes gateway.connected, account.added.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    if GatewayAccount.objects.for_company(company).filter(archived_at=None).exists():
        raise BusinessError("gateway.active")
    account = GatewayAccount(
        company=company, provider=provider, label=label.strip(), mode=mode, account_id=account_id.strip(),
        api_key=api_key.strip(), webhook_secret=webhook_secret.strip(), part_payments=part_payments,
    )  # fmt: skip
    _check(account)
    account.save()
    _clearing(company, actor, at)
    _tell("gateway.connected", account, actor, at)
    return account


@action
def change_gateway(
    *,
    company_id: int,
    account_uuid: uuid.UUID,
    label: str,
    mode: str,
    api_key: str,
    webhook_secret: str,
    account_id: str = "",
    part_payments: bool = True,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> GatewayAccount:
    """Change names and references. Once somebody paid through it, mode and account stay: they say whose money it is.

    Locks the company, then the row. Raises not_found, gateway.archived, gateway.mode_fixed and what connecting raises.
    Publishes gateway.changed.
    """
    company = lock_row(Company.objects.filter(pk=company_id))
    account: GatewayAccount = lock_row(GatewayAccount.objects.for_company(company).filter(uuid=account_uuid))
    if account.archived_at is not None:
        raise BusinessError("gateway.archived")
    moved = (mode, account_id.strip()) != (account.mode, account.account_id)
    if moved and account.attempts.exists():
        raise BusinessError("gateway.mode_fixed", "mode")
    account.label, account.mode, account.account_id = label.strip(), mode, account_id.strip()
    account.api_key, account.webhook_secret = api_key.strip(), webhook_secret.strip()
    account.part_payments = part_payments
    _check(account)
    account.save()
    _tell("gateway.changed", account, actor, at)
    return account


@action
def archive_gateway(
    *, company_id: int, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> GatewayAccount:
    """Nobody starts to pay through it any more; what was begun still ends, and its messages are still taken.

    Locks the row. Raises not_found, gateway.archived. Publishes gateway.archived.
    """
    account: GatewayAccount = lock_row(GatewayAccount.objects.filter(company=company_id, uuid=account_uuid))
    if account.archived_at is not None:
        raise BusinessError("gateway.archived")
    account.archived_at = at
    account.save(update_fields=["archived_at"])
    _tell("gateway.archived", account, actor, at)
    return account


@action
def note_check(
    *, company: Company, account_uuid: uuid.UUID, result: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Keep that somebody tested the connection, and the provider's code for how it went. Publishes gateway.checked."""
    account = GatewayAccount.objects.for_company(company).get(uuid=account_uuid)
    _tell("gateway.checked", account, actor, at, result=result)


def _check(account: GatewayAccount) -> None:
    for field in ("api_key", "webhook_secret"):
        if not is_reference(getattr(account, field), account.company.slug):
            raise BusinessError("gateway.reference", field, example=example(account.company.slug))
    check_fields(account)


def _clearing(company: Company, actor: User | None, at: dt.datetime) -> None:
    """Companies founded before there was online payment have no clearing account yet."""
    accounts = Account.objects.for_company(company)
    if accounts.filter(purpose=Purpose.GATEWAY).exists():
        return
    names, first = CLEARING
    taken = set(accounts.values_list("code", flat=True))
    wanted = names[0] if company.country in {"DE", "AT"} else names[1]
    code = wanted if wanted not in taken else next(str(n) for n in range(first, 10**6) if str(n) not in taken)
    name = "Geldtransit Zahlungsdienstleister" if company.language == "de" else "Payment provider clearing"
    add_account(company_id=company.pk, code=code, name=name, purpose=Purpose.GATEWAY, actor=actor, at=at)


def _tell(type: str, account: GatewayAccount, actor: User | None, at: dt.datetime, **more: str) -> None:
    data = {"provider": account.provider, "mode": account.mode} | more
    publish(type, company=account.company, subject=("gateway", account.uuid), data=data, actor=actor, at=at)
