"""Telling what happened: events are stored with the change itself and sent by a thread, signed, until somebody says 2xx."""

import hashlib
import hmac
import http.client
import json
import logging
import ssl
import threading
import time
import urllib.parse
from collections.abc import Sequence
from typing import Any

from . import shapes
from .store import Body, Store

log = logging.getLogger("sandbox")
BACK_OFF = (1, 2, 5, 10, 30, 60)  # seconds; the provider takes hours, the demo has not got them
GIVE_UP = 40
TIMEOUT = 20
PLAIN = {"stopped": False, "held": False, "times": 1, "delay": 0.0}


def signature(body: bytes, secret: str, at: int | None = None) -> str:
    """The header Stripe-Signature over exactly these bytes."""
    moment = int(time.time()) if at is None else at
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def encoded(event: Body) -> bytes:
    return json.dumps(event, indent=2).encode()


class Courier:
    """Sends what `tell` stored. How is up to the account's mode: {stopped, held, times, delay}."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._wake = threading.Event()
        self._ended = False

    def start(self) -> None:
        threading.Thread(target=self._loop, name="courier", daemon=True).start()

    def end(self) -> None:
        self._ended = True
        self._wake.set()

    # -- what is to be sent ------------------------------------------------------------------------------------------

    def tell(self, account: str, kind: str, about: Body, *, request: Body | None = None, **more: Any) -> Body:
        """Store the event and, where the account has an endpoint, its deliveries; joins the caller's transaction."""
        event = shapes.event(kind, about, request=request or {"id": None, "idempotency_key": None}, **more)
        mode = self.mode(account)
        if self.endpoint(account):
            event["pending_webhooks"] = 1
        self.store.add(account, event)
        if self.endpoint(account):
            state = "stopped" if mode["stopped"] else "held" if mode["held"] else "waiting"
            for _ in range(mode["times"]):
                self._plan(event["id"], account, state, time.time() + mode["delay"])
        return event

    def _plan(self, event: str, account: str, state: str, due: float) -> None:
        self.store.run(
            "INSERT INTO delivery (event, account, due, state) VALUES (?, ?, ?, ?)", event, account, due, state
        )
        self._wake.set()

    def again(self, event: str, times: int = 1, delay: float = 0) -> None:
        for _ in range(times):
            self._plan(event, self.store.account_of(event), "waiting", time.time() + delay)

    def release(self, account: str, order: str = "given", times: int = 1) -> int:
        """Send what is held back, in the order it happened or reversed; returns how many messages that are."""
        with self.store.work():
            rows = self.store.run(
                "SELECT seq, event FROM delivery WHERE account = ? AND state = 'held' ORDER BY seq", account
            )
            self.store.run("DELETE FROM delivery WHERE account = ? AND state = 'held'", account)
            moment = time.time()
            for place, row in enumerate(reversed(rows) if order == "reversed" else rows):
                for _ in range(times):  # one worker sends in the order of `due`
                    self._plan(row["event"], account, "waiting", moment + place / 1000)
        return len(rows) * times

    def send_now(self, events: Sequence[str]) -> list[int]:
        """Send these, in this order, and return the status each got (0: no answer)."""
        return [self._send(self.store.account_of(each), each)[0] for each in events]

    # -- where to ----------------------------------------------------------------------------------------------------

    def endpoint(self, account: str) -> tuple[str, str] | None:
        rows = self.store.run("SELECT url, secret FROM endpoint WHERE account = ?", account)
        return (rows[0]["url"], rows[0]["secret"]) if rows else None

    def mode(self, account: str) -> Body:
        rows = self.store.run("SELECT mode FROM endpoint WHERE account = ?", account)
        return PLAIN | (json.loads(rows[0]["mode"]) if rows else {})

    def set_endpoint(self, account: str, url: str, secret: str) -> None:
        sql = "INSERT INTO endpoint VALUES (?, ?, ?, '{}') ON CONFLICT (account) DO UPDATE SET url = excluded.url, secret = excluded.secret"
        self.store.run(sql, account, url, secret)
        self._wake.set()

    def set_mode(self, account: str, change: Body) -> Body:
        mode = self.mode(account) | change
        self.store.run("UPDATE endpoint SET mode = ? WHERE account = ?", json.dumps(mode), account)
        return mode

    # -- the thread --------------------------------------------------------------------------------------------------

    def _loop(self) -> None:
        while not self._ended:
            self._wake.clear()
            due = self.store.run(
                "SELECT * FROM delivery WHERE state = 'waiting' AND due <= ? ORDER BY due, seq LIMIT 1", time.time()
            )
            if not due:
                self._wake.wait(0.2)
                continue
            try:
                self._try(due[0])
            except Exception:
                log.exception("delivery %s", due[0]["seq"])
                time.sleep(1)

    def _try(self, row: Any) -> None:
        status, answer = self._send(row["account"], row["event"])
        tries = row["tries"] + 1
        state, due = "done", row["due"]
        if not 200 <= status < 300:
            state = "waiting" if tries < GIVE_UP else "failed"
            due = time.time() + BACK_OFF[min(tries, len(BACK_OFF)) - 1]
        sql = "UPDATE delivery SET state = ?, tries = ?, due = ?, answer = ? WHERE seq = ?"
        self.store.run(sql, state, tries, due, answer, row["seq"])

    def _send(self, account: str, identifier: str) -> tuple[int, str]:
        event, target = self.store.find("event", identifier), self.endpoint(account)
        if event is None or target is None:
            return 0, "no endpoint"
        body = encoded(event)
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (sandbox)"}
        headers["Stripe-Signature"] = signature(body, target[1])
        status, answer = post(target[0], body, headers)
        if 200 <= status < 300 and event["pending_webhooks"]:
            self.store.save(event | {"pending_webhooks": 0})
        return status, answer


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """POST past any proxy the environment names; (0, why) when nobody answers."""
    parts = urllib.parse.urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.netloc, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
    try:
        connection.request("POST", parts.path or "/", body, headers)
        answer = connection.getresponse()
        return answer.status, f"{answer.status} {answer.reason}"
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error) or type(error).__name__
    finally:
        connection.close()
