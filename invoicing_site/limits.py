"""How often somebody may try, counted in the cache, for doors that anybody can knock at; and how often a page asks a worker."""

import hashlib
import logging
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)


def address_of(request: HttpRequest) -> str:
    """The address the request came from, behind as many proxies as TRUSTED_PROXY_COUNT says."""
    return str(get_adapter().get_client_ip(request))


def allow(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one try of `who` at `what`; False once it is more than `most` within `seconds`.

    A cache that is down refuses nobody: whatever must hold then is held by rows (the tries of a code), not by this.
    """
    key = f"limit:{what}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    try:
        if cache.add(key, 1, seconds):
            return True
        return int(cache.incr(key)) <= most
    except ValueError:  # the count ran out between the two
        return True
    except Exception:
        log.warning("cache unreachable, %s is not counted", what)
        return True


def seldom(what: str, ask: Callable[[], object], *, seconds: int) -> None:
    """Have a worker do `what`, once within `seconds` however often a page that waits for it is looked at.

    A broker or a cache that is down must not take the page with it: it is logged, and the next look asks again.
    """
    try:
        if not cache.add(f"{what}:asked", True, seconds):
            return
        try:
            ask()
        except Exception:
            cache.delete(f"{what}:asked")
            raise
    except Exception:
        log.warning("broker unreachable, %s waits", what)
