"""What a kind of mail says: its letter function takes the Mail row and answers with one of these (wiring.MAILS)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A file sent along; `media_type` like application/pdf."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """`values` fill the words' placeholders and are formatted already, in the mail's language.

    `button` is (label, absolute URL); it stands where the words say {button}, else at their end. `copy` is an address that
    gets a blind copy; a server that refuses it does not hold up the mail.
    """

    values: dict[str, str]
    button: tuple[str, str] | None = None
    attachments: tuple[Attachment, ...] = ()
    copy: str = ""


class NotReady(Exception):
    """Something the letter needs is still being made (a PDF): the mail waits some seconds, no attempt is counted."""


class Refused(Exception):
    """What the letter is about is gone (revoked, voided): the mail fails. The text is a code of messages.SENTENCES."""
