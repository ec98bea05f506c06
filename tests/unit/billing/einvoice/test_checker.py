"""The process behind the official rules may be slow, broken or gone: the answer then comes quickly and says so."""

import os
import time
from pathlib import Path

import pytest

from billing.documents.einvoice import ubl
from billing.documents.einvoice.checker import REST_SECONDS, Checker, Unavailable
from tests.helpers.einvoices import line, snapshot

XML = ubl(*snapshot([line()]))
CRASHES = "import sys; sys.stdin.readline()"
HANGS = "import time; time.sleep(60)"
BABBLES = "import sys; sys.stdin.readline(); print('no json', flush=True)"


def program(tmp_path: Path, code: str) -> Path:
    path = tmp_path / "program.py"
    path.write_text(code)
    return path


@pytest.mark.parametrize("code", [CRASHES, HANGS, BABBLES])
def test_failure_is_quick_and_then_rests(tmp_path: Path, code: str) -> None:
    now = [1000.0]
    checker = Checker(program(tmp_path, code), seconds=0.4, now=lambda: now[0])
    for _ in range(2):
        with pytest.raises(Unavailable):
            checker.ask(XML, "ubl", "en16931")
    started = time.monotonic()
    with pytest.raises(Unavailable, match="resting"):
        checker.ask(XML, "ubl", "en16931")
    assert time.monotonic() - started < 0.1
    now[0] += REST_SECONDS + 1
    with pytest.raises(Unavailable) as raised:
        checker.ask(XML, "ubl", "en16931")
    assert "resting" not in str(raised.value)
    checker.stop()


def test_a_process_that_was_killed_is_replaced() -> None:
    checker = Checker(seconds=30)
    assert checker.ask(XML, "ubl", "en16931").findings == ()
    assert checker._process is not None
    checker._process.kill()
    checker._process.wait()
    assert checker.ask(XML, "ubl", "en16931").findings == ()
    checker.stop()


def test_a_forked_child_does_not_speak_to_its_parents_process() -> None:
    checker = Checker(seconds=30)
    checker.ask(XML, "ubl", "en16931")
    parents = checker._process
    child = os.fork()
    if child == 0:
        checker._running()
        other = checker._process is not parents
        checker.stop()
        os._exit(0 if other else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert checker.ask(XML, "ubl", "en16931").findings == ()
    checker.stop()


def test_the_process_knows_no_setting(tmp_path: Path) -> None:
    code = "import json,os,sys\nsys.stdin.readline()\nprint(json.dumps({'fired': len(os.environ), 'failed': []}), flush=True)"
    os.environ["XML_TEST_SECRET"] = "secret"
    try:
        checker = Checker(program(tmp_path, code), seconds=10)
        assert checker.ask(XML, "ubl", "en16931").fired <= 3
        checker.stop()
    finally:
        del os.environ["XML_TEST_SECRET"]
