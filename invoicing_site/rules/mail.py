"""Addresses, ids, pauses and answers of mail (SPEC D2). Pure."""

import datetime as dt
import re
import uuid
from enum import StrEnum
from urllib.parse import urlsplit

MAX_ATTEMPTS = 8
PAUSES = (1, 5, 15, 60, 180, 360, 720)  # minutes after each failed attempt: most of a day in all
RESPONSE = 300
# Answers about our own account or TLS (RFC 4954, RFC 3207): the mail is not at fault and waits for the repair.
OURS = frozenset({530, 534, 535, 538})

_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]+>")
_GONE = re.compile(r"5\d\d[ -]5\.1\.(?:[1236]|10)(?!\d)")
_VERP = re.compile(r"bounce\+([0-9a-f]{32})@([^<>\s@]+)", re.IGNORECASE)


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    AGAIN = "again"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


def domain(address: str) -> str:
    """The part behind the last @, in lower case."""
    return address.rpartition("@")[2].strip().rstrip(">.").lower()


def message_id(mail: uuid.UUID, base_url: str, sender: str) -> str:
    """The same for every attempt of one mail, so that a mailbox which got it twice shows it once.

    Its host is the site's, or the sender's domain where the site has no public name.
    """
    host = urlsplit(base_url).hostname or ""
    public = "." in host and not host.replace(".", "").isdigit()
    return f"<{mail}@{host if public else domain(sender)}>"


def mail_of_message_id(text: str) -> uuid.UUID | None:
    found = _MESSAGE_ID.search(text)
    return uuid.UUID(found[1]) if found else None


def return_path(mail: uuid.UUID, bounce_domain: str, sender: str) -> str:
    """Where reports go: an address of this one mail (VERP), or the sender's own without a `bounce_domain`."""
    return f"bounce+{mail.hex}@{bounce_domain}" if bounce_domain else sender


def mail_of_return_path(text: str, bounce_domain: str) -> uuid.UUID | None:
    """The mail whose VERP address of `bounce_domain` stands in `text`."""
    for found in _VERP.finditer(text):
        if bounce_domain and found[2].lower() == bounce_domain.lower():
            return uuid.UUID(found[1])
    return None


def backoff(attempts: int) -> dt.timedelta:
    """The pause after the `attempts`-th attempt: 1, 5, 15, 60 minutes, then 3, 6 and 12 hours."""
    return dt.timedelta(minutes=PAUSES[min(attempts, len(PAUSES)) - 1])


def judge(code: int, *, handed_over: bool) -> Verdict:
    """What an answer of the mail server means. `handed_over`: the end of the message was already on its way.

    Anything that is no answer (code below 200) is another try before that, uncertain after it.
    """
    if 200 <= code < 300:
        return Verdict.ACCEPTED
    if 400 <= code < 500 or code in OURS:
        return Verdict.AGAIN
    if 500 <= code < 600:
        return Verdict.FAILED
    return Verdict.UNCERTAIN if handed_over else Verdict.AGAIN


def no_such_address(response: str) -> bool:
    """Whether a refusal is about the address itself, for good (RFC 3463: 5.1.1, 5.1.2, 5.1.3, 5.1.6, 5.1.10)."""
    return _GONE.match(response) is not None


def one_line(text: str) -> str:
    """`text` as it may stand in a header: control characters gone, white space single."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def said(code: int, answer: bytes | str) -> str:
    """A server's answer as it is kept: code and text on one line, at most RESPONSE characters."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {text}")[:RESPONSE]
