"""A tax engine of our own as a real HTTP server: it answers as told, or misbehaves as told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answering = Callable[[dict[str, Any]], Any]


@dataclass
class Service:
    """`asked` holds every question with its headers; `answer` makes the reply: JSON, bytes, or (status, bytes). `drip` waits that
    long between the bytes of the reply, `wait` before it."""

    url: str = ""
    answer: Answering = lambda question: {"version": "7", "lines": [standard() for _line in question["lines"]]}
    wait: float = 0
    drip: float = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def standard(rate: str = "6.625", name: str = "NJ sales tax", **more: Any) -> dict[str, Any]:
    return {"category": "S", "tax_class": "standard", "country": "US", "rate": rate, "name": name} | more


@contextmanager
def service() -> Iterator[Service]:
    state = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.keys.append(self.headers["Authorization"])
            state.asked.append(json.loads(body))
            time.sleep(state.wait)
            said = state.answer(state.asked[-1])
            status, content = said if isinstance(said, tuple) else (200, said)
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            try:
                for place in range(0, len(raw), 1 if state.drip else max(1, len(raw))):
                    self.wfile.write(raw[place : place + (1 if state.drip else len(raw))])
                    self.wfile.flush()
                    time.sleep(state.drip)
            except OSError:
                pass  # the asker hung up

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/decide"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
