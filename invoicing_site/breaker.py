"""A circuit breaker shared by all processes: after a few failures in a row a service is left alone for a while.

Then one caller alone tries again (half-open); its success closes the circuit, its failure opens it anew. It lives in the
cache: a cache that is down stops nobody, the caller's own time limit then bounds the wait.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

log = logging.getLogger(__name__)
T = TypeVar("T")
MEMORY = 3600


class Open(Exception):
    """The service failed lately and is not asked now."""


class Breaker:
    """`name` is the service; it opens after `failures` in a row, for `seconds`."""

    def __init__(self, name: str, *, failures: int = 3, seconds: int = 60) -> None:
        self.failures, self.seconds = failures, seconds
        self.count, self.rest, self.probe = (f"breaker:{name}:{part}" for part in ("count", "rest", "probe"))

    def call(self, work: Callable[[], T]) -> T:
        """What `work` gives; what it raises counts as a failure and is raised on. Raises Open without calling it."""
        if not self.allows():
            raise Open
        try:
            answer = work()
        except Exception:
            self.failed()
            raise
        self.succeeded()
        return answer

    def allows(self) -> bool:
        """Closed, or half-open and this caller is the one who tries."""
        try:
            if cache.get(self.rest):
                return False
            if int(cache.get(self.count) or 0) < self.failures:
                return True
            return bool(cache.add(self.probe, True, self.seconds))
        except Exception:
            log.warning("cache unreachable, breaker %s does not count", self.count)
            return True

    def failed(self) -> None:
        try:
            cache.add(self.count, 0, MEMORY)
            if int(cache.incr(self.count)) >= self.failures:
                cache.set(self.rest, True, self.seconds)
                cache.delete(self.probe)
        except Exception:
            log.warning("cache unreachable, breaker %s does not count", self.count)

    def succeeded(self) -> None:
        try:
            cache.delete_many([self.count, self.rest, self.probe])
        except Exception:
            log.warning("cache unreachable, breaker %s does not count", self.count)
