"""The network part of sending mail: claim a row, write the message, talk to the mail server, write the outcome.

No transaction is open while it talks. One connection serves the mails of one task.
"""

import datetime as dt
import logging
import re
import smtplib
import socket
from email.utils import parseaddr
from types import TracebackType
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from invoicing_site import clock
from invoicing_site.actions import mail_states
from invoicing_site.context import refuse_in_action
from invoicing_site.errors import place_of
from invoicing_site.letters import NotReady, Refused
from invoicing_site.mail_words import compose
from invoicing_site.models import Mail
from invoicing_site.rules import mail as rules
from invoicing_site.rules.mail import Verdict

log = logging.getLogger(__name__)
SOON, LATER = dt.timedelta(seconds=5), dt.timedelta(minutes=1)
PATIENT = dt.timedelta(minutes=2)  # so long a letter that is not ready is asked for every few seconds


class Outcome(NamedTuple):
    verdict: Verdict
    response: str


class LeaseLost(Exception):
    """Somebody else took the mail over: hang up before the end, the server then throws the message away."""


class Post:
    """A connection opened at the first mail and kept for the next ones; after any trouble a new one is opened."""

    def __init__(self) -> None:
        self.backend: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        backend, self.backend = self.backend, None
        if backend is not None:
            try:
                backend.close()
            except OSError:
                log.debug("the mail server was gone before the farewell")

    def drop(self) -> None:
        """Close without a farewell: nothing sent so far may count as a whole message."""
        server = getattr(self.backend, "connection", None)
        if server is not None:
            server.close()
            self.backend.connection = None
        self.backend = None

    def send(self, mail: Mail, message: EmailMessage) -> Outcome:
        """Hand `message` over. Never raises for what the network or the server does; raises LeaseLost.

        A connection kept from an earlier mail may be closed by now: what certainly was not accepted goes over a new one.
        """
        kept = self.backend is not None
        outcome = self._attempt(mail, message)
        if kept and self.backend is None and outcome.verdict == Verdict.AGAIN:
            outcome = self._attempt(mail, message)
        return outcome

    def _attempt(self, mail: Mail, message: EmailMessage) -> Outcome:
        try:
            if self.backend is None:
                self.backend = get_connection()
                self.backend.open()
                _at_once(self.backend)
        except (OSError, ValueError) as error:  # refused, unreachable, TLS, sign-in: the mail is not at fault
            self.drop()
            return Outcome(Verdict.AGAIN, _words(error))
        if isinstance(self.backend, EmailBackend):
            return self._smtp(self.backend.connection, mail, message)
        return self._other(mail, message)

    def _smtp(self, server: Any, mail: Mail, message: EmailMessage) -> Outcome:
        step, ending = "", False
        sender = rules.return_path(mail.uuid, settings.MAIL_BOUNCE_DOMAIN, parseaddr(message.from_email)[1])
        try:
            for step, code, answer in _envelope(server, sender, message):
                if not 200 <= code < 400:
                    return self._refused(server, step, code, answer)
            server.send(_dotted(message))
            if not mail_states.mark_ending(mail):
                raise LeaseLost
            ending = True
            server.send(b".\r\n")
            code, answer = server.getreply()
        except LeaseLost:
            self.drop()
            raise
        except (
            Exception
        ) as error:  # the network; or a message that cannot be written as bytes, which is no reason to stop others
            self.drop()
            return Outcome(Verdict.UNCERTAIN if ending else Verdict.AGAIN, _words(error))
        verdict = rules.judge(code, handed_over=True)
        if verdict == Verdict.UNCERTAIN:
            self.drop()
        return Outcome(verdict, rules.said(code, answer))

    def _refused(self, server: Any, step: str, code: int, answer: bytes) -> Outcome:
        """The server's no before any content: take the envelope back, so that the next mail starts clean."""
        try:
            clean = step != "DATA" and code != 421 and server.rset()[0] == 250
        except OSError:
            clean = False
        if not clean:
            self.drop()
        return Outcome(rules.judge(code, handed_over=False), rules.said(code, answer))

    def _other(self, mail: Mail, message: EmailMessage) -> Outcome:
        """A file, the console, memory: they tell no more than that it worked."""
        ending = False
        try:
            message.message()
            if not mail_states.mark_ending(mail):
                raise LeaseLost
            ending = True
            self.backend.send_messages([message])
        except LeaseLost:
            raise
        except Exception as error:
            return Outcome(Verdict.UNCERTAIN if ending else Verdict.AGAIN, _words(error))
        return Outcome(Verdict.ACCEPTED, "")


