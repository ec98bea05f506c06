"""A mail server that keeps what it is given: `python tools/mailcatcher.py --port N --folder DIR`, on this machine only.

Each message becomes `<number>.eml`, byte for byte as it came, and `<number>.json` with its envelope; the second is written
last, so whoever finds it finds a whole message. Standard library only (RFC 5321, with SIZE, 8BITMIME and SMTPUTF8).
"""

import argparse
import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOST_BYTES = 50 * 2**20
MOST_RECIPIENTS = 100
KEPT = 2000  # messages; the oldest make room
PATIENCE = 300  # seconds a client may say nothing
PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>((?:\s+\S+)*)\s*", re.IGNORECASE)


class Catcher:
    """The folder and the next number; numbers are moments, so a restart goes on above the last."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.last = 0

    def keep(self, envelope: dict[str, Any], content: bytes) -> int:
        """Store one message; returns its number."""
        self.last = max(self.last + 1, time.time_ns() // 1000)
        place = self.folder / f"{self.last}.eml"
        place.write_bytes(content)
        new = place.with_suffix(".new")
        new.write_text(json.dumps(envelope | {"size": len(content)}))
        new.replace(place.with_suffix(".json"))
        for old in sorted(self.folder.glob("*.json"), key=lambda path: int(path.stem))[:-KEPT]:
            old.unlink()
            old.with_suffix(".eml").unlink(missing_ok=True)
        return self.last

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until QUIT, silence or nonsense without end."""
        try:
            await Conversation(self, reader, writer).hold()
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client has gone, or speaks something else: nothing was promised
        finally:
            writer.close()


class Conversation:
    def __init__(self, catcher: Catcher, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.catcher, self.reader, self.writer = catcher, reader, writer
        self.hello = ""
        self.reset()

    def reset(self) -> None:
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def say(self, *lines: str) -> None:
        code = lines[0][:3]
        told = [f"{code}-{line[4:]}" for line in lines[:-1]] + [f"{code} {lines[-1][4:]}"]
        self.writer.write("".join(f"{line}\r\n" for line in told).encode())
        await self.writer.drain()

    async def line(self) -> bytes:
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n"), PATIENCE)

    async def hold(self) -> None:
        await self.say("220 localhost keeps every mail and sends none")
        while True:
            verb, _, rest = (await self.line()).decode(errors="replace").strip().partition(" ")
            match verb.upper():
                case "QUIT":
                    return await self.say("221 Bye")
                case "EHLO" | "HELO" as greeting:
                    self.hello = rest
                    self.reset()
                    more = (f"250 SIZE {MOST_BYTES}", "250 8BITMIME", "250 SMTPUTF8") if greeting == "EHLO" else ()
                    await self.say("250 localhost", *more)
                case "MAIL" | "RCPT" as which:
                    await self.say(self.address(which, rest))
                case "DATA":
                    await self.data()
                case "RSET":
                    self.reset()
                    await self.say("250 OK")
                case "NOOP":
                    await self.say("250 OK")
                case "VRFY":
                    await self.say("252 Send it and see")
                case _:
                    await self.say("502 Not known here")

    def address(self, which: str, rest: str) -> str:
        """Take the sender or a recipient; the answer."""
        if not self.hello:
            return "503 EHLO first"
        if not (found := PATH.fullmatch(rest)):
            return "501 An address in angle brackets, please"
        address, options = found[1], dict(each.upper().partition("=")[::2] for each in found[2].split())
        if which == "RCPT":
            if self.sender is None:
                return "503 MAIL first"
            if not address or options:
                return "501 Which recipient?"
            if len(self.recipients) == MOST_RECIPIENTS:
                return "452 Too many recipients"
            self.recipients.append(address)
            return "250 OK"
        if self.sender is not None:
            return "503 There is a sender already"
        if options.keys() - {"SIZE", "BODY", "SMTPUTF8"}:
            return "555 Unknown option"
        if not (size := options.get("SIZE", "0")).isdecimal() or int(size) > MOST_BYTES:
            return "552 Too large"
        self.sender = address
        return "250 OK"

    async def data(self) -> None:
        if not self.recipients:
            return await self.say("503 RCPT first")
        await self.say("354 Go on; a line with a dot alone ends it")
        content, too_large = bytearray(), False
        while (line := await self.line()) != b".\r\n":
            too_large = too_large or len(content) > MOST_BYTES
            content += b"" if too_large else line.removeprefix(b".")
        envelope = {"from": self.sender, "to": self.recipients, "hello": self.hello, "at": time.time()}
        self.reset()
        if too_large:
            return await self.say("552 Too large")
        await self.say(f"250 Kept as {self.catcher.keep(envelope, bytes(content))}")


async def run(host: str, port: int, folder: Path) -> None:
    """Serve until cancelled. Raises OSError when the port is taken."""
    server = await asyncio.start_server(Catcher(folder).serve, host, port, limit=2**20)
    print(f"smtp://{host}:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(description="A mail server that keeps every message and sends none.")
    parser.add_argument("--host", default="127.0.0.1", help="this machine only")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    if options.host not in LOOPBACK:
        print(f"The mail catcher serves this machine only, not {options.host!r}.", file=sys.stderr)
        return 1
    try:
        asyncio.run(run(options.host, options.port, options.folder))
    except OSError as error:
        print(f"Port {options.port} cannot be used: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
