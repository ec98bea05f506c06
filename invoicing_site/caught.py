"""Reading what the demo's mail catcher kept (tools/mailcatcher.py): the envelope and the message, byte for byte."""

import datetime as dt
import json
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Attached:
    name: str
    media_type: str
    content: bytes


@dataclass
class Caught:
    """One message as it arrived. `sender` and `recipients` are the envelope's, which the headers need not repeat."""

    number: int
    sender: str
    recipients: list[str]
    at: dt.datetime
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def shown_from(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    def part(self, kind: str) -> str | None:
        """The `plain` or `html` body; None where the message has none."""
        found = self.message.get_body((kind,))
        if found is None:
            return None
        raw = found.get_payload(decode=True)
        content = raw if isinstance(raw, bytes) else b""
        try:
            return content.decode(found.get_content_charset("utf-8"), "replace")
        except LookupError:
            return content.decode("utf-8", "replace")

    @cached_property
    def attachments(self) -> list[Attached]:
        found = []
        for place, part in enumerate(self.message.iter_attachments()):
            raw = part.get_payload(decode=True)
            content = raw if isinstance(raw, bytes) else part.as_bytes()
            found.append(Attached(part.get_filename() or f"part-{place + 1}", part.get_content_type(), content))
        return found


def _folder() -> Path | None:
    return Path(settings.MAIL_CATCHER) if settings.MAIL_CATCHER else None


def numbers() -> list[int]:
    """The numbers of all messages, the newest first."""
    folder = _folder()
    if folder is None or not folder.is_dir():
        return []
    return sorted((int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal()), reverse=True)


def read(number: int) -> Caught | None:
    """The message of this number; None where there is none (any more)."""
    folder = _folder()
    if folder is None:
        return None
    try:
        envelope = json.loads((folder / f"{number}.json").read_text())
        content = (folder / f"{number}.eml").read_bytes()
    except FileNotFoundError:
        return None
    at = dt.datetime.fromtimestamp(envelope["at"], dt.UTC)
    return Caught(number, envelope["from"], envelope["to"], at, content)
