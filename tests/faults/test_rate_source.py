"""The source of exchange rates: silent, slow, endless, moved, lying. Good rates stay; nothing waits for it (FAULTS 42)."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from billing.actions import rate_source
from billing.actions.rate_source import fetch_rates
from billing.models import ExchangeRate, RateFile
from billing.tasks import fetch_rates as task
from invoicing_site.asking import page
from invoicing_site.context import acting
from invoicing_site.outside import Unanswered
from tests.helpers.ecb import xml_of
from tests.helpers.money import invoice
from tests.world import AT, TODAY

pytestmark = pytest.mark.usefixtures("inside")
RATES = {"USD": "1.0854", "JPY": "162.5", "CHF": "0.9421", "GBP": "0.8412", "PLN": "4.1875"}
GOOD = xml_of({TODAY - dt.timedelta(days=3): RATES})
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(OSError):
                answer(self)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/eurofxref-daily.xml?x=1"
    finally:
        running.shutdown()
        running.server_close()


def body(content: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    return answer


def drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b" ")
        request.wfile.flush()
        time.sleep(0.05)


def drip_of_headers(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        request.wfile.write(b"X")
        request.wfile.flush()
        time.sleep(0.05)


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b" " * 65536)


def silent(request: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


@pytest.fixture
def inside(settings: Any) -> None:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]


def test_a_page_is_read() -> None:
    with server(body(GOOD)) as url:
        assert page(url, largest=len(GOOD), seconds=5) == GOOD


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (body(GOOD, 302, Location="http://169.254.169.254/latest/meta-data/"), "status 302"),
        (body(b"", 500), "status 500"),
        (body(b"", 204), "status 204"),
        (drip, "too slow"),
        (drip_of_headers, "too slow"),
        (endless, "too large"),
        (silent, "too slow"),
        (body(GOOD, **{"Content-Length": "999999"}), "cut short"),
    ],
)
def test_anything_else_is_given_up(answer: Answer, why: str) -> None:
    with server(answer) as url, pytest.raises(Unanswered, match=why):
        page(url, largest=1024 * 1024, seconds=0.5)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "https://", "/etc/passwd", "gopher://x"])
def test_only_the_web_is_asked(url: str) -> None:
    with pytest.raises(Unanswered, match="address refused"):
        page(url, largest=10, seconds=1)


def test_no_private_address_unless_the_operator_named_it(settings: Any) -> None:
    settings.PRIVATE_HOSTS = []
    for url in ("https://127.0.0.1/", "https://169.254.169.254/latest/"):
        with pytest.raises(Unanswered, match="private address"):
            page(url, largest=10, seconds=1)


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(Unanswered, match="ConnectionRefusedError"):
            page(url, largest=10, seconds=1)


def test_never_inside_a_transaction() -> None:
    with acting(), pytest.raises(RuntimeError):
        page("http://127.0.0.1/", largest=10, seconds=1)


def test_every_company_gets_the_rates(world: Any, stranger: Any, settings: Any) -> None:
    with server(body(GOOD)) as url:
        settings.RATES_URL = url
        fetch_rates(at=AT)
        fetch_rates(at=AT)
    for company in (world.company, stranger.company):
        assert ExchangeRate.objects.for_company(company).count() == len(RATES)
        assert [(file.origin, file.name, file.new) for file in RateFile.objects.for_company(company)] == [
            ("source", "127.0.0.1", len(RATES))
        ]


def test_without_an_address_nobody_is_asked(world: Any, settings: Any) -> None:
    settings.RATES_URL = ""
    task()
    assert not RateFile.objects.exists()


LIES: list[tuple[Answer, str]] = [
    (silent, "rates.source_silent"),
    (body(b"", 503), "rates.source_silent"),
    (body(b"<html/>"), "rates.file_unreadable"),
    (body(b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>"), "rates.file_unreadable"),
    (body(xml_of({TODAY: dict.fromkeys(RATES, "1")})), "rates.file_absurd"),
    (body(xml_of({TODAY: RATES | {"USD": "0"}})), "rates.file_impossible"),
    (body(xml_of({dt.date(2999, 1, 1): RATES})), "rates.file_impossible"),
]


@pytest.mark.parametrize(("answer", "problem"), LIES)
def test_a_source_that_lies_changes_nothing_and_stops_nothing(
    world: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, answer: Answer, problem: str
) -> None:
    monkeypatch.setattr(rate_source, "SECONDS", 0.5)
    with server(body(GOOD)) as settings.RATES_URL:
        fetch_rates(at=AT)
    good = list(ExchangeRate.objects.order_by("id").values())
    with server(answer) as settings.RATES_URL:
        fetch_rates(at=AT)
        fetch_rates(at=AT)
    newest = RateFile.objects.for_company(world.company).first()
    assert (newest.problem, newest.stored_at) == (problem, None)
    assert list(ExchangeRate.objects.order_by("id").values()) == good
    assert invoice(world, currency="USD").number is not None
