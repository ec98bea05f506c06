"""Verbs on portal accounts: who of a client may come in, and what they may do there (SPEC U2)."""

import datetime as dt
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from clients.models import Client, PortalAccount, PortalGrant
from clients.reports.portal import live_account
from invoicing_site.action import action
from invoicing_site.actions.mail import queue
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User

NAME_LENGTH, EMAIL_LENGTH = 120, 254


@action
def invite_to_portal(
    *,
    company: Company,
    client_uuid: uuid.UUID,
    email: str,
    name: str = "",
    may_pay: bool,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> PortalGrant:
    """Let the person behind `email` see the client's documents, and pay them if `may_pay`; tell them by mail.

    An address that already has an account in this company keeps it and gets one more client. New accounts speak the
    client's language. Locks the client. Raises not_found, client.archived, portal.email, portal.name, portal.granted.
    Publishes portal.invited at the client; queues a mail of kind portal_invitation.
    """
    client: Client = lock_row(Client.objects.for_company(company).filter(uuid=client_uuid))
    if client.archived_at is not None:
        raise BusinessError("client.archived")
    account = _account(company, _address(email), _name(name), client.language, actor, at)
    try:
        with transaction.atomic():
            grant: PortalGrant = PortalGrant.objects.create(
                company=company, account=account, client=client, may_pay=may_pay
            )
    except IntegrityError:
        raise BusinessError("portal.granted", "email", email=account.email) from None
    _tell(company, account, client, actor, at)
    data = {"account": str(account.uuid), "may_pay": may_pay}
    publish("portal.invited", company=company, subject=("client", client.uuid), data=data, actor=actor, at=at)
    return grant


@action
def change_right(
    *,
    company: Company,
    client_uuid: uuid.UUID,
    account_uuid: uuid.UUID,
    may_pay: bool,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> PortalGrant:
    """Say whether an account may pay for this client; in force at its next request. The same again changes nothing.

    Locks the grant. Raises not_found. Publishes portal.right_changed at the client.
    """
    grant = _grant(company, client_uuid, account_uuid)
    if grant.may_pay != may_pay:
        grant.may_pay = may_pay
        grant.save(update_fields=["may_pay"])
        data = {"account": str(account_uuid), "may_pay": may_pay}
        publish("portal.right_changed", company=company, subject=("client", client_uuid), data=data, actor=actor, at=at)
    return grant


@action
def revoke_grant(
    *,
    company: Company,
    client_uuid: uuid.UUID,
    account_uuid: uuid.UUID,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> None:
    """Take one client from an account, at its next request; an account left without any is ended.

    Locks the account, then the grant. Raises not_found. Publishes portal.right_ended at the client.
    """
    account = _live(company, account_uuid)
    grant = _grant(company, client_uuid, account_uuid)
    grant.delete()
    data = {"account": str(account_uuid)}
    publish("portal.right_ended", company=company, subject=("client", client_uuid), data=data, actor=actor, at=at)
    if not account.grants.exists():
        _end(account, at)


@action
def end_portal_access(
    *, company: Company, account_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> PortalAccount:
    """End an account for good: every session, code and right. The same address may be invited anew.

    Locks the account. Raises not_found. Publishes portal.ended at each client it could see.
    """
    account = _live(company, account_uuid)
    clients = list(account.grants.order_by("id").values_list("client__uuid", flat=True))
    _end(account, at)
    for client in clients:
        data = {"account": str(account_uuid)}
        publish("portal.ended", company=company, subject=("client", client), data=data, actor=actor, at=at)
    return account


@action
def change_profile(
    *, account: PortalAccount, name: str, language: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> PortalAccount:
    """The name and language a reader of the portal gives themselves (a code of settings.LANGUAGES).

    Locks the account. Raises not_found, portal.name, language.unknown. Publishes portal.profile_changed.
    """
    if language not in dict(settings.LANGUAGES):
        raise BusinessError("language.unknown", "language")
    row = _live(account.company, account.uuid)
    before = (row.name, row.language)
    row.name, row.language = _name(name), language
    changed = [field for field, old in zip(("name", "language"), before, strict=True) if getattr(row, field) != old]
    if changed:
        row.save(update_fields=changed)
        subject = ("portal_account", row.uuid)
        publish(
            "portal.profile_changed", company=row.company, subject=subject, data={"fields": changed}, actor=actor, at=at
        )  # fmt: skip
    return row


@action
def end_portal_sessions(
    *, account: PortalAccount, actor: User | None, at: dt.datetime, reason: str = ""
) -> PortalAccount:
    """End every session of an account, in all browsers, by its epoch. Locks the account. Raises not_found.

    Publishes portal.sessions_ended.
    """
    row = _live(account.company, account.uuid)
    row.epoch += 1
    row.save(update_fields=["epoch"])
    publish(
        "portal.sessions_ended", company=row.company, subject=("portal_account", row.uuid), actor=actor, at=at
    )  # fmt: skip
    return row


def _account(
    company: Company, email: str, name: str, language: str, actor: User | None, at: dt.datetime
) -> PortalAccount:
    live = live_account(company, email)
    found: PortalAccount | None = live.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made: PortalAccount = PortalAccount.objects.create(
                company=company, email=email, name=name, language=language, invited_at=at, invited_by=actor
            )
            return made
    except IntegrityError:  # invited for another client in the same moment
        other: PortalAccount = lock_row(live)
        return other


def _tell(company: Company, account: PortalAccount, client: Client, actor: User | None, at: dt.datetime) -> None:
    queue(
        company=company,
        kind="portal_invitation",
        subject=("portal_account", account.uuid),
        recipient=account.email,
        language=account.language,
        dedupe_key=f"portal_invitation:{uuid.uuid4()}",  # each grant is made once; after its end a new one tells anew
        options={"client": str(client.uuid)},
        actor=actor,
        at=at,
    )


def _end(account: PortalAccount, at: dt.datetime) -> None:
    account.ended_at = at
    account.epoch += 1
    account.save(update_fields=["ended_at", "epoch"])
    account.codes.filter(used_at=None).delete()


def _live(company: Company, account_uuid: uuid.UUID) -> PortalAccount:
    rows = PortalAccount.objects.for_company(company).filter(uuid=account_uuid, ended_at=None)
    account: PortalAccount = lock_row(rows.select_related("company"))
    return account


def _grant(company: Company, client_uuid: uuid.UUID, account_uuid: uuid.UUID) -> PortalGrant:
    rows = PortalGrant.objects.for_company(company)
    grant: PortalGrant = lock_row(
        rows.filter(client__uuid=client_uuid, account__uuid=account_uuid, account__ended_at=None)
    )
    return grant


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BusinessError("portal.email", "email") from None
    if len(email) > EMAIL_LENGTH:
        raise BusinessError("portal.email", "email")
    return email


def _name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise BusinessError("portal.name", "name", most=NAME_LENGTH)
    return name
