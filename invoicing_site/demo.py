"""People of the demo: known passwords and authenticator secrets, so that one click walks the real sign-in.

Only with INVOICING_MODE=demo (and in tests): the launcher lets nothing but this machine reach the demo.
"""

import base64
import hashlib
import time

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import gettext

from invoicing_site.accounts import device_for
from invoicing_site.models import Membership, User

PASSWORD = "demo sign-in for everybody"  # noqa: S105 - printed on the demo's own page
PERIOD = 30


def secret_of(email: str) -> str:
    """The authenticator secret of a demo person: the same on every machine and after every start."""
    return base64.b32encode(hashlib.sha256(f"invoicing demo {email}".encode()).digest()[:20]).decode()


def seed_person(
    *, email: str, name: str, language: str = "en", platform_admin: bool = False, password: str = PASSWORD
) -> User:
    """Make (or find) a person who can sign in with `password` and the codes of `secret_of(email)`.

    No membership yet. Raises ImproperlyConfigured outside demo and tests.
    """
    if not (settings.DEMO or settings.TESTING):
        raise ImproperlyConfigured("Demo people exist only with INVOICING_MODE=demo.")
    user = User.objects.filter(email=email).first()
    if user is None:
        fields = {"name": name, "language": language, "is_platform_admin": platform_admin}
        user = User.objects.create_user(email, password, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    device_for(factor or TOTP.activate(user, secret_of(email)).instance)
    return user


def seeded() -> list[tuple[User, Authenticator]]:
    """Active people whose authenticator still has its demo secret, in the order they were made."""
    factors = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__is_active=True).select_related("user")
    found = ((factor.user, factor) for factor in factors.order_by("user_id"))
    return [(user, factor) for user, factor in found if decrypt(factor.data["secret"]) == secret_of(user.email)]


def current_code(factor: Authenticator) -> str:
    """A code the sign-in accepts now: this half minute's, or the next one's when that was used already."""
    counter = int(time.time()) // PERIOD
    used = factor.data.get("used", [])
    step = next((step for step in (0, 1, -1) if counter + step not in used), 0)
    code: str = format_hotp_value(hotp_value(secret_of(factor.user.email), counter + step))
    return code


def code_of(user_id: int | None) -> str:
    """The current code of a seeded person, or nothing for anybody else."""
    return next((current_code(factor) for user, factor in seeded() if user.pk == user_id), "")


def listing() -> list[dict[str, str]]:
    """Every seeded person: name, role, e-mail, the URL that signs in, the current code."""
    found = seeded()
    roles: dict[int, list[str]] = {}
    members = Membership.objects.current().filter(user__in=[user for user, _ in found]).select_related("company")
    for member in members.order_by("company__name"):
        roles.setdefault(member.user_id, []).append(f"{member.get_role_display()}, {member.company.name}")
    return [
        {
            "role": " · ".join(roles.get(user.pk, [])) or (gettext("Platform admin") if user.is_platform_admin else ""),
            "name": str(user),
            "email": user.email,
            "url": reverse("demo_sign_in", args=[user.uuid]),
            "code": current_code(factor),
        }
        for user, factor in found
    ]
