"""Secrets by reference: a row names where a secret is, this module fetches it when it is needed (DESIGN §2).

``env:NAME`` reads an environment variable, ``file:/absolute/path`` the first line of a file. What is read is never logged,
never shown, and never part of an error.
"""

import os
import re
from pathlib import Path

_ENV = re.compile(r"env:[A-Z][A-Z0-9_]*")
_FILE = re.compile(r"file:/[^\x00-\x1f]+")
MOST = 4096


class SecretMissing(Exception):
    """There is no secret where the reference says; names the place, never what is there."""


def is_reference(text: str) -> bool:
    """Whether `text` names a place and is not, say, a pasted key."""
    return bool(_ENV.fullmatch(text) or _FILE.fullmatch(text))


def fetch(reference: str) -> str:
    """The secret `reference` names. Raises SecretMissing."""
    found = ""
    if _ENV.fullmatch(reference):
        found = os.environ.get(reference.removeprefix("env:"), "")
    elif _FILE.fullmatch(reference):
        try:
            with Path(reference.removeprefix("file:")).open(encoding="ascii") as file:
                found = file.readline(MOST)
        except (OSError, UnicodeDecodeError):
            found = ""
    if not found.strip():
        place = reference if is_reference(reference) else "(not a reference)"
        raise SecretMissing(f"There is no secret at {place}.")
    return found.strip()
