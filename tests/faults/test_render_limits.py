"""Jobs that loop, swell, crash, lie or hang die alone: the caller gets a reason and stays as small as it was."""

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from billing.documents.html import ROOT


def renderer(program: str) -> str:
    """Runs `program` in a fresh process that said `prepare()`, as a render worker does; answers what it printed."""
    start = (
        "import os, signal, sys, threading, time\n"
        "from invoicing_site.fork import PIPE, RenderFailed, prepare, run\n"
        "def rss(): return int(open('/proc/self/statm').read().split()[1]) * 4096 // 2**20\n"
        "def fails(job, **limits):\n"
        "    start = time.monotonic()\n"
        "    try: run(job, **limits)\n"
        "    except RenderFailed as failed: print(failed.reason, failed.detail or '-', sep='|')\n"
        "    else: print('no failure')\n"
        "    return time.monotonic() - start\n"
        "prepare()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(program)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_result_comes_back_whole() -> None:
    assert (
        renderer("print(run(lambda: b'x' * 5_000_000) == b'x' * 5_000_000, run(lambda: b'') == b'')") == "True True\n"
    )


def test_an_endless_loop_is_killed_by_the_processor_limit() -> None:
    answer = renderer(
        """
        def loop():
            while True: pass
        took = fails(loop, cpu_seconds=1)
        print(took < 10)
        """
    )
    assert answer == "cpu|-\nTrue\n"


def test_a_job_that_waits_for_ever_is_killed_by_the_clock() -> None:
    answer = renderer(
        """
        took = fails(lambda: time.sleep(60), wall_seconds=0.5)
        print(took < 5)
        """
    )
    assert answer == "wall|-\nTrue\n"


def test_a_job_that_ignores_every_signal_is_killed_all_the_same() -> None:
    answer = renderer(
        """
        def stubborn():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU, signal.SIGALRM):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(60)
        print(fails(stubborn, wall_seconds=0.5) < 5)
        """
    )
    assert answer == "wall|-\nTrue\n"


def test_a_memory_bomb_meets_its_limit_and_the_parent_stays_flat() -> None:
    answer = renderer(
        """
        before = rss()
        for _ in range(5):
            fails(lambda: bytes(2**31), memory_mb=128)
            fails(lambda: [bytearray(2**20) for _ in range(10_000)], memory_mb=128)
        print(rss() - before < 10)
        """
    )
    assert answer == "memory|-\n" * 10 + "True\n"


def test_an_endless_answer_is_cut_off() -> None:
    answer = renderer(
        """
        def flood():
            while True: os.write(PIPE, b"x" * 2**20)
        fails(flood)
        fails(lambda: bytes(65 * 2**20))
        """
    )
    assert answer == "result_too_large|-\n" * 2


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("lambda: os.kill(os.getpid(), signal.SIGSEGV)", "crash|signal 11"),
        ("lambda: os.abort()", "crash|signal 6"),
        ("lambda: os._exit(0)", "crash|-"),
        ("lambda: os._exit(3)", "crash|-"),
        ("lambda: os.close(PIPE)", "crash|-"),
        ("lambda: sys.exit(0)", "error|SystemExit at <string>:1"),
        ("lambda: None", "error|TypeError at fork.py"),
        ("lambda: {}['Jane Doe, IBAN DE89']", "error|KeyError at <string>"),
    ],
)
def test_a_job_that_dies_says_how_but_nothing_it_held(job: str, reason: str) -> None:
    answer = renderer(f"fails({job})")
    assert answer.startswith(reason.partition(" at ")[0])
    assert "Jane" not in answer


def test_a_refusal_keeps_its_own_code() -> None:
    answer = renderer(
        """
        class Refused(ValueError): reason = "logo_unusable"
        class Chatty(ValueError): reason = "Jane Doe owes 5 EUR"
        def refuse(kind):
            raise kind
        fails(lambda: refuse(Refused))
        fails(lambda: refuse(Chatty))
        """
    )
    assert answer.splitlines()[0] == "error|logo_unusable"
    assert answer.splitlines()[1].startswith("error|Chatty at ")


def test_the_child_writes_no_file_and_keeps_no_descriptor(tmp_path: Path) -> None:
    answer = renderer(
        f"""
        import errno
        kept = os.open({str(tmp_path / "open")!r}, os.O_CREAT | os.O_WRONLY)
        def write():
            try: os.write(os.open({str(tmp_path / "new")!r}, os.O_CREAT | os.O_WRONLY), b"x")
            except OSError as error: return errno.errorcode[error.errno].encode()
            return b"written"
        def inherited():
            try: os.write(kept, b"x")
            except OSError as error: return errno.errorcode[error.errno].encode()
            return b"written"
        print(run(write).decode(), run(inherited).decode())
        """
    )
    assert answer == "EFBIG EBADF\n"
    assert (tmp_path / "open").read_bytes() == b""


def test_exit_handlers_and_buffers_run_once() -> None:
    answer = renderer(
        """
        import atexit
        atexit.register(lambda: print("bye"))
        sys.stdout.write("buffered ")
        run(lambda: b"")
        """
    )
    assert answer == "buffered bye\n"


def test_no_child_is_left_behind() -> None:
    answer = renderer(
        """
        for job in (lambda: b"x", os.abort, lambda: time.sleep(60)):
            try: run(job, wall_seconds=0.3)
            except RenderFailed: pass
        try: os.waitpid(-1, os.WNOHANG); print("a child")
        except ChildProcessError: print("none")
        print(len(os.listdir("/proc/self/fd")) < 10)
        """
    )
    assert answer == "none\nTrue\n"


def test_a_child_outlives_its_killed_parent_by_seconds_only() -> None:
    program = (
        "import sys, time, os\nfrom invoicing_site.fork import prepare, run\nprepare()\n"
        "run(lambda: (os.write(2, str(os.getpid()).encode() + b'\\n'), time.sleep(60)), wall_seconds=1)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    assert parent.stderr is not None
    child = int(parent.stderr.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _alive(child):
        time.sleep(0.1)
    parent.stderr.close()
    assert not _alive(child)


def _alive(pid: int) -> bool:
    """Not counting a zombie: nobody may be there to reap it."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_that_never_prepared_is_refused() -> None:
    program = (
        "from invoicing_site.fork import RenderFailed, run\n"
        "try: run(lambda: b'x')\nexcept RenderFailed as failed: print(failed.reason)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "not_prepared\n"


def test_threads_started_later_and_other_threads_are_refused() -> None:
    answer = renderer(
        """
        pool = threading.Thread(target=lambda: fails(lambda: b"x")); pool.start(); pool.join()
        hold = threading.Event()
        threading.Thread(target=hold.wait).start()
        fails(lambda: b"x")
        hold.set()
        """
    )
    assert answer == "not_prepared|-\nthreads|-\n"


def test_a_child_of_the_renderer_is_no_renderer() -> None:
    answer = renderer(
        """
        print(run(lambda: b"" if fails(lambda: b"x") else b""))
        if not os.fork():
            fails(lambda: b"x")
            sys.stdout.flush()
            os._exit(0)
        os.wait()
        """
    )
    assert "not_prepared|-" in answer


def test_signals_of_the_parent_are_not_those_of_the_child() -> None:
    answer = renderer(
        """
        signal.signal(signal.SIGTERM, lambda *_: print("parent's handler"))
        fails(lambda: os.kill(os.getpid(), signal.SIGTERM))
        """
    )
    assert answer == f"crash|signal {signal.SIGTERM.value}\n"
