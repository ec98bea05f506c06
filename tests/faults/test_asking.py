"""A service a company names: reached only where it may be, heard only so long and so much (FAULTS 42, 51)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from invoicing_site.asking import acceptable, ask
from invoicing_site.breaker import Breaker, Open
from invoicing_site.context import acting
from invoicing_site.outside import Unanswered
from tests.helpers.engine import Service, service


@pytest.fixture
def there(settings: Any) -> Iterator[Service]:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with service() as found:
        yield found


def heard(there: Service, seconds: float = 2, largest: int = 1000) -> Any:
    return ask(there.url, {"lines": []}, secret="s3cret", largest=largest, seconds=seconds)


def test_a_question_is_answered(there: Service) -> None:
    assert heard(there) == {"version": "7", "lines": []}
    assert (there.asked, there.keys) == ([{"lines": []}], ["Bearer s3cret"])


@pytest.mark.parametrize(
    "answer",
    [b"not json", b"", b'{"a":', (500, b"{}"), (204, b""), (302, b"{}"), b"9" * 2000, b"[" * 1000],
)
def test_what_is_no_answer(there: Service, answer: Any) -> None:
    there.answer = lambda question: answer
    with pytest.raises(Unanswered) as refused:
        heard(there)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(("wait", "drip"), [(5, 0), (0, 0.1)])
def test_slow_and_dripping_services_are_hung_up_on(there: Service, wait: float, drip: float) -> None:
    there.wait, there.drip = wait, drip
    there.answer = lambda question: b'"' + b"x" * 200 + b'"'
    begun = time.monotonic()
    with pytest.raises(Unanswered, match="too slow"):
        heard(there, seconds=0.5)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://", "https://user:pass@example.com/", "https://example.com/#x",
        "https://example.com:0/", "https://[::1", "file:///etc/passwd", "",
    ],
)  # fmt: skip
def test_addresses_that_are_never_asked(url: str) -> None:
    assert not acceptable(url)
    with pytest.raises(Unanswered, match="address refused"):
        ask(url, {}, secret="s", largest=10, seconds=1)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0", "[::ffff:127.0.0.1]"]
)  # fmt: skip
def test_places_inside_are_not_reached(there: Service, settings: Any, host: str) -> None:
    settings.PRIVATE_HOSTS = []
    port = there.url.split(":")[2].split("/")[0]
    with pytest.raises(Unanswered, match="private address"):
        ask(f"https://{host}:{port}/", {}, secret="s", largest=10, seconds=1)
    assert there.asked == []


def test_never_inside_a_transaction(there: Service) -> None:
    with acting(), pytest.raises(RuntimeError, match="inside a transaction"):
        heard(there)
    assert there.asked == []


def broken(breaker: Breaker) -> str:
    def work() -> None:
        raise ValueError

    try:
        breaker.call(work)
    except ValueError:
        return "failed"
    except Open:
        return "open"
    return "answered"


def test_breaker_opens_after_three_failures_and_one_tries_again() -> None:
    cache.clear()
    breaker = Breaker("test", failures=3, seconds=1)
    assert [broken(breaker) for _ in range(5)] == ["failed", "failed", "failed", "open", "open"]
    time.sleep(1.1)
    twin = Breaker("test", failures=3, seconds=1)  # another process
    assert (breaker.allows(), twin.allows(), breaker.allows()) == (True, False, False)
    breaker.failed()
    assert broken(twin) == "open"
    time.sleep(1.1)
    assert twin.call(lambda: 7) == 7
    assert [broken(breaker) for _ in range(3)] == ["failed", "failed", "failed"]
    assert breaker.allows() is False


def test_a_success_forgets_failures() -> None:
    cache.clear()
    breaker = Breaker("test")
    assert [broken(breaker), broken(breaker)] == ["failed", "failed"]
    breaker.succeeded()
    assert [broken(breaker), broken(breaker), breaker.allows()] == ["failed", "failed", True]


def test_a_cache_that_is_down_stops_nobody(settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    breaker = Breaker("test")
    assert [broken(breaker) for _ in range(5)] == ["failed"] * 5
    assert breaker.call(lambda: 7) == 7
