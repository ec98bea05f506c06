"""The launcher of a checkout: `python3 tools/dev.py demo|test|nightly|live-sandbox|bench|lint|run|services`; standard library only.

Everything it makes lives in the git-ignored .local/ and, for the servers' sockets, in a short folder below /tmp.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this line is for whoever starts it with an older one
    sys.exit("Python 3.11 or newer is needed; this is Python {}.{}.".format(*sys.version_info[:2]))
if sys.platform == "win32":
    sys.exit("The launcher needs Linux or macOS (on Windows: WSL).")

import argparse
import contextlib
import errno
import hashlib
import http.client
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import natives
import standins
from natives import LOCAL, PYTHON, ROOT, VENV, Trouble, failure, held, quietly, say
from services import Postgres, Services

READY_SECONDS = 90
STOP_SECONDS = 15
MEGABYTES = {"first": 1500, "later": 100}  # of disk wanted before the first installation, and afterwards
CODE = (
    "invoicing_site",
    "clients",
    "billing",
    "payments",
    "templates",
    "static",
    "manage.py",
    "requirements-local.txt",
)
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Environment = dict[str, str]


# -- what every command shares ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def ready(profile: str, lock: str = "requirements-dev.txt") -> Iterator[tuple[Services, Environment]]:
    """Bring up packages, libraries and servers; give the environment of the product's processes; stop the servers.

    Raises Trouble when something cannot be had.
    """
    LOCAL.mkdir(exist_ok=True)
    wanted, free = MEGABYTES["later" if VENV.exists() else "first"], shutil.disk_usage(LOCAL).free // 2**20
    if free < wanted:
        raise Trouble(f"The disk is full: {free} MB are free at {LOCAL}, {wanted} MB are needed.")
    natives.ensure_packages(lock)
    variables = natives.ensure_libraries()
    natives.compile_translations()
    services = Services(ROOT, profile, VENV)
    given = given_urls(services)
    services.acquire(postgres="DATABASE_URL" not in given, valkey="REDIS_URL" not in given)
    try:
        yield services, environment(services, variables | given)
    finally:
        # A second Ctrl-C must not cut the stopping short and leave servers behind.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        services.release()


def given_urls(services: Services) -> Environment:
    """Return the addresses of the servers the user brings; those of our own, as `services up` prints them, are none."""
    given = {
        name: os.environ[name] for name, own in services.urls().items() if os.environ.get(name, "") not in {"", own}
    }
    if "MIGRATE_DATABASE_URL" in given and "DATABASE_URL" not in given:
        raise Trouble("MIGRATE_DATABASE_URL is given without DATABASE_URL: give both.")
    if "DATABASE_URL" in given and "MIGRATE_DATABASE_URL" not in given:
        say("Warning: no MIGRATE_DATABASE_URL is given, so migrations run as the role of DATABASE_URL.")
        given["MIGRATE_DATABASE_URL"] = given["DATABASE_URL"]
    return given


def environment(services: Services, given: Environment) -> Environment:
    """Return the whole environment of the product's processes; what the user's own sets wins over our defaults."""
    known = services.secrets()
    for name in ("mail", "files", "static"):
        (services.home / name).mkdir(mode=0o700, exist_ok=True)
    defaults = {
        "EMAIL_URL": f"filemail://{services.home}/mail",
        "FILE_STORE": f"{services.home}/files",
        "STATIC_ROOT": f"{services.home}/static",
        "BASE_URL": f"http://127.0.0.1:{chosen_port()}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        **{name: known[name] for name in ("SECRET_KEY", "DATA_KEYS", "SIGNING_KEY")},
        **services.urls(),
    }
    programs = [str(VENV / "bin")]
    if "DATABASE_URL" not in given:
        programs.append(str(Postgres(services).programs))  # psql and pgbench of the server's version
    path = os.pathsep.join([*programs, os.environ.get("PATH", os.defpath)])
    fixed = {"INVOICING_MODE": "test" if services.fast else "demo", "VIRTUAL_ENV": str(VENV), "PATH": path}
    return (
        defaults | {name: value for name, value in os.environ.items() if value or name not in defaults} | given | fixed
    )


def attend(command: list[str], env: Environment) -> int:
    """Run a program in the foreground and return its exit code; Ctrl-C is the program's to answer, we wait for it."""
    child = subprocess.Popen(command, cwd=ROOT, env=env, preexec_fn=natives.dying_with_us())
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return child.wait()
    except KeyboardInterrupt:  # SIGTERM or SIGHUP
        child.terminate()
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


# -- demo ------------------------------------------------------------------------------------------------------------


