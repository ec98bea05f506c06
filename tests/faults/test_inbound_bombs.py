"""Hostile e-invoices (FAULTS 54): refused within a second, the web process grows by nothing, nothing is kept, nothing is fetched."""

import os
import resource
import socket
import threading
import time
from pathlib import Path

import pytest

from billing.documents.received import reader
from billing.documents.received.reader import read_file
from invoicing_site.errors import BusinessError
from tests.helpers.inbound import HOSTILE, MEGABYTE, PLAIN, facturx
from tests.together import size

SECONDS = 1.0
GROWTH = 50 * MEGABYTE


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_quickly_and_leaves_no_trace(name: str) -> None:
    make, code = HOSTILE[name]
    data = make()
    read_file(PLAIN)  # the reader's own files are in the page cache, as they are in production
    before, files = resident(), set(os.listdir("/dev/fd"))
    fastest = float("inf")
    for _ in range(size(1, 20)):
        started = time.monotonic()
        with pytest.raises(BusinessError) as refused:
            read_file(data)
        fastest = min(fastest, time.monotonic() - started)
        assert (refused.value.code, refused.value.field) == (code, "einvoice")
    assert fastest <= SECONDS
    assert resident() - before <= GROWTH
    assert set(os.listdir("/dev/fd")) == files


def test_good_files_are_read() -> None:
    assert read_file(PLAIN)["number"] == "INV-2026-00042"
    assert read_file(facturx())["syntax"] == "cii"


def test_nothing_is_fetched() -> None:
    """A server that would notice: no entity, schema location, stylesheet or XInclude makes the reader call it."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]

        def listen() -> None:
            while not stop.is_set():
                try:
                    asked.append(server.accept()[0].recv(100))
                except TimeoutError:
                    continue

        stop = threading.Event()
        thread = threading.Thread(target=listen)
        thread.start()
        url = f"http://127.0.0.1:{port}/x".encode()
        hooks = [
            PLAIN.replace(b"?>\n", b'?>\n<?xml-stylesheet type="text/xsl" href="%s"?>' % url, 1),
            PLAIN.replace(b"<Invoice ", b'<Invoice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x %s" ' % url, 1),
            b'<!DOCTYPE x SYSTEM "%s"><x/>' % url,
            b'<!DOCTYPE x [<!ENTITY %% p SYSTEM "%s"> %%p;]><x/>' % url,
            b'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="%s"/></x>' % url,
        ]  # fmt: skip
        for data in hooks:
            try:
                read_file(data)
            except BusinessError:
                continue
        stop.set()
        thread.join()
    assert asked == []


@pytest.mark.parametrize(
    "code", ["import time; time.sleep(60)", "while True: pass", "raise SystemExit(3)", "x = 'a' * 10**12", "import os; os.abort()"]
)  # fmt: skip
def test_a_reader_that_fails_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(code)
    monkeypatch.setattr(reader, "PROGRAM", program)
    monkeypatch.setattr(reader, "SECONDS", 0.5)
    started = time.monotonic()
    with pytest.raises(BusinessError) as refused:
        read_file(PLAIN)
    assert refused.value.code == "received.heavy"
    assert time.monotonic() - started < 3


def test_the_reader_is_limited() -> None:
    """What the limits are for: a file within the size limit that would take a gigabyte is stopped by memory, not by luck."""
    from billing.documents.received import reader_process

    assert reader_process.MEMORY <= 256 * MEGABYTE
    assert reader_process.CPU_SECONDS <= reader.SECONDS
