"""allauth and django-otp bent to the house: no sign-up, sealed secrets, one truth about factors (docs/adr/0004)."""

import base64
import datetime as dt
import json
import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.core.internal.cryptokit import compare_user_code
from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_otp import login as otp_login

from invoicing_site import clock, crypto, factors
from invoicing_site.models import AuthenticatorDevice, User

LABEL = "mfa.secret"
SEEN_EVERY = dt.timedelta(minutes=1)


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Checks passwords and nothing else: rights come from rules/roles.py, never from Django's permission tables."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


class Ourselves:
    """This installation in allauth's mails: the configured address, never the Host header of a request."""

    name = domain = urlsplit(settings.BASE_URL).netloc


def _ours(url: str) -> str:
    return f"{settings.BASE_URL}{urlsplit(url).path}"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation, the first owner by a host command."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue what allauth has to say; SMTP never holds up a request, nor tells by its pace whether an account exists."""
        from invoicing_site.actions.mail import queue  # verbs on people end sessions, which stand here

        user = context.get("user")
        about = {"request": self.request, "email": email} | context | {"current_site": Ourselves()}
        message = self.render_mail(template_prefix, email, about)
        queue(
            company=None,
            kind="account",
            subject=("user", user.uuid if isinstance(user, User) else uuid.uuid4()),
            recipient=email,
            language=get_language() or "",
            dedupe_key=f"account:{uuid.uuid4()}",
            secret=json.dumps({"subject": message.subject, "text": message.body}),
            actor=None,
            at=clock.now(),
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _ours(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _ours(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A password never stands in for an enrolled factor (allauth alone would accept it): step-up asks for one."""
        if user.is_authenticated and factors.enrolled(user):
            return [{"id": "step_up", "description": _("Use your second factor"), "url": reverse("step_up")}]
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return methods

    def is_login_by_code_required(self, login: Any) -> bool:
        """No mailed codes for people who work here: a mailbox is no second factor."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text.encode(), LABEL)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(base64.b64decode(encrypted_text), LABEL).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Who holds a role keeps at least one factor; another one is added before the last is removed."""
        if authenticator.type not in factors.FACTORS:
            return True
        held = Authenticator.objects.filter(user=authenticator.user_id, type__in=factors.FACTORS)
        return held.exclude(pk=authenticator.pk).exists() or not factors.holds_role(authenticator.user)


@transaction.atomic
def take_code(authenticator: Authenticator, code: str) -> bool:
    """Note that an accepted code of an app is used up; False if it was already, on whatever page (RFC 6238, 5.2).

    Locks the authenticator. Kept are the steps that are still accepted. A recovery code is struck out by allauth.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret, steps = decrypt(row.data["secret"]), list(yield_hotp_counters_from_time())
    meant = [
        step for step in steps if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]
    used = [step for step in row.data.get("used", []) if step in steps]
    if not set(meant) - set(used):
        return False
    row.data["used"] = sorted({*used, *meant})
    row.save(update_fields=["data"])
    return True


def device_for(authenticator: Authenticator) -> AuthenticatorDevice:
    """The django-otp device of an authenticator; it goes with the authenticator, and with it every verified session."""
    defaults = {"user_id": authenticator.user_id, "name": authenticator.type, "confirmed": True}
    device: AuthenticatorDevice
    device, _created = AuthenticatorDevice.objects.get_or_create(authenticator=authenticator, defaults=defaults)
    return device


@receiver(user_logged_in)
def verify_at_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Carry the factor allauth checked while signing in over to django-otp."""
    records = get_authentication_records(request, user)
    used = [record["id"] for record in records if record.get("method") == "mfa"]
    authenticator = Authenticator.objects.filter(user=user, pk__in=used[-1:]).first()
    if authenticator:
        otp_login(request, device_for(authenticator))


@receiver(authenticator_used)
def verify_at_step_up(
    sender: Any, request: HttpRequest, authenticator: Authenticator, reauthenticated: bool = False, **kwargs: Any
) -> None:
    if reauthenticated:
        otp_login(request, device_for(authenticator))


@receiver(authenticator_added)
def verify_at_enrolment(sender: Any, request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """The new factor was just proved; recovery codes, which come along unasked, prove nothing."""
    if authenticator.type in factors.FACTORS:
        otp_login(request, device_for(authenticator))


def note_session(request: HttpRequest) -> None:
    """Keep the person's list of sessions true, once a minute: allauth's middleware writes on every page view."""
    known = UserSession.objects.filter(
        session_key=request.session.session_key,
        ip=get_adapter().get_client_ip(request),
        user_agent=request.headers.get("User-Agent", "")[:HTTP_USER_AGENT_MAX_LENGTH],
        last_seen_at__gt=clock.now() - SEEN_EVERY,
    )
    if not known.exists():
        UserSession.objects.create_from_request(request)


def end_sessions(user: User) -> int:
    """Sign `user` out everywhere, at once. Returns how many sessions ended."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
