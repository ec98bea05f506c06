"""Signing test clients in the short way; tests/web/site/test_sign_in.py walks the long one."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from invoicing_site.accounts import device_for
from invoicing_site.models import Company, Membership, User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "correct horse battery staple"


def enrol(user: User, secret: str = SECRET) -> Authenticator:
    """Give `user` a TOTP app with `secret`, once."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found or TOTP.activate(user, secret).instance


def code(secret: str = SECRET, *, at: float | None = None, steps: int = 0) -> str:
    """The six digits an authenticator app would show now, or `steps` × 30 s later."""
    return format_hotp_value(hotp_value(secret, int((at or time.time()) // 30) + steps))


def sign_in(
    client: Client, user: User, *, verified: bool = True, fresh: bool = True, factor: Authenticator | None = None
) -> Client:
    """A session as a real sign-in leaves it: password and code used now; not `fresh`: ten minutes ago.

    `verified=False` leaves the second factor out; `factor` is another one than the authenticator app.
    """
    client.force_login(user)
    session = client.session
    at = time.time() - (0 if fresh else 600)
    records: list[dict[str, Any]] = [{"method": "password", "at": at, "email": user.email}]
    if verified:
        factor = factor or enrol(user)
        records.append({"method": "mfa", "at": at, "id": factor.pk, "type": factor.type, "reauthenticated": True})
        session["otp_device_id"] = device_for(factor).persistent_id
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def office_client(user: User, **kwargs: Any) -> Client:
    """A new client, signed in with a verified and fresh second factor."""
    return sign_in(Client(), user, **kwargs)


def member(company: Company, role: str, email: str = "", **fields: Any) -> User:
    """A new current member of `company`."""
    user = User.objects.create_user(email or f"{role}.new@{company.slug}.example", name=role.title())
    Membership.objects.create(company=company, user=user, role=role, **fields)
    return user


def platform_admin(email: str = "platform@installation.example") -> User:
    return User.objects.create_user(email, name="Platform Admin", is_platform_admin=True)
