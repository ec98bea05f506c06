"""What the demo has instead of the world outside: a payment provider's sandbox, and a mail server that keeps every mail.

Their ports are chosen free the first time and kept, so that addresses made yesterday still lead somewhere today.
"""

import hashlib
import hmac
import http.client
import json
import os
import socket
from pathlib import Path

from natives import Trouble, say

PORTS = {"sandbox": "SANDBOX_PORT", "mail": "MAIL_PORT"}  # process -> the variable that chooses its port
WHAT = {"sandbox": "the payment sandbox", "mail": "the mail catcher"}
COMPANIES = ("lindenhof", "harbor-pine")  # of the demo; each has an account at the sandbox (payments/demo/online.py)


def free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose_ports(home: Path) -> dict[str, int]:
    """The stand-ins' ports: what the environment says, else what was chosen before, else free ones.

    Raises Trouble for a given port that is taken; one chosen before that is taken now is replaced, in one line.
    """
    path = home / "ports.json"
    known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    chosen: dict[str, int] = {}
    for name, variable in PORTS.items():
        if text := os.environ.get(variable):
            if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
                raise Trouble(f"{variable} is a number from 1 to 65535, not {text!r}.")
            if not free(int(text)):
                raise Trouble(f"Port {text} for {WHAT[name]} is in use: choose another {variable}.")
            chosen[name] = int(text)
            continue
        if name in known and free(known[name]):
            chosen[name] = known[name]
            continue
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            chosen[name] = probe.getsockname()[1]
        if name in known:
            say(f"Port {known[name]} of {WHAT[name]} is in use: it is at {chosen[name]} from now on.")
    path.write_text(json.dumps(chosen))
    return chosen


def variable_of(slug: str) -> str:
    return slug.upper().replace("-", "_")


def environment(home: Path, ports: dict[str, int], secret: str) -> dict[str, str]:
    """What the product's processes need to reach the stand-ins; keys follow from the demo's own secret."""

    def made(what: str) -> str:
        return hmac.new(secret.encode(), what.encode(), hashlib.sha256).hexdigest()[:32]

    keys = {f"{variable_of(slug)}__STRIPE_KEY": f"sk_test_sandbox_{made(f'key {slug}')}" for slug in COMPANIES}
    secrets = {f"{variable_of(slug)}__STRIPE_WEBHOOK_SECRET": f"whsec_{made(f'hook {slug}')}" for slug in COMPANIES}
    return {
        "STRIPE_API_BASE": f"http://127.0.0.1:{ports['sandbox']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports['mail']}",
        "MAIL_CATCHER": f"{home}/mail",
        **keys,
        **secrets,
    }


def commands(home: Path, ports: dict[str, int], base_url: str) -> dict[str, list[str]]:
    """The stand-ins' processes: name -> the words after the interpreter."""
    links = ["--link", f"Invoicing={base_url}/demo/", "--link", f"Mails={base_url}/demo/mail/"]
    state = ["--port", str(ports["sandbox"]), "--state", f"{home}/sandbox"]
    return {
        "mail": ["tools/mailcatcher.py", "--port", str(ports["mail"]), "--folder", f"{home}/mail"],
        "sandbox": ["-m", "tools.sandbox", *state, *links],
    }


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def hooks_file(home: Path) -> Path:
    """Where seeding writes the path of each company's webhook."""
    return home / "hooks.json"


def tell(env: dict[str, str], home: Path, port: int) -> None:
    """Tell the sandbox where each company's messages go. Raises Trouble."""
    hooks: dict[str, str] = json.loads(hooks_file(home).read_text())
    for slug, path in hooks.items():
        key, secret = (env.get(f"{variable_of(slug)}__STRIPE_{what}", "") for what in ("KEY", "WEBHOOK_SECRET"))
        given = {"key": key, "secret": secret, "url": env["BASE_URL"].rstrip("/") + path}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("POST", "/_control/endpoint", json.dumps(given))
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Trouble(f"The payment sandbox does not answer on port {port}: {error}") from error
        finally:
            connection.close()
        if status != 200:
            raise Trouble(f"The payment sandbox refused the address {path} ({status}).")
