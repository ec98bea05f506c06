"""The launcher as people meet it: one line for each obstacle, and nothing left behind."""

import fcntl
import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import standins
from services import Services

STEPS = ["migrate", "collectstatic", "seed_demo"]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def launch(project: Path, *words: str, env: dict[str, str]) -> tuple[int, str, str]:
    command = [sys.executable, "tools/dev.py", *words]
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


class Demo:
    """A demo that was started and has said that it is ready."""

    def __init__(self, project: Path, env: dict[str, str]) -> None:
        self.child = subprocess.Popen([sys.executable, "tools/dev.py", "demo"], cwd=project, env=env, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        assert self.child.stdout
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.child.stdout.readline()
            assert line, self.child.communicate()[1]
            self.said += line

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.child.send_signal(number)
        told = self.child.communicate(timeout=30)[1]
        return self.child.returncode, told.splitlines()[-1] if told else ""


def processes(sign: str) -> dict[int, str]:
    """The living processes whose command line or folder carries a sign: pid -> command line."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_text().replace("\0", " ")
            if words and (sign in words or sign in os.readlink(entry / "cwd")):
                found[int(entry.name)] = words
        except OSError:
            continue
    return found


def steps_made(project: Path) -> list[str]:
    path = project / "calls"
    made = path.read_text().split() if path.exists() else []
    path.unlink(missing_ok=True)
    return made


@on_linux
def test_demo_prepares_once_and_leaves_nothing(project: Path, clean_environment: dict[str, str]) -> None:
    run = Services(project, "demo", Path(sys.prefix)).run
    for number, expected in ((signal.SIGINT, STEPS), (signal.SIGTERM, [])):
        demo = Demo(project, clean_environment)
        assert f"http://127.0.0.1:{clean_environment['PORT']}/" in demo.said
        assert (steps_made(project), run.is_dir()) == (expected, True)
        assert demo.end(number) == (0, "Stopping…")
        assert (processes(str(project)), run.exists()) == ({}, False)


def test_demo_prepares_again_after_a_failure_and_after_a_change(
    project: Path, clean_environment: dict[str, str]
) -> None:
    with (project / "manage.py").open("a") as program:
        program.write("# changed\n")
    for _ in "twice":
        code, out, told = launch(project, "demo", env=clean_environment | {"BREAK": "seed_demo"})
        log = project / ".local/demo/log/seed_demo.log"
        assert (code, out, steps_made(project)) == (1, "", STEPS)
        assert told.splitlines()[-1] == f"manage.py seed_demo failed: ValueError: no demo today (log: {log})"
    demo = Demo(project, clean_environment)
    assert steps_made(project) == STEPS
    assert demo.end()[0] == 0


@on_linux
def test_process_that_dies_stops_the_demo(project: Path, clean_environment: dict[str, str]) -> None:
    demo = Demo(project, clean_environment)
    (renderer,) = [pid for pid, words in processes(str(project)).items() if "renderer@" in words]
    os.kill(renderer, signal.SIGKILL)
    told = demo.child.communicate(timeout=30)[1].splitlines()[-1]
    log = project / ".local/demo/log/renderer.log"
    assert told == f"The renderer process ended unexpectedly (-9): it said nothing (log: {log})"
    assert demo.child.returncode == 1
    assert processes(str(project)) == {}


@on_linux
def test_killed_launcher_takes_the_product_with_it(project: Path, clean_environment: dict[str, str]) -> None:
    demo = Demo(project, clean_environment)
    assert demo.end(signal.SIGKILL)[0] == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while any("-m " in words for words in processes(str(project)).values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    servers = sorted(Path(words.split()[0]).name for words in processes(str(project)).values() if " " in words.strip())
    assert [name for name in servers if name.startswith("python")] == []
    assert Demo(project, clean_environment).end() == (0, "Stopping…")
    assert processes(str(project)) == {}


def test_second_demo_is_refused(project: Path, clean_environment: dict[str, str]) -> None:
    lock = project / ".local/demo/demo.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        lock.write_text("process 1, PORT=8000")
        refusal = "The demo of this folder is running already (process 1, PORT=8000).\n"
        assert launch(project, "demo", env=clean_environment) == (1, "", refusal)


def test_port_in_use(project: Path, clean_environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(clean_environment["PORT"])))
        other.listen()
        refusal = f"Port {clean_environment['PORT']} is in use: choose another, as in PORT=8010 make demo\n"
        assert launch(project, "demo", env=clean_environment) == (1, "", refusal)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"PORT": "http"}, "PORT is a number from 1 to 65535, not 'http'."),
        ({"PORT": "65536"}, "PORT is a number from 1 to 65535, not '65536'."),
        ({"ALLOWED_HOSTS": "localhost,billing.example"}, "not 'billing.example'."),
        ({"BASE_URL": "https://billing.example"}, "not 'billing.example'."),
        ({"MIGRATE_DATABASE_URL": "postgres:///x"}, "MIGRATE_DATABASE_URL is given without DATABASE_URL: give both."),
    ],
)
def test_demo_refuses_what_it_cannot_serve(
    project: Path, clean_environment: dict[str, str], given: dict[str, str], refusal: str
) -> None:
    code, out, told = launch(project, "demo", env=clean_environment | given)
    assert (code, out, told.count("\n")) == (1, "", 1)
    assert told.endswith(refusal + "\n")
    assert steps_made(project) == []


def test_older_python_is_told_so(project: Path) -> None:
    program = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path('tools/dev.py')"
    done = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Python 3.11 or newer is needed; this is Python 3.9.\n")


def test_download_that_fails(project: Path, clean_environment: dict[str, str]) -> None:
    digest = "0" * 64
    (project / "requirements-local.txt").write_text(f"no-such-package-of-ours==1 --hash=sha256:{digest}\n")
    env = clean_environment | {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    del env["INVOICING_VENV"]
    code, out, told = launch(project, "demo", env=env)
    assert (code, out) == (1, "")
    last = told.splitlines()[-1]
    assert last.startswith("Python packages could not be installed (no network, or a broken download): ERROR: ")
    assert last.endswith(f"(log: {project}/.local/pip.log)")
    assert not (project / ".local/venv/installed.json").exists()
    shutil.rmtree(project / ".local/venv")


def test_program_gets_the_exit_code_and_the_last_line(project: Path, clean_environment: dict[str, str]) -> None:
    script = 'psql "$DATABASE_URL" -tAc "SHOW fsync"; echo $INVOICING_MODE; exit 7'
    words = ("run", "--profile", "test-run", "--", "sh", "-c", script)
    assert launch(project, *words, env=clean_environment) == (7, "off\ntest\n", "")


def test_the_demo_brings_its_stand_ins_and_keeps_their_ports(project: Path, clean_environment: dict[str, str]) -> None:
    ports = []
    for number in (signal.SIGKILL, signal.SIGTERM):
        demo = Demo(project, clean_environment)
        known = json.loads((project / ".local/demo/ports.json").read_text())
        ports.append(known)
        assert f"http://127.0.0.1:{known['sandbox']}/" in demo.said
        with smtplib.SMTP("127.0.0.1", known["mail"]) as client:
            client.sendmail("a@acme.example", ["b@kunde.example"], b"Subject: x\r\n\r\n")
        page = urllib.request.urlopen(f"http://127.0.0.1:{known['sandbox']}/", timeout=10).read().decode()
        for number_of_company in (1, 2):
            assert f"http://127.0.0.1:{clean_environment['PORT']}/hooks/{number_of_company}/" in page
        demo.end(number)
        deadline = time.monotonic() + 20
        while not all(map(standins.free, known.values())) and time.monotonic() < deadline:
            time.sleep(0.1)
    assert ports[0] == ports[1]
    assert len(list((project / ".local/demo/mail").glob("*.eml"))) == 2


def test_a_taken_port_of_a_stand_in_is_one_line(project: Path, clean_environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = launch(project, "demo", env=clean_environment | {"MAIL_PORT": port})
    assert done == (1, "", f"Port {port} for the mail catcher is in use: choose another MAIL_PORT.\n")


def test_the_live_sandbox_says_loudly_that_it_was_skipped(project: Path, clean_environment: dict[str, str]) -> None:
    env = {name: value for name, value in clean_environment.items() if name != "STRIPE_TEST_KEY"}
    code, out, told = launch(project, "live-sandbox", env=env)
    assert (code, out, told.strip().startswith("*** SKIPPED: the live sandbox needs a key")) == (0, "", True)


def test_the_stand_ins_know_the_companies_of_the_demo() -> None:
    from invoicing_site.demo_world.cast import SCRIPTS

    assert {script.details["slug"] for script in SCRIPTS} == set(standins.COMPANIES)
