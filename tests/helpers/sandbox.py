"""The payment provider's stand-in as its own process, with what tests ask of it."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.sandbox.events import encoded, signature

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk_test_sandbox_tests"
SECRET = "whsec_tests"


class SandboxProcess:
    """`url` is what STRIPE_API_BASE wants; `key` and `secret` are an account's. Everything else goes over HTTP."""

    def __init__(self, folder: Path, port: int = 0, key: str = KEY, secret: str = SECRET) -> None:
        self.folder, self.port, self.key, self.secret = folder, port, key, secret
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tools.sandbox", "--port", str(self.port), "--state", str(self.folder)]
        log = self.folder.parent / f"{self.folder.name}.log"
        with log.open("ab") as errors:
            self.child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert self.child.stdout
        self.url = self.child.stdout.readline().strip()
        assert self.url, log.read_text()
        self.port = urllib.parse.urlsplit(self.url).port or 0

    def kill(self) -> None:
        """As a power cut would; `start` begins again on the same port with what was remembered."""
        self.child.kill()
        self.child.wait()
        assert self.child.stdout
        self.child.stdout.close()

    # -- talking to it -----------------------------------------------------------------------------------------------

    def request(
        self, method: str, path: str, body: bytes | str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def api(self, method: str, path: str, form: str = "", **headers: str) -> tuple[int, Any, dict[str, str]]:
        """One call of the provider's API with our key; `form` is form-encoded already; header a_b is A-B."""
        told = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/x-www-form-urlencoded"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "GET" and form:
            path, form = f"{path}?{form}", ""
        status, got, body = self.request(method, path, form or None, told)
        return status, json.loads(body), got

    def control(self, verb: str, **given: Any) -> Any:
        """A verb of tools/sandbox/control.py; the account is ours unless `key` says otherwise."""
        body = json.dumps({"key": self.key} | given if verb in OF_AN_ACCOUNT else given)
        status, _, answer = self.request("POST", f"/_control/{verb}", body)
        assert status == 200, (verb, status, answer)
        return json.loads(answer)

    # -- what tests ask ----------------------------------------------------------------------------------------------

    def send_to(self, url: str) -> None:
        """Send this account's webhooks there from now on."""
        self.control("endpoint", url=url, secret=self.secret)

    def fault(self, kind: str, method: str, path: str, times: int = 1, seconds: float = 0, status: int = 500) -> None:
        """refuse, lose (carried out, no answer), error, error_after, slow; `path` is a pattern. The SDK tries three times."""
        self.control("fault", kind=kind, method=method, path=path, times=times, seconds=seconds, status=status)

    def act(self, do: str, identifier: str) -> Any:
        """pay, debit, decline, expire, debit_succeeds, debit_fails (session); refund_succeeds, refund_fails (refund)."""
        return self.control("act", do=do, id=identifier)

    def press(self, session: str, do: str, page: str = "pay") -> str:
        """A button of the hosted page (pay, challenge, debit, decline) or of the bank's (page 3ds: confirm, refuse): where it leads."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, got, _ = self.request("POST", f"/c/{page}/{session}", f"do={do}", headers)
        assert status == 303, status
        return got["location"]

    def events(self, *types: str) -> list[Any]:
        """What happened at this account, the oldest first; of these types only where some are given."""
        found = self.control("events")["events"]
        return [each for each in found if not types or each["type"] in types]

    def message(self, event: dict[str, Any], secret: str = "", at: int | None = None) -> tuple[bytes, str]:
        """The body and the Stripe-Signature header of an event, for tests that deliver it themselves."""
        body = encoded({name: value for name, value in event.items() if name != "deliveries"})
        return body, signature(body, secret or self.secret, at)

    def deliver(self, events: Sequence[dict[str, Any]]) -> list[int]:
        """Let the sandbox send these events in this order now: the statuses it got."""
        return list(self.control("send", events=[each["id"] for each in events])["statuses"])

    def wait_for(self, told: Callable[[], Any], seconds: float = 10) -> Any:
        """What `told` gives as soon as it is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := told():
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s")


OF_AN_ACCOUNT = {"endpoint", "mode", "release", "event", "events"}


@contextmanager
def sandbox_process(key: str = KEY, secret: str = SECRET) -> Iterator[SandboxProcess]:
    """A stand-in of its own, gone at the end. In a conftest: a fixture of module scope that yields from here, with
    settings.STRIPE_API_BASE = sandbox.url, and os.environ holding `key` and `secret` under the names the account row refers to."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        process = SandboxProcess(Path(folder) / "state", key=key, secret=secret)
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def references(
    process: SandboxProcess, key: str = "ACME__STRIPE_KEY", secret: str = "ACME__STRIPE_WEBHOOK_SECRET"
) -> Iterator[tuple[str, str]]:
    """The references an account row holds, `env:…` both, resolving to this stand-in's key and webhook secret."""
    kept = {name: os.environ.get(name) for name in (key, secret)}
    os.environ.update({key: process.key, secret: process.secret})
    try:
        yield f"env:{key}", f"env:{secret}"
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