def demo() -> int:
    """Show the product with demo data on PORT until Ctrl-C. Refuses to serve others than this machine."""
    port = chosen_port()
    hosts = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")
    hosts.append(urllib.parse.urlsplit(os.environ.get("BASE_URL", "http://localhost")).hostname or "")
    if foreign := [host.strip() for host in hosts if host.strip() not in LOOPBACK]:
        raise Trouble(f"The demo signs in whoever comes, so it serves this machine only, not {foreign[0]!r}.")
    with held(LOCAL / "demo/demo.lock", "The demo of this folder is running already"):
        check_port(port)
        with ready("demo", "requirements-local.txt") as (services, env):
            ports = standins.choose_ports(services.home)
            added = standins.environment(services.home, ports, env["SECRET_KEY"])
            env |= {name: value for name, value in added.items() if not os.environ.get(name)}
            prepare(services, env)
            return supervise(services, env, port, ports)


def chosen_port() -> int:
    """Return PORT, 8000 unless the environment says otherwise."""
    text = os.environ.get("PORT", "8000")
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise Trouble(f"PORT is a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(port: int) -> None:
    """Raise Trouble when the web process could not listen on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            why = "is for root only" if isinstance(error, PermissionError) else "is in use"
            raise Trouble(f"Port {port} {why}: choose another, as in PORT=8010 make demo") from error


def prepare(services: Services, env: Environment) -> None:
    """Migrate, collect static files and make the demo data, unless the code is the one they were made with."""
    digest = hashlib.sha256()
    trees = [[ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*") for name in CODE]
    for path in sorted(path for tree in trees for path in tree if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    # Beside the data it speaks of, so that a new cluster (or somebody else's) is prepared again.
    embedded, mark = env["DATABASE_URL"] == services.urls()["DATABASE_URL"], services.data / "pg/prepared"
    known = mark.read_text() if embedded and mark.exists() else ""
    hooks = standins.hooks_file(services.home)
    if known == digest.hexdigest() and hooks.exists() and any(Path(env["STATIC_ROOT"]).glob("*")):
        return
    steps = {"migrate": "the database", "collectstatic": "the static files", "seed_demo": "the demo data (once)"}
    for command, what in steps.items():
        say(f"Preparing {what}…")
        words = [PYTHON, "manage.py", command, *(["--hooks", str(hooks)] if command == "seed_demo" else ["--noinput"])]
        quietly(words, services.log / f"{command}.log", f"manage.py {command} failed", env)
    if embedded:
        mark.write_text(digest.hexdigest())


def commands(services: Services, port: int) -> dict[str, list[str]]:
    """Return the product's processes: name -> the words after the interpreter."""
    celery = ["-m", "celery", "-A", "invoicing_site.celery"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "-l", "info"]
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--graceful-timeout", "5"]
    return {
        "web": ["-m", "gunicorn", "invoicing_site.wsgi", "--no-control-socket", *bind],
        "worker": [*worker, "-n", "worker@%h", "-Q", "money,delivery,bulk", "--concurrency", "2"],
        "renderer": [*worker, "-n", "renderer@%h", "-Q", "render", "--pool", "solo"],
        "beat": [*celery, "beat", "-s", str(services.home / "beat"), "--pidfile=", "-l", "info"],
    }


def supervise(services: Services, env: Environment, port: int, ports: dict[str, int]) -> int:
    """Run the stand-ins (on `ports`) and the product's processes until Ctrl-C, or until one ends by itself (Trouble)."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        deadline = time.monotonic() + READY_SECONDS
        first = standins.commands(services.home, ports, env["BASE_URL"])
        for name, words in (first | commands(services, port)).items():
            running[name] = natives.spawn([PYTHON, *words], services.log / f"{name}.log", env)
            # The web process comes before the workers, which would take its share of the processor.
            while not (standins.answers(ports[name]) if name in ports else is_ready(port)):
                check_alive(services, running)
                if time.monotonic() > deadline:
                    late = name if name in ports else "web"
                    raise failure(
                        f"The {late} process is not ready after {READY_SECONDS} s", services.log / f"{late}.log"
                    )
                time.sleep(0.1)
            if name == "sandbox":
                standins.tell(env, services.home, ports[name])
        print(f"\n  Invoicing is ready: http://127.0.0.1:{port}/  (the sign-in page offers the demo's people)")
        print(
            f"  What it mails: http://127.0.0.1:{port}/demo/mail/  The payment sandbox: http://127.0.0.1:{ports['sandbox']}/"
        )
        print(f"  Logs: {services.log.relative_to(ROOT)}/  Ctrl-C stops everything.\n", flush=True)
        while True:
            check_alive(services, running)
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("\nStopping…")
        return 0
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        natives.end(list(running.values()), STOP_SECONDS)


def check_alive(services: Services, running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Raise Trouble, naming the log, when a process has ended by itself."""
    for name, child in running.items():
        if child.poll() is not None:
            raise failure(f"The {name} process ended unexpectedly ({child.returncode})", services.log / f"{name}.log")


def is_ready(port: int) -> bool:
    """Ask /readyz, past any proxy the environment names."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# -- the other commands ----------------------------------------------------------------------------------------------


def tests(profile: str, rest: list[str], nightly: bool) -> int:
    """Run pytest on servers of its own and return its exit code; `nightly` takes the fault matrix at full size in."""
    extra = {"NIGHTLY": "1"} if nightly else {}
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        extra["REQUIRE_BROWSER"] = "1"  # by hand a missing browser is a loud skip
        rest = ["--cov", "--cov-report=", *rest]  # the floors are checked by lint
    words = ["-m", "pytest", "-n", "2", "--dist", "loadfile", "-q", *([] if nightly else ["-m", "not nightly"]), *rest]
    with held(
        LOCAL / profile / "test.lock", f"Tests of profile {profile} are running already; --profile test-2 is free"
    ):
        natives.ensure_test_programs()
        with ready(profile) as (_, env):
            return attend([PYTHON, *words], env | extra)


def live_sandbox(rest: list[str]) -> int:
    """Run the story of an online payment against the provider's own test mode; say loudly when there is no key for it."""
    if not os.environ.get("STRIPE_TEST_KEY"):
        say(
            "\n*** SKIPPED: the live sandbox needs a key of Stripe's test mode: STRIPE_TEST_KEY=sk_test_… make live-sandbox ***\n"
        )
        return 0
    words = ["-m", "pytest", "-q", "-rs", "tests/flows/test_online_story.py", "-k", "stripe_itself", *rest]
    natives.ensure_test_programs()
    with ready("test-live") as (_, env):
        return attend([PYTHON, *words], env | {"LIVE_SANDBOX": "1"})


def bench(rest: list[str]) -> int:
    """Run the benchmarks on servers of their own, as durable as the demo's."""
    with ready("bench") as (services, env):
        migrate = [PYTHON, "manage.py", "migrate", "--noinput"]
        quietly(migrate, services.log / "migrate.log", "manage.py migrate failed", env)
        return attend([PYTHON, "-m", "benchmarks", *rest], env)


def lint(profile: str) -> int:
    """Run every check of the source; 1 when one of them finds something."""
    checks = {
        "ruff": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "."],
        "types": ["mypy"],
        "templates": ["djlint", "templates", "--lint", "--quiet"],
        "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        "coverage": ["python", "-m", "tests.house.floors"],
    }
    with ready(profile) as (_, env):
        failed = [name for name, (program, *words) in checks.items() if attend([f"{VENV}/bin/{program}", *words], env)]
    say(f"lint: {', '.join(failed)} failed" if failed else "lint: all clean")
    return 1 if failed else 0