def _at_once(backend: Any) -> None:
    """The last line of a message goes out by itself; waiting to fill a packet costs 40 ms a mail (Nagle, delayed ACK)."""
    sock = getattr(getattr(backend, "connection", None), "sock", None)
    if sock is not None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _envelope(server: Any, sender: str, message: EmailMessage) -> Any:
    """The conversation up to the content: (step, code, answer). A blind copy the server refuses is left out."""
    server.ehlo_or_helo_if_needed()
    yield ("MAIL", *server.mail(sanitize_address(sender, "utf-8")))
    for address in message.to:
        yield ("RCPT", *server.rcpt(sanitize_address(address, "utf-8")))
    for address in message.bcc:
        server.rcpt(sanitize_address(address, "utf-8"))
    code, answer = server.docmd("DATA")
    yield "DATA", code if code == 354 else max(code, 400), answer


def _dotted(message: EmailMessage) -> bytes:
    """The content as it goes over the wire, dots doubled, without the line that ends it (RFC 5321, 4.5.2)."""
    built: Any = message.message()  # Django's, which writes line ends as asked
    content: bytes = built.as_bytes(linesep="\r\n")
    content = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    content = re.sub(rb"(?m)^\.", b"..", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return rules.said(error.smtp_code, error.smtp_error)
    if not isinstance(error, OSError):
        return type(error).__name__  # its text may quote the message
    return rules.one_line(f"{type(error).__name__}: {error}")[: rules.RESPONSE]


def send(mail_ids: list[int]) -> None:
    """Send the mails (primary keys) that are due and free, one after the other, over one connection."""
    refuse_in_action("sending mail")
    with Post() as post:
        for mail_id in mail_ids:
            send_one(mail_id, post, clock.now())


def send_one(mail_id: int, post: Post, at: dt.datetime) -> Mail | None:
    """One attempt at one mail, at business time `at`; None when there was nothing to do or it waits without having tried."""
    mail = mail_states.claim(mail_id=mail_id, actor=None, at=at)
    if mail is None:
        return None
    wait = turn(rules.domain(mail.recipient), at)
    if wait:
        return mail_states.put_back(mail=mail, until=at + wait, why="mail.throttled", actor=None, at=at)
    message = _message(mail, at)
    if message is None:
        return None
    try:
        outcome = post.send(mail, message)
    except LeaseLost:
        log.warning("mail %s was taken over by another worker", mail.uuid)
        return None
    return mail_states.finish(mail=mail, verdict=outcome.verdict, response=outcome.response, actor=None, at=at)


def _message(mail: Mail, at: dt.datetime) -> EmailMultiAlternatives | None:
    """The message, or None after the row says why there is none. What a letter raises may hold a secret and is never logged."""
    try:
        return compose(mail)
    except NotReady:
        wait = SOON if at - mail.created_at < PATIENT else LATER
        mail_states.put_back(mail=mail, until=at + wait, why="mail.not_ready", actor=None, at=at)
    except Refused as error:
        words = rules.one_line(str(error))[: rules.RESPONSE]
        mail_states.finish(mail=mail, verdict=Verdict.FAILED, response=words, actor=None, at=at)
    except Exception as error:
        log.error("letter of mail %s: %s", mail.uuid, place_of(error))
        mail_states.finish(mail=mail, verdict=Verdict.AGAIN, response="mail.broken_letter", actor=None, at=at)
    return None


def turn(domain: str, at: dt.datetime) -> dt.timedelta | None:
    """How long a mail to `domain` waits because the minute's share is used up; None: it goes now.

    Counted in Redis; without it nothing is held back. Those over the share are laid out over the next minutes.
    """
    share = settings.MAIL_PER_DOMAIN_PER_MINUTE
    if not share:
        return None
    key = f"mail:{domain}:{int(at.timestamp()) // 60}"
    try:
        place = 1 if cache.add(key, 1, 120) else cache.incr(key)
    except Exception:
        log.warning("no cache, mail is not throttled")
        return None
    return dt.timedelta(minutes=(place - 1) // share) or None
