"""The HTTP server: one thread for each connection, the API, the pages and the control on one port of this machine."""

import http.server
import json
import logging
import socket
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

from . import pages
from .api import Api
from .control import Control, Fault
from .events import Courier
from .flows import Gone, Till
from .store import Body, Store

log = logging.getLogger("sandbox")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_BYTES = 2**20


class Sandbox(http.server.ThreadingHTTPServer):
    """Raises ValueError for an address that others could reach, OSError when the port is taken."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, folder: Path, links: list[tuple[str, str]]) -> None:
        if host not in LOOPBACK:
            raise ValueError(f"The sandbox serves this machine only, not {host!r}.")
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self.base = f"http://{f'[{host}]' if ':' in host else host}:{self.server_port}"
        self.links = links
        self.store = Store(folder)
        self.courier = Courier(self.store)
        self.till = Till(self.store, self.courier)
        self.api = Api(self.store, self.till, self.base)
        self.control = Control(self.store, self.till, self.courier)
        self.courier.start()
        threading.Thread(target=self._expire, name="expiry", daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are an everyday thing; whatever else happens is logged where it happens."""
        log.debug("connection of %s ended", client_address, exc_info=True)

    def _expire(self) -> None:
        while True:
            try:
                self.till.expire_what_is_due()
            except Exception:
                log.exception("expiry")
            time.sleep(1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    server: Sandbox

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _handle(self, method: str) -> None:
        path, _, query = self.path.partition("?")
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            return self._json(413, {"error": {"type": "invalid_request_error", "message": "Too much."}})
        body = self.rfile.read(int(length))
        # A page elsewhere must not reach us through somebody's browser: neither by a name of its own nor by a form.
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in self.server.hosts or origin not in {
            None,
            *(f"http://{each}" for each in self.server.hosts),
        }:
            return self._json(403, {"error": {"type": "invalid_request_error", "message": "This machine only."}})
        try:
            if path.startswith("/v1/"):
                return self._api(method, path, query if method == "GET" else body.decode())
            if path.startswith("/_control/"):
                return self._control(method, path.removeprefix("/_control/"), body, query)
            return self._page(method, path, dict(urllib.parse.parse_qsl(body.decode())))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Exception:
            log.exception("%s %s", method, path)
            self._json(500, {"error": {"type": "api_error", "message": "The sandbox failed; see its log."}})

    # -- the API -----------------------------------------------------------------------------------------------------

    def _api(self, method: str, path: str, text: str) -> None:
        control = self.server.control
        headers = {name.lower(): value for name, value in self.headers.items()}
        control.calls.append({"method": method, "path": path, "text": text, "key": headers.get("idempotency-key")})
        del control.calls[:-1000]
        fault = control.fault_for(method, path) or Fault("none", method, path)
        if fault.kind == "refuse":
            return self._drop()
        failed = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
        if fault.kind == "error":
            return self._json(fault.status, failed)
        status, body, more = self.server.api.answer(method, path, text, headers)
        time.sleep(fault.seconds)
        if fault.kind == "lose":
            return self._drop()
        if fault.kind == "error_after":
            return self._json(fault.status, failed)
        self._json(status, body, more)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    # -- control -----------------------------------------------------------------------------------------------------

    def _control(self, method: str, name: str, body: bytes, query: str) -> None:
        verb = self.server.control.verbs.get(name)
        if verb is None:
            return self._json(404, {"error": f"verbs are {', '.join(self.server.control.verbs)}"})
        try:
            given: Body = json.loads(body or b"{}") if method == "POST" else dict(urllib.parse.parse_qsl(query))
            self._json(200, verb(given))
        except Gone:
            self._json(409, {"error": "it is over already"})
        except (ValueError, KeyError, TypeError) as error:
            self._json(400, {"error": str(error)})

    # -- pages -------------------------------------------------------------------------------------------------------

    def _page(self, method: str, path: str, form: dict[str, str]) -> None:
        control = self.server.control
        if path == "/" and method == "GET":
            return self._html(200, control.page(self.server.links), pages.policy())
        if path == "/":
            control.from_page(form)
            return self._go("/")
        if path == "/style.css":
            return self._send(200, pages.STYLE.encode(), "text/css; charset=utf-8", {"Cache-Control": "max-age=60"})
        kind, _, identifier = path.removeprefix("/c/").partition("/")
        page = self.server.till.page(identifier) if path.startswith(("/c/pay/", "/c/3ds/")) else None
        if page is None or page["status"] != "open":
            if page and method == "POST" and page["status"] == "complete":
                return self._go(pages.returning(page))  # a second click
            return self._html(200 if page else 404, pages.ended(page), pages.policy())
        if method == "POST":
            return self._decided(kind, identifier, page, form.get("do", ""))
        if kind == "3ds":
            return self._html(200, pages.challenge(page), pages.policy(page["success_url"]))
        paid = self.server.store.find("payment_intent", page["payment_intent"] or "")
        failure = paid["last_payment_error"]["code"] if paid and paid["last_payment_error"] else None
        given = self.server.store.setting(f"given:{identifier}", {})
        self._html(200, pages.hosted(page, given, failure), pages.policy(page["success_url"]))

    def _decided(self, kind: str, identifier: str, page: Body, do: str) -> None:
        """A button of the hosted page or of the bank's."""
        till, here, bank = self.server.till, f"/c/pay/{identifier}", f"/c/3ds/{identifier}"
        try:
            if (kind, do) in {("pay", "pay"), ("3ds", "confirm")}:
                return self._go(pages.returning(till.pay(identifier)))
            if (kind, do) == ("pay", "debit") and any(name != "card" for name in page["payment_method_types"]):
                return self._go(pages.returning(till.debit(identifier)))
            if (kind, do) == ("pay", "challenge"):
                till.challenge(identifier, self.server.base + bank)
                return self._go(bank)
            if (kind, do) in {("pay", "decline"), ("3ds", "refuse")}:
                till.decline(identifier, "card_declined" if kind == "pay" else "payment_intent_authentication_failure")
        except Gone:
            pass  # two tabs: the page says how it ended
        self._go(here)

    # -- answers -----------------------------------------------------------------------------------------------------

    def _json(self, status: int, body: Any, more: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body, indent=2).encode(), "application/json", more)

    def _html(self, status: int, text: str, policy: str) -> None:
        headers = {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
        self._send(status, text.encode(), "text/html; charset=utf-8", headers)

    def _go(self, url: str) -> None:
        self._send(
            303, b"", "text/plain", {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        )

    def _send(self, status: int, body: bytes, media_type: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        headers = {"Content-Type": media_type, "Content-Length": str(len(body)), "X-Content-Type-Options": "nosniff"}
        for name, value in (headers | (more or {})).items():
            self.send_header(name, value.replace("\r", "").replace("\n", ""))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        log.info("%s", format % args)
