"""What must be set before this process may serve: asked by wsgi.py and by workers, one clear line for each gap."""

import base64
import binascii
import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MODES = ("production", "demo", "test")
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def gaps() -> list[str]:
    """Sentences about settings that are missing or wrong; empty means ready."""
    found = []
    if settings.MODE not in MODES:
        found.append(f"INVOICING_MODE must be one of {', '.join(MODES)}.")
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django refuses an empty one by itself, with fewer words
        secret = ""
    if len(secret) < 50:
        found.append("SECRET_KEY must be at least 50 random characters.")
    keys = [entry.partition(":")[2] for entry in settings.DATA_KEYS]
    if not keys or not all(_is_key(key) for key in keys):
        found.append("DATA_KEYS must be id:base64 of 32 random bytes, comma separated.")
    if not _is_key(settings.SIGNING_KEY):
        found.append("SIGNING_KEY must be base64 of 32 random bytes.")
    if settings.MODE == "production" and not settings.SECURE:
        found.append("BASE_URL must start with https:// in production.")
    if settings.MODE == "production" and settings.APPLICATION_DATABASE.get("USER") == settings.OWNER_DATABASE.get(
        "USER"
    ):
        found.append(
            "MIGRATE_DATABASE_URL must name the owner, DATABASE_URL another role without DDL (docs/settings.md)."
        )
    if settings.MODE == "production" and settings.STRIPE_API_BASE:
        found.append("STRIPE_API_BASE leads payments to a stand-in; production pays at Stripe: remove it.")
    return [*found, *(_demo_gaps() if settings.MODE == "demo" else [])]


def _demo_gaps() -> list[str]:
    """The demo signs in whoever comes: it serves this machine only and cannot move money."""
    found = []
    if not set(settings.ALLOWED_HOSTS) <= LOOPBACK:
        found.append("The demo serves this machine only: ALLOWED_HOSTS may hold localhost and 127.0.0.1.")
    host = urlsplit(settings.STRIPE_API_BASE).hostname
    if settings.STRIPE_API_BASE and host not in {"localhost", "127.0.0.1", "::1"}:
        found.append("STRIPE_API_BASE must name this machine in the demo.")
    live = sorted(name for name, value in os.environ.items() if value.startswith(("sk_live_", "rk_live_")))
    if live:
        found.append(f"The demo takes no live keys: unset {', '.join(live)}.")
    return found


def demand() -> None:
    """Raise ImproperlyConfigured with every gap, before the first request or task."""
    found = gaps()
    if found:
        raise ImproperlyConfigured("Cannot start. " + " ".join(found) + " See docs/settings.md.")


def _is_key(encoded: str) -> bool:
    try:
        return len(base64.b64decode(encoded, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False
