"""What a command needs from the machine: Python packages, libraries for PDFs, programs for the tests, processes.

Native libraries come in three ways, in this order: they are there; apt installs them (as root, or where sudo asks no
password); apt downloads them and they are unpacked into .local/native, which needs no right at all.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
VENV = Path(os.environ.get("INVOICING_VENV") or LOCAL / "venv")
PYTHON = str(VENV / "bin/python")
PIP = ("pip-26.3-py3-none-any.whl", "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13")
DEBIANS_WHEELS = Path("/usr/share/python-wheels")
# Debian's package -> what proves that it is there: the name WeasyPrint loads, a font's file, programs.
LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
# The Swiss payment part may be set in Liberation Sans and three fonts nobody may ship (Style Guide QR-bill).
FONTS = {"fonts-dejavu-core": "DejaVuSans.ttf", "fonts-liberation": "LiberationSans-Regular.ttf"}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TEST_PROGRAMS = {"chromium": BROWSERS, "libatomic1": ("libatomic.so.1",), "poppler-utils": ("pdftotext",)}
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{native}/usr/share/fonts</dir>
  <cachedir>{native}/cache</cachedir>
</fontconfig>
"""


class Trouble(Exception):
    """What keeps a command from going on, as one line that says what to do."""


def failure(what: str, log: Path) -> Trouble:
    """Turn what a program wrote before it gave up into one line that names the log for the rest."""
    text = log.read_text(errors="replace") if log.exists() else ""
    if "No space left on device" in text or shutil.disk_usage(log.parent).free < 2**20:
        return Trouble(f"{what}: the disk is full. Free some space and start again (log: {log}).")
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["it said nothing"]
    for sign in (r"^[\w.]*(Error|Exception|Configured): ", r"(?i)error|fatal|panic", ""):
        if told := [line for line in lines if re.search(sign, line)]:
            break
    return Trouble(f"{what}: {told[-1][:300]} (log: {log})")


def say(line: str) -> None:
    """Tell the person at the keyboard; stdout belongs to the program that is run (pytest's closing line)."""
    print(line, file=sys.stderr, flush=True)


# -- processes -------------------------------------------------------------------------------------------------------


def fresh_log(path: Path) -> IO[bytes]:
    """Open an empty log in a folder of our own, keeping the one of the run before as `<name>.1`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    return path.open("wb")


def dying_with_us() -> Callable[[], None] | None:
    """Return what a child calls before its program starts, so that it ends even when we are killed (Linux only)."""
    if sys.platform != "linux":
        return None
    libc, parent, set_parent_death_signal = ctypes.CDLL(None), os.getpid(), 1

    def prepare() -> None:
        libc.prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def spawn(command: list[str], log: Path, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a program in the project's folder and in a session of its own (Ctrl-C is ours), its output in a log."""
    with fresh_log(log) as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=dying_with_us(),
        )  # fmt: skip


def quietly(command: list[str], log: Path, what: str, env: dict[str, str] | None = None) -> None:
    """Run a step with its output in a log. Raises Trouble, beginning with `what`, when it fails."""
    child = spawn(command, log, env)
    try:
        code = child.wait()
    finally:
        end([child], patience=0)
    if code:
        raise failure(what, log)


def command_line(pid: str) -> str:
    """Return the command line of a living process, nothing of a zombie."""
    if Path("/proc/self").exists():
        path = Path("/proc") / (pid or "none") / "cmdline"
        with contextlib.suppress(OSError):
            return path.read_text(errors="replace")
        return ""
    return subprocess.run(["ps", "-o", "args=", "-p", pid], capture_output=True, text=True, check=False).stdout


def end(children: list[subprocess.Popen[bytes]], patience: float) -> None:
    """End processes that lead a session, and all they started: politely first, by force what is left."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + patience
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@contextlib.contextmanager
def held(path: Path, refusal: str | None = None) -> Iterator[None]:
    """Hold a lock file, which says who has it; with a refusal do not wait for it but raise Trouble."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
        except BlockingIOError:
            raise Trouble(f"{refusal} ({path.read_text()}).") from None
        path.write_text(f"process {os.getpid()}, PORT={os.environ.get('PORT', '8000')}")
        yield


# -- Python packages -------------------------------------------------------------------------------------------------


