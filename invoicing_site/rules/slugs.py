"""Which words may name a company in the URL: not those the site's own addresses begin with."""

import re

RESERVED = frozenset(
    {
        "accounts",
        "admin",
        "api",
        "demo",
        "healthz",
        "hooks",
        "invitation",
        "l",
        "portal",
        "readyz",
        "static",
        "v",
        "verify",
    }
)
_SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def is_free(slug: str) -> bool:
    """Whether `slug` has the right shape and no page of the site begins with it; says nothing about other companies."""
    return slug not in RESERVED and _SHAPE.fullmatch(slug) is not None
