"""Verbs of the portal's sign-in: a code by mail, used once (SPEC U2)."""

import datetime as dt
import hmac
import secrets

from django.utils.crypto import salted_hmac

from clients.models import PortalAccount, SignInCode
from clients.reports.portal import live_account
from invoicing_site.action import action
from invoicing_site.actions.mail import queue
from invoicing_site.events import publish
from invoicing_site.locks import lock_rows
from invoicing_site.models import Company, User

DIGITS = 8
VALID = dt.timedelta(minutes=10)
TRIES = 5
KEPT = dt.timedelta(days=1)


@action
def request_code(
    *, company: Company, email: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> SignInCode | None:
    """Mail a new code of eight digits to the account with this address; codes sent before are void.

    None, without a trace, for an address that has no account. Only the code's HMAC is kept; the mail carries the code
    in its `secret`, which is emptied once it is sent. Locks the account. Queues a mail of kind portal_code.
    """
    account = _account(company, email)
    if account is None:
        return None
    account.codes.filter(created_at__lt=at - KEPT).delete()
    account.codes.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row: SignInCode = SignInCode.objects.create(
        company=company, account=account, digest=_digest(account, code), expires_at=at + VALID
    )
    queue(
        company=company,
        kind="portal_code",
        subject=("portal_account", account.uuid),
        recipient=account.email,
        language=account.language,
        dedupe_key=f"portal_code:{row.uuid}",
        secret=code,
        actor=actor,
        at=at,
    )
    return row


@action
def sign_in(
    *, company: Company, email: str, code: str, actor: User | None, at: dt.datetime, reason: str = ""
) -> PortalAccount | None:
    """The account whose newest code this is; the code is used up by it. None for everything else.

    A wrong code counts as a try, of which each code has five; so this does not raise, which would undo the count. Locks
    the account, so that of two at once with the same code one comes in. Publishes portal.signed_in.
    """
    account = _account(company, email)
    if account is None:
        return None
    row: SignInCode | None = (
        account.codes.filter(used_at=None, expires_at__gt=at, attempts__lt=TRIES).order_by("-id").first()
    )
    if row is None:
        return None
    if not hmac.compare_digest(bytes(row.digest), _digest(account, code)):
        row.attempts += 1
        row.save(update_fields=["attempts"])
        return None
    row.used_at = at
    row.save(update_fields=["used_at"])
    account.seen_at = at
    account.save(update_fields=["seen_at"])
    publish(
        "portal.signed_in", company=company, subject=("portal_account", account.uuid), actor=actor, at=at
    )  # fmt: skip
    return account


def _account(company: Company, email: str) -> PortalAccount | None:
    return next(iter(lock_rows(live_account(company, email))), None)


def _digest(account: PortalAccount, code: str) -> bytes:
    return salted_hmac("invoicing.portal.code", f"{account.uuid}:{code}", algorithm="sha256").digest()
