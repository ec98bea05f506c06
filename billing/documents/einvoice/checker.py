"""Asking the official rules whether a message is right: a long-lived process per process, a time limit, a circuit breaker."""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from billing.documents.einvoice.rulebooks import stylesheets

PROGRAM = Path(__file__).with_name("checker_process.py")
SECONDS = 5.0  # a question takes some ten milliseconds
COLD = 3  # times as long for the first one about a rule book, which waits for it to be compiled: about a second
TRIES = 2
REST_SECONDS = 60.0


class Unavailable(Exception):
    """The rules could not be asked: the process does not start, answers too late, or is left alone after such a failure."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken: its official id and words, in English as published; `fatal` or a warning."""

    rule: str
    text: str
    fatal: bool
    location: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`fired` is how many rules looked at something: an answer in which none did has proven nothing."""

    fired: int
    findings: tuple[Finding, ...]

    @property
    def fatal(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.fatal)


class Checker:
    """One process of `checker_process`, started at the first question and again when it is gone.

    After TRIES failures in a row nobody waits for it for REST_SECONDS: `ask` raises Unavailable at once.
    """

    def __init__(
        self, program: Path = PROGRAM, seconds: float = SECONDS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._program, self._seconds, self._now = program, seconds, now
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._warm: set[tuple[str, ...]] = set()
        self._owner = 0
        self._failures = 0
        self._rests_until = 0.0

    def ask(self, xml: bytes, syntax: str, profile: str) -> Answer:
        """What the rules for `syntax` and `profile` say of `xml`. Raises Unavailable after `seconds`, COLD times as many for a first
        question."""
        books = stylesheets(syntax, profile)
        question = {"xml": xml.decode(), "stylesheets": books}
        line = json.dumps(question).encode() + b"\n"
        with self._lock:
            if self._now() < self._rests_until:
                raise Unavailable("resting after failures")
            try:
                answer = json.loads(self._exchange(line, books))
            except (OSError, ValueError, Unavailable) as error:
                self.stop()
                self._failures += 1
                if self._failures >= TRIES:
                    self._rests_until, self._failures = self._now() + REST_SECONDS, 0
                raise Unavailable(type(error).__name__) from error
            self._failures = 0
            self._warm.add(books)
        return Answer(answer["fired"], tuple(_finding(each) for each in answer["failed"]))

    def stop(self) -> None:
        """End the process, if it is this one's child."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()

    def _exchange(self, line: bytes, books: tuple[str, ...]) -> bytes:
        process = self._running()
        deadline = time.monotonic() + self._seconds * (1 if books in self._warm else COLD)
        _write(process.stdin, line, deadline)
        return _read(process.stdout, deadline)

    def _running(self) -> "subprocess.Popen[bytes]":
        """The process; after a fork the parent's is not ours to speak to, and one that ended idle is replaced."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            if self._process is not None and self._owner == os.getpid():
                self.stop()
            self._process = subprocess.Popen(
                [sys.executable, str(self._program)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                bufsize=0,
            )
            self._owner, self._warm = os.getpid(), set()
        return self._process


def _finding(row: dict[str, str]) -> Finding:
    return Finding(row["rule"], row["text"], row["flag"] == "fatal", row["location"])


def _write(pipe: Any, line: bytes, deadline: float) -> None:
    os.set_blocking(pipe.fileno(), False)
    view = memoryview(line)
    while view:
        if not select.select([], [pipe], [], max(0, deadline - time.monotonic()))[1]:
            raise Unavailable("too slow")
        view = view[pipe.write(view) or 0 :]


def _read(pipe: Any, deadline: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\n"):
        if not select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
            raise Unavailable("too slow")
        chunk = os.read(pipe.fileno(), 1 << 16)
        if not chunk:
            raise Unavailable("ended")
        answer += chunk
    return answer


CHECKER = Checker()
atexit.register(CHECKER.stop)