def ensure_packages(lock: str) -> None:
    """Install a lock's packages, checked by hash, unless this very lock is installed already (no network then).

    Raises Trouble when pip fails. Locks: one installation at a time.
    """
    if "INVOICING_VENV" in os.environ:
        return  # somebody else keeps that one up to date
    stamp = VENV / "installed.json"
    locks = ["requirements-local.txt", lock]  # the development lock holds everything of the local one
    digests = {name: hashlib.sha256((ROOT / name).read_bytes() + sys.version.encode()).hexdigest() for name in locks}
    with held(LOCAL / "venv.lock"):
        known = json.loads(stamp.read_text()) if stamp.exists() and Path(PYTHON).exists() else {}
        if known.get(lock) == digests[lock]:
            return
        if not known:
            # None yet, or one that an interruption left half made.
            shutil.rmtree(VENV, ignore_errors=True)
            create = [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
            quietly(create, LOCAL / "venv.log", "The virtual environment could not be made")
        say("Installing Python packages (about a minute the first time)…")
        stamp.unlink(missing_ok=True)
        options = ["--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
        install = [PYTHON, f"{pip_wheel()}/pip", "install", *options, "-r", str(ROOT / lock)]
        quietly(install, LOCAL / "pip.log", "Python packages could not be installed (no network, or a broken download)")
        stamp.write_text(json.dumps(digests))


def pip_wheel() -> Path:
    """Return pip's wheel: the interpreter's own, Debian's, or (Debian without python3-venv) one downloaded by hash."""
    ensurepip = importlib.util.find_spec("ensurepip")
    folders = [Path(ensurepip.origin).parent / "_bundled"] if ensurepip and ensurepip.origin else []
    for folder in [*folders, DEBIANS_WHEELS, LOCAL]:
        if found := sorted(folder.glob("pip-*.whl")):
            return found[-1]
    name, digest = PIP
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
    try:
        page = urllib.request.urlopen(index, timeout=60).read().decode()
        address = next(part for part in page.split('"') if f"/{name}" in part)
        content = urllib.request.urlopen(urllib.parse.urljoin(index, address), timeout=60).read()
    except (OSError, StopIteration) as error:
        raise Trouble(
            f"pip is missing and {index} does not answer with it: sudo apt-get install python3-venv"
        ) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Trouble(f"{name} from {index} is not the file it should be (a broken download?): start again.")
    (LOCAL / name).write_bytes(content)
    return LOCAL / name


def compile_translations() -> None:
    """Make the .mo file of every .po file that has changed since."""
    for source in ROOT.glob("*/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            babel = [PYTHON, "-m", "babel.messages.frontend", "compile", "-i", str(source), "-o", str(target)]
            quietly(babel, LOCAL / "translations.log", f"{source.relative_to(ROOT)} could not be compiled")


# -- native libraries and programs -----------------------------------------------------------------------------------


def missing(native: Path) -> list[str]:
    """Return the packages of which neither the system nor the unpacked folder has the library or the font."""
    libraries = [package for package, name in LIBRARIES.items() if not _has_library(native, name)]
    return libraries + [package for package, name in FONTS.items() if not _has_font(native, name)]


def ensure_libraries() -> dict[str, str]:
    """See to it that PDFs can be made; return the variables the product's processes then need.

    Raises Trouble, naming the packages, when neither apt nor unpacking helped.
    """
    if sys.platform != "linux":
        return {}  # there WeasyPrint's own message tells how (macOS: brew install pango)
    native = LOCAL / "native"
    for remedy in (_install, _unpack):
        if (lacking := missing(native)) and shutil.which("apt-get"):
            remedy(lacking)
    if lacking := missing(native):
        raise Trouble(f"PDFs need libraries that are missing here: sudo apt-get install {' '.join(lacking)}")
    libraries = [str(folder) for folder in native.glob("usr/lib/*-linux-*")]
    if not native.exists():
        return {}
    path = os.pathsep.join(filter(None, [*libraries, os.environ.get("LD_LIBRARY_PATH")]))
    return {"LD_LIBRARY_PATH": path, "FONTCONFIG_FILE": str(native / "fonts.conf")}


def ensure_test_programs() -> None:
    """Install the browser, what drives it, and pdftotext as root; otherwise say loudly which tests cannot run."""

    def there(package: str) -> bool:
        return any(shutil.which(name) or _has_library(LOCAL / "native", name) for name in TEST_PROGRAMS[package])

    for package in TEST_PROGRAMS:
        if not there(package) and shutil.which("apt-get") and os.geteuid() == 0:
            _install([package])
    if lacking := [package for package in TEST_PROGRAMS if not there(package)]:
        names = " ".join(lacking)
        say(f"\n*** Tests that need {names} CANNOT RUN on this machine: sudo apt-get install {names} ***\n")


def _has_library(native: Path, name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return any(native.glob(f"usr/lib/*/{name}"))
    return True


def _has_font(native: Path, name: str) -> bool:
    folders = (native / "usr/share/fonts", *(Path(folder).expanduser() for folder in FONT_FOLDERS))
    return any(next(folder.rglob(name), None) for folder in folders if folder.is_dir())


def _apt(*words: str | Path) -> bool:
    """Run a step of apt with its output in apt.log; what it achieved is judged by what is missing afterwards."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "apt.log").open("ab") as log:
        command = list(map(str, words))
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0


def _install(packages: list[str]) -> None:
    """Let apt install packages where that asks nobody for a password."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and not (shutil.which("sudo") and _apt(*sudo, "true")):
        return
    say(f"Installing {' '.join(packages)} with apt…")
    install = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends"]
    if not _apt(*install, *packages):
        # The lists are old, or there are none, as in a slim image.
        _apt(*sudo, "apt-get", "update")
        _apt(*install, *packages)


def _unpack(packages: list[str]) -> None:
    """Let apt download packages and what they need, signatures checked, and unpack them without any right."""
    native, work, new = LOCAL / "native", LOCAL / "apt", LOCAL / "native.new"
    say(f"Unpacking {' '.join(packages)} into {native} (no root needed)…")
    for folder in ("lists/partial", "archives/partial"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    settings = {"Dir::State": work, "Dir::State::status": "/var/lib/dpkg/status", "Dir::Cache": work,
                "Debug::NoLocking": "1", "APT::Keep-Downloaded-Packages": "true"}  # fmt: skip
    apt = ["apt-get", *(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))]
    fetch = [*apt, "install", "--download-only", "-y", "--no-install-recommends", *LIBRARIES, *FONTS]
    if not (_apt(*apt, "update") and _apt(*fetch)):
        return
    if all(_apt("dpkg-deb", "-x", package, new) for package in (work / "archives").glob("*.deb")):
        (new / "fonts.conf").write_text(FONTS_CONF.format(native=native))
        shutil.rmtree(native, ignore_errors=True)
        new.rename(native)
        shutil.rmtree(work)
