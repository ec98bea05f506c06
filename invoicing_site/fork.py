"""Runs one job in a forked child with limits, so that whatever it does, the parent stays small, warm and alive.

Why a fork per job and not a pool: the child starts with everything the parent has warmed (fonts, styles, templates) for
a few milliseconds, and a crash, a leak or a bomb ends with it. The price is that a fork copies only the calling thread:
a lock held by another thread stays locked for ever in the child. So `run` works only in a process that said `prepare()`
and has no more threads than it had then. Web processes never say it: rendering there is refused, not risky.
"""

import gc
import json
import logging
import os
import resource
import select
import signal
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from invoicing_site.errors import place_of

MEBIBYTE = 1024 * 1024
# Far above any document (5,000 lines make 2 MB); a child that writes more is filling the parent's memory.
LARGEST_RESULT = 64 * MEBIBYTE
OPEN_FILES = 64
# The last number the child may have: code that still holds a descriptor of the parent most likely holds a lower one.
PIPE = OPEN_FILES - 1
_HEADER = struct.Struct("!cQ")
_DONE, _FAILED, _NO_MEMORY = b"d", b"f", b"m"
_prepared: tuple[int, int] | None = None


class RenderFailed(Exception):
    """The job gave no result. `reason` is one of `REASONS`; `detail` names an exception and a line of code, or the code
    an exception carries in its own `reason`: never a value out of the document, so it may be logged and stored."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


REASONS = frozenset({"cpu", "memory", "wall", "crash", "error", "result_too_large", "not_prepared", "threads"})


def prepare() -> None:
    """Declares this process a place where jobs are forked. Call it warm, from the main thread, before other threads.

    Collects garbage and freezes what lives: the children then share the parent's pages instead of copying them. Nothing
    the second time.
    """
    global _prepared
    if _prepared is None or _prepared[0] != os.getpid():
        gc.collect()
        gc.freeze()
        _prepared = (os.getpid(), _threads())


def run(fn: Callable[[], bytes], *, cpu_seconds: int = 15, wall_seconds: float = 20, memory_mb: int = 512) -> bytes:
    """What `fn` returns, run in a child of its own.

    `cpu_seconds` of processor time, `wall_seconds` by the clock, `memory_mb` MiB of address space beyond the parent's.
    The child has no inherited file or socket but its pipe, writes no file, leaves no core and never runs the parent's
    exit handlers, so the parent's database and broker connections are untouched. Raises `RenderFailed`; the child is
    gone and waited for when this returns, whatever happened.
    """
    _check_place()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os.close(reader)
        _work(fn, writer, cpu_seconds, wall_seconds, memory_mb)
    os.close(writer)
    answer, failure = b"", None
    try:
        answer = _read(reader, time.monotonic() + wall_seconds)
    except RenderFailed as failed:
        failure = failed
    finally:
        os.close(reader)
        status = _end(child, patience=0 if answer or failure else 0.2)
    if failure:
        raise failure
    return _result(answer, status)


def _end(child: int, patience: float) -> int:
    """The child's wait status. Killed always, for one that closed its pipe may still run; but one that said nothing gets
    `patience` seconds to end by itself, so that its own death is told and not ours."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _check_place() -> None:
    if _prepared is None or _prepared[0] != os.getpid() or threading.current_thread() is not threading.main_thread():
        raise RenderFailed("not_prepared")
    if _threads() > _prepared[1]:
        raise RenderFailed("threads")


def _threads() -> int:
    """Native threads too where the kernel lists them: a C library's lock hangs a child as well as Python's."""
    tasks = Path("/proc/self/task")
    return sum(1 for _ in tasks.iterdir()) if tasks.is_dir() else threading.active_count()


def _read(reader: int, deadline: float) -> bytes:
    answer, poller = bytearray(), select.poll()
    poller.register(reader, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            raise RenderFailed("wall")
        chunk = os.read(reader, MEBIBYTE)
        if not chunk:
            return bytes(answer)
        answer += chunk
        if len(answer) > LARGEST_RESULT:
            raise RenderFailed("result_too_large")


def _result(answer: bytes, status: int) -> bytes:
    if len(answer) >= _HEADER.size:
        kind, length = _HEADER.unpack_from(answer)
        body = answer[_HEADER.size :]
        if len(body) == length:
            if kind == _DONE:
                return body
            raise RenderFailed("memory") if kind == _NO_MEMORY else RenderFailed("error", json.loads(body))
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        raise RenderFailed("cpu")
    raise RenderFailed("crash", f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "")


# The child may not write a file, so not coverage's either: what follows is seen by its effects in tests/faults.
def _work(  # pragma: no cover
    fn: Callable[[], bytes], writer: int, cpu_seconds: int, wall_seconds: float, memory_mb: int
) -> NoReturn:
    """The child's whole life. Every way out is `os._exit`: the parent's exit handlers and buffers are not ours."""
    try:
        writer = _confine(writer, cpu_seconds, wall_seconds, memory_mb)
        try:
            body = fn()
            _write(writer, _HEADER.pack(_DONE, len(body)))
            _write(writer, body)
        except MemoryError:
            _write(writer, _HEADER.pack(_NO_MEMORY, 0))
        except BaseException as error:
            detail = json.dumps(place_of(error)).encode()
            _write(writer, _HEADER.pack(_FAILED, len(detail)) + detail)
    finally:
        os._exit(0)


def _confine(writer: int, cpu_seconds: int, wall_seconds: float, memory_mb: int) -> int:  # pragma: no cover
    """Limits and clean hands, before the first line of the job. Returns the pipe's new number."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGXCPU, signal.SIGCHLD):
        signal.signal(each, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds + 1)  # should the parent die, nobody else counts for us
    logging.disable(logging.CRITICAL)  # handlers may hold sockets that are not ours, and records may hold content
    os.dup2(writer, PIPE)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in [int(name) for name in os.listdir("/dev/fd")]:
        if number > 2 and number != PIPE:
            with suppress(OSError):  # the listing's own descriptor is closed by now
                os.close(number)
    gc.disable()  # it lives for one document; collecting would only copy shared pages
    limits = {
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 1),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
    }
    used = _address_space()
    if used:
        limits[resource.RLIMIT_AS] = (used + memory_mb * MEBIBYTE,) * 2
    for which, (soft, hard) in limits.items():
        ceiling = resource.getrlimit(which)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(which, (soft, hard))
    return PIPE


def _address_space() -> int:
    """Bytes of address space in use; 0 where the kernel does not tell (macOS, whose RLIMIT_AS does nothing anyway)."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0


def _write(writer: int, content: bytes) -> None:  # pragma: no cover
    view = memoryview(content)
    while view:
        view = view[os.write(writer, view) :]
