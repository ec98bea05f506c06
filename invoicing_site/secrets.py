"""Secrets by reference: a row names where a secret is, this module fetches it when it is needed (DESIGN §2).

``env:ACME__STRIPE_KEY`` reads an environment variable of the company at /acme/: its address in capitals, two underscores, a
name. ``file:stripe.key`` reads a file in its own folder of SECRETS_DIR. A company reaches nothing else: what
it names goes to services it chose itself. What is read is never logged, never shown, and never part of an error.
"""

import os
import re
from pathlib import Path

from django.conf import settings

_ENV = re.compile(r"env:(?P<owner>[A-Z0-9_]+?)__(?P<name>[A-Z0-9]+(?:_[A-Z0-9]+)*)")
_FILE = re.compile(r"file:(?P<name>[A-Za-z0-9_-][A-Za-z0-9._-]*)")
MOST = 16_384


class SecretMissing(Exception):
    """There is no secret where the reference says; names the place, never what is there."""


def example(slug: str) -> str:
    """How a reference of the company at `slug` looks."""
    return f"env:{_owner(slug)}__STRIPE_KEY"


def is_reference(text: str, slug: str) -> bool:
    """Whether `text` names a place the company at `slug` may reach, and is not, say, a pasted key."""
    return _variable(text, slug) is not None or _FILE.fullmatch(text) is not None


def fetch(reference: str, slug: str) -> str:
    """The secret `reference` names for the company at `slug`. Raises SecretMissing."""
    found, variable, file = "", _variable(reference, slug), _FILE.fullmatch(reference)
    if variable is not None:
        found = os.environ.get(variable, "")
    elif file and settings.SECRETS_DIR:
        try:
            with (Path(settings.SECRETS_DIR) / slug / file["name"]).open(encoding="ascii") as opened:
                found = opened.read(MOST)
        except (OSError, UnicodeDecodeError):
            found = ""
    if not found.strip():
        place = reference if is_reference(reference, slug) else "(not a reference of this company)"
        raise SecretMissing(f"There is no secret at {place}.")
    return found.strip()


def _variable(reference: str, slug: str) -> str | None:
    match = _ENV.fullmatch(reference)
    return reference.removeprefix("env:") if match and match["owner"] == _owner(slug) else None


def _owner(slug: str) -> str:
    # An underscore in an address would make two companies one; a hyphen cannot stand in a variable.
    return slug.upper().replace("_", "X_").replace("-", "_")
