"""Where a customer may be sent to pay."""

from collections.abc import Collection
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def leads_to_provider(url: str, hosts: Collection[str], stand_in: str = "") -> bool:
    """Whether `url` is a page of a payment provider: https on one of `hosts`, or on the host of the `stand_in` of demo and tests."""
    if not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return False
    try:
        parts, own = urlsplit(url), urlsplit(stand_in)
        named, port = parts.hostname, parts.port
        own_named = own.hostname
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not named:
        return False
    if stand_in and named in LOOPBACK and own_named in LOOPBACK:
        return parts.scheme in ("http", "https")
    if stand_in and named == own_named:
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443) and named in hosts
