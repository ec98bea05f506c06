"""One launcher for a checkout: `python3 tools/dev.py demo|test|nightly|bench|lint|run|services`; standard library only.

Everything it makes lives in the git-ignored .local/ (and, for the sockets, in a short folder below /tmp).
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed; this is Python {}.{}.".format(*sys.version_info[:2]))
if sys.platform == "win32":
    sys.exit("The launcher needs Linux or macOS (on Windows: WSL).")

import argparse
import os
import shlex
import signal
import subprocess
from pathlib import Path

from services import Services, Trouble

ROOT = Path(__file__).resolve().parent.parent


def venv_folder() -> Path:
    return Path(os.environ.get("INVOICING_VENV") or ROOT / ".local/venv")


def environment(services: Services, urls: dict[str, str]) -> dict[str, str]:
    secrets = services.secrets()
    port = os.environ.get("PORT", "8000")
    defaults = {
        **urls,
        **{name: secrets[name] for name in ("SECRET_KEY", "DATA_KEYS", "SIGNING_KEY")},
        "FILE_STORE": str(services.home / "files"),
        "STATIC_ROOT": str(services.home / "static"),
        "EMAIL_URL": f"filemail://{services.home / 'mail'}",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }
    env = {"INVOICING_MODE": "test" if services.fast else "demo"}
    env |= {k: os.environ.get(k, v) for k, v in defaults.items()}
    path = [str(venv_folder() / "bin"), os.environ.get("PATH", "")]
    env["PATH"] = os.pathsep.join(path)
    return env


def attend(command: list[str], env: dict[str, str]) -> int:
    child = subprocess.Popen(command, cwd=ROOT, env=env)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["run", "services"])
    parser.add_argument("action", nargs="?")
    parser.add_argument("--profile", default="test")
    argv = sys.argv[1:]
    rest: list[str] = []
    if "--" in argv:
        cut = argv.index("--")
        argv, rest = argv[:cut], argv[cut + 1 :]
    options = parser.parse_args(argv)
    services = Services(ROOT, options.profile, venv_folder())
    if options.command == "services":
        if options.action == "down":
            services.keep_mark.unlink(missing_ok=True)
            services.acquire(postgres=False, valkey=False)
        else:
            services.acquire()
            services.keep_mark.touch()
            for name, value in environment(services, services.urls()).items():
                print(f"export {name}={shlex.quote(value)}")
        services.release()
        return 0
    services.acquire()
    try:
        return attend(rest, {**os.environ, **environment(services, services.urls())})
    finally:
        services.release()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(str(trouble))
