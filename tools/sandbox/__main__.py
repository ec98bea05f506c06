"""`python -m tools.sandbox --port N --state DIR`: serve until a signal; prints the address when ready."""

import argparse
import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from .server import Sandbox


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools.sandbox", description="A stand-in for the payment provider's API.")
    parser.add_argument("--host", default="127.0.0.1", help="this machine only")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="folder of what it remembers")
    parser.add_argument("--key", help="secret key of the account whose events go to --webhook-url")
    parser.add_argument("--webhook-url")
    parser.add_argument("--webhook-secret")
    parser.add_argument("--link", action="append", default=[], metavar="LABEL=URL", help="shown on the control page")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    endpoint = (options.key, options.webhook_url, options.webhook_secret)
    if any(endpoint) and not all(endpoint):
        parser.error("--key, --webhook-url and --webhook-secret go together")
    links = [(label, url) for label, _, url in (each.partition("=") for each in options.link)]
    try:
        server = Sandbox(options.host, options.port, options.state, links)
    except OSError as error:
        print(f"Port {options.port} cannot be used: {error.strerror or error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if all(endpoint):
        server.control.endpoint({"key": options.key, "url": options.webhook_url, "secret": options.webhook_secret})

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    print(server.base, flush=True)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        server.courier.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