def run(profile: str, rest: list[str]) -> int:
    """Run any program with the servers up and the product's environment set."""
    if not rest:
        raise Trouble("Say what to run: python3 tools/dev.py run -- python manage.py shell")
    with ready(profile) as (_, env):
        return attend([shutil.which(rest[0], path=env["PATH"]) or rest[0], *rest[1:]], env)


def keep(profile: str, action: str) -> int:
    """`up`: start the servers, leave them running and print the environment for a shell to eval; `down`: stop them."""
    if action == "down":
        services = Services(ROOT, profile, VENV)
        services.keep_mark.unlink(missing_ok=True)
        services.acquire(postgres=False, valkey=False)
        say("Stopped." if services.release() else "Another command still uses the servers: they stop with it.")
        return 0
    with ready(profile) as (services, env):
        services.keep_mark.touch()
        for name in sorted(name for name, value in env.items() if os.environ.get(name) != value):
            print(f"export {name}={shlex.quote(env[name])}")
    return 0


def on_signal(number: int, frame: FrameType | None) -> None:
    """Let SIGTERM and SIGHUP end us the way Ctrl-C does, and Ctrl-C also below a shell that starts us deaf to it."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Carry out one command and return the exit code."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0], epilog="What follows -- is handed on."
    )
    parser.add_argument(
        "command", choices=["demo", "test", "nightly", "live-sandbox", "bench", "lint", "run", "services"]
    )
    parser.add_argument("action", nargs="?", choices=["up", "down"], default="up", help="for services")
    parser.add_argument("--profile", default="test", help="own servers and data: demo, bench, test, test-ANYTHING")
    options = parser.parse_args(arguments[:cut])
    rest, profile = arguments[cut + 1 :], options.profile
    known: dict[str, Callable[[], int]] = {
        "demo": demo,
        "test": lambda: tests(profile, rest, nightly=False),
        "nightly": lambda: tests(profile, rest, nightly=True),
        "live-sandbox": lambda: live_sandbox(rest),
        "bench": lambda: bench(rest),
        "lint": lambda: lint(profile),
        "run": lambda: run(profile, rest),
        "services": lambda: keep(profile, options.action),
    }
    for number in SIGNALS:
        signal.signal(number, on_signal)
    try:
        return known[options.command]()
    except Trouble as trouble:
        say(str(trouble))
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        say(f"The disk is full: free some space and start again ({error})." if full else f"Cannot go on: {error}")
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
