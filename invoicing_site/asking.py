"""Asking a service outside a question in JSON, or for a page: at an address somebody typed, so it is never trusted (SSRF).

The name is resolved once and the connection goes to the address that was judged: a second answer of the name server cannot
lead elsewhere. Loopback, private and link-local addresses, and plain HTTP, are refused unless the operator named the host
(PRIVATE_HOSTS). Redirects are not followed.
"""

import contextlib
import http.client
import ipaddress
import json
import socket
import threading
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from invoicing_site.context import refuse_in_action
from invoicing_site.outside import Unanswered


def acceptable(url: str) -> bool:
    """Whether `url` may be asked at all: https with a host and no sign-in in it; http only for a host the operator named."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or port == 0 or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in settings.PRIVATE_HOSTS)


def ask(url: str, question: Any, *, secret: str, largest: int, seconds: float) -> Any:
    """POST `question` as JSON with ``Authorization: Bearer secret``; the JSON answer, at most `largest` bytes, heard whole
    within `seconds`. Never inside a transaction. Raises Unanswered, which never holds what was sent or heard."""
    refuse_in_action("Asking a service")
    if not acceptable(url):
        raise Unanswered("address refused")
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    line = _Line(seconds)
    try:
        return json.loads(_exchange(urlsplit(url), "POST", json.dumps(question), headers, largest, line))
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        slow = line.over or isinstance(error, TimeoutError)
        raise Unanswered("too slow" if slow else type(error).__name__) from None
    finally:
        line.close()


def page(url: str, *, largest: int, seconds: float) -> bytes:
    """GET the page at `url`, at most `largest` bytes, heard whole within `seconds`. Never inside a transaction. Raises Unanswered."""
    refuse_in_action("Reading a page")
    if not acceptable(url):
        raise Unanswered("address refused")
    line = _Line(seconds)
    try:
        return _exchange(urlsplit(url), "GET", None, {}, largest, line)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unanswered("too slow" if line.over else type(error).__name__) from None
    finally:
        line.close()


def _exchange(
    parts: SplitResult, method: str, body: str | None, headers: dict[str, str], largest: int, line: "_Line"
) -> bytes:
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=line.seconds)
    connection._create_connection = line.connect  # type: ignore[attr-defined]
    headers = headers | {"Accept-Encoding": "identity", "User-Agent": "invoicing"}
    try:
        connection.request(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        with connection.getresponse() as response:
            if response.status != http.client.OK:
                raise Unanswered(f"status {response.status}")
            found = response.read(largest + 1)
            missing = response.length
        if line.over:
            raise Unanswered("too slow")
        if len(found) > largest:
            raise Unanswered("too large")
        if missing:
            raise Unanswered("cut short")
        return found
    finally:
        connection.close()


class _Line:
    """The one connection of a question: judged before it is made, hung up when the time is over, whatever it is doing."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.over = seconds, False
        self.ends: list[socket.socket] = []
        self.timer = threading.Timer(seconds, self._hang_up)
        self.timer.daemon = True
        self.timer.start()

    def connect(self, address: tuple[str, int], timeout: float, source: Any = None) -> socket.socket:
        host, port = address
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if host not in settings.PRIVATE_HOSTS:
            for *_kind, place in found:
                if not ipaddress.ip_address(str(place[0]).partition("%")[0]).is_global:
                    raise Unanswered("private address")
        made = socket.create_connection((str(found[0][4][0]), port), timeout, source)
        self.ends.append(made.dup())  # TLS takes the socket itself over
        return made

    def _hang_up(self) -> None:
        self.over = True
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.timer.cancel()
        for end in self.ends:
            end.close()
