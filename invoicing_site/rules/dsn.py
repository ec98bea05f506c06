"""Reading a delivery status notification (RFC 3464): whose mail, and did it fail for good. Pure; the input is hostile."""

import re
import uuid
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from typing import NamedTuple

from invoicing_site.rules import mail as rules

MOST = 1024 * 1024  # bytes; a report repeats headers or a mail, rarely more than some kilobytes
PARTS = 50
HARD = re.compile(r"5\.\d{1,3}\.\d{1,3}")
# Full mailbox, too large, and our own name or policy standing: the address itself may well be good (RFC 3463).
NOT_THE_ADDRESS = re.compile(r"5\.(2\.[23]|3\.\d+|4\.\d+|7\.\d+)")
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


class Unreadable(ValueError):
    """No delivery status notification, or none about a mail of ours; the text says which."""


class Report(NamedTuple):
    """`action` is failed, delayed, delivered, relayed or expanded; `hard`: failed, and the address itself is the reason."""

    mail: uuid.UUID
    action: str
    hard: bool
    said: str


def read(raw: bytes, bounce_domain: str) -> Report:
    """What the report `raw` says about one mail of ours. Raises Unreadable."""
    if len(raw) > MOST:
        raise Unreadable("larger than a report ever is")
    try:
        message = message_from_bytes(raw)
        parts = _parts(message)
        status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
        kind = str(message.get_param("report-type", "")).lower()
        if message.get_content_type() != "multipart/report" or kind != "delivery-status" or status is None:
            raise Unreadable("no delivery status notification")
        mail = _of(message, parts, bounce_domain)
        action, code, said = _status(status)
    except (
        MessageError,
        LookupError,
        RecursionError,
        UnicodeError,
        AssertionError,
        TypeError,
        AttributeError,
    ) as error:
        raise Unreadable(f"broken: {type(error).__name__}") from None
    if mail is None:
        raise Unreadable("about no mail of ours")
    hard = action == "failed" and bool(HARD.fullmatch(code)) and not NOT_THE_ADDRESS.fullmatch(code)
    return Report(mail, action, hard, said)


def _parts(message: Message) -> list[Message]:
    found = []
    for part in message.walk():
        found.append(part)
        if len(found) > PARTS:
            raise Unreadable("too many parts")
    return found


def _of(message: Message, parts: list[Message], bounce_domain: str) -> uuid.UUID | None:
    """By the address the report came to, else by the Message-ID in the headers it repeats."""
    for name in ADDRESSED:
        for value in message.get_all(name, []):
            if mail := rules.mail_of_return_path(str(value), bounce_domain):
                return mail
    for part in parts[1:]:
        if part.get_content_type() == "text/rfc822-headers":
            lines = re.findall(r"(?im)^message-id:\s*(\S+)", str(part.get_payload()))
            repeated = lines[0] if lines else ""
        else:
            repeated = str(part.get("Message-ID", ""))
        if mail := rules.mail_of_message_id(repeated):
            return mail
    return None


def _status(status: Message) -> tuple[str, str, str]:
    """(action, status code, words) of the first recipient; we write to one at a time."""
    groups = status.get_payload()
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, Message) and group.get("Action"):
            code = str(group.get("Status", "")).split("(")[0].strip()
            words = str(group.get("Diagnostic-Code", "")).partition(";")[2] or code
            return str(group["Action"]).strip().lower(), code, rules.one_line(f"{code} {words}")[: rules.RESPONSE]
    raise Unreadable("no recipient in it")
