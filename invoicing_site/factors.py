"""Who has proved what in this session: sign-in, a verified second factor, a fresh one (SPEC A4, docs/adr/0004).

allauth enrols and checks factors and writes authentication records; django-otp's device is the one truth the guards
ask for.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from invoicing_site import clock
from invoicing_site.models import Membership

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def holds_role(user: Any) -> bool:
    """Whether `user` works here: a platform admin or a current member of some company. These need a second factor."""
    if not user.is_authenticated:
        return False
    if user.is_platform_admin:
        return True
    found: bool = Membership.objects.current().filter(user=user.pk).exists()
    return found


def enrolled(user: Any) -> bool:
    """Whether a TOTP app or a passkey is set up; recovery codes alone are none."""
    found: bool = Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists()
    return found


def verified(request: HttpRequest) -> bool:
    """Whether this session was signed in with a second factor that still exists."""
    return bool(request.user.is_authenticated and getattr(request.user, "otp_device", None))


def fresh(request: HttpRequest) -> bool:
    """Whether a second factor was used in this session within STEP_UP_SECONDS. A password never counts."""
    if not verified(request):
        return False
    now = clock.now().timestamp()
    ids = [
        record.get("id")
        for record in get_authentication_records(request, request.user)
        if record.get("method") == "mfa" and 0 <= now - record.get("at", 0) <= settings.STEP_UP_SECONDS
    ]
    return bool(ids) and Authenticator.objects.filter(user=request.user.pk, pk__in=ids).exists()


def back_to(request: HttpRequest) -> str:
    """The page to return to: this one if it was fetched, else the one the form stands on. Never another site."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        return _local(htmx.current_url_abs_path or "/")
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return _local(parts.path + (f"?{parts.query}" if parts.query else ""))
    return "/"


def _local(path: str) -> str:
    """A path of this site: //host/ would leave it."""
    return "/" + path.lstrip("/\\")


def with_next(url_name: str, target: str) -> str:
    return f"{reverse(url_name)}?{urlencode({'next': target})}"


def step_up_url(request: HttpRequest) -> str:
    return with_next("step_up", back_to(request))


def detour(request: HttpRequest, *, target: str | None = None, only_roles: bool = False) -> str | None:
    """Where the person must go before this page: sign-in, set-up of a factor, or its use. None: they may stay.

    `target` is where to return (this page if not given); `only_roles` lets people without a role in without a factor.
    """
    if not request.user.is_authenticated:
        return with_next("demo" if settings.DEMO else "account_login", target or back_to(request))
    if verified(request):
        return None
    if enrolled(request.user):
        return with_next("step_up", target or back_to(request))
    if only_roles and not holds_role(request.user):
        return None
    return reverse("mfa_index")
