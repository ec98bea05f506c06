"""A mail server beside the test that behaves badly on request: it takes mail over a real socket."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Received:
    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> Message:
        return message_from_bytes(self.content)


@dataclass
class Behaviour:
    """What the server answers; `mode` may change while it runs. `received` are the messages it has whole, answered or not."""

    mode: str | Callable[[str], str] = "accept"
    pause: float = 3.0
    received: list[Received] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def _mode(self, address: str) -> str:
        return self.mode if isinstance(self.mode, str) else self.mode(address)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.asked.append(address)
        mode = self._mode(address)
        times = self.seen[address] = self.seen.get(address, 0) + 1
        if mode == "greylist" and times == 1:
            return "451 4.7.1 Greylisted, come back later"
        if mode == "full":
            return "452 4.2.2 Mailbox full"
        if mode == "unknown":
            return "550 5.1.1 No such user"
        if mode == "unknown and away":
            asyncio.get_running_loop().call_soon(server.transport.close)
            return "550 5.1.1 No such user"
        if mode == "slow before":
            await asyncio.sleep(self.pause)
        if mode == "hang up":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mode = self._mode(envelope.rcpt_tos[0])
        if mode == "refuse content":
            return "554 5.7.1 Looks like spam"
        self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if mode == "drop":
            server.transport.abort()
        if mode == "slow after":
            await asyncio.sleep(self.pause)
        return "250 2.0.0 Queued as 4711"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def mail_server(
    settings: Any, mode: str | Callable[[str], str] = "accept", timeout: float = 1, **fields: Any
) -> Iterator[Behaviour]:
    """The settings send through the server while it runs; a time-out of `timeout` seconds."""
    behaviour = Behaviour(mode, **fields)
    controller = Controller(behaviour, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = timeout
    try:
        yield behaviour
    finally:
        with contextlib.suppress(AssertionError):
            controller.stop()
