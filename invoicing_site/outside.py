"""Reading a page of the outside world, with a limit on everything: time, size, places."""

import http.client
import time
from urllib.parse import urlsplit

from invoicing_site.context import refuse_in_action

CHUNK = 64 * 1024


class Unanswered(Exception):
    """The other side could not be reached, was too slow, or answered with something else than the page."""


def get(url: str, *, largest: int, seconds: float) -> bytes:
    """The body at `url` (http or https), at most `largest` bytes within `seconds`; never inside a transaction.

    Redirects are not followed, to private addresses or anywhere: whoever configured the address says the new one. Certificates are checked.
    Raises Unanswered.
    """
    refuse_in_action("Reading a page")
    parts = urlsplit(url)
    makers = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
    if parts.scheme not in makers or not parts.hostname:
        raise Unanswered("not an address of the web")
    until = time.monotonic() + seconds
    connection = makers[parts.scheme](parts.hostname, parts.port, timeout=seconds)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Accept-Encoding": "identity", "User-Agent": "invoicing"})
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise Unanswered(f"status {response.status}")
        return _body(response, largest, until)
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(type(error).__name__) from error
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, largest: int, until: float) -> bytes:
    body = b""
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > largest:
            raise Unanswered("too large")
        if time.monotonic() > until:
            raise Unanswered("too slow")
    if response.length:
        raise Unanswered("cut short")
    return body
