"""The launcher works on copies here: its root is where its files lie, so each has its own .local and servers."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path.append(str(TOOLS))

WEB = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
host, port = sys.argv[sys.argv.index("--bind") + 1].split(":")
http.server.HTTPServer((host, int(port)), Handler).serve_forever()
"""
MANAGE = """
import os, sys
open("calls", "a").write(sys.argv[1] + "\\n")
open(os.environ["STATIC_ROOT"] + "/site.css", "w").close()
if "--hooks" in sys.argv:
    open(sys.argv[-1], "w").write('{"lindenhof": "/hooks/1/", "harbor-pine": "/hooks/2/"}')
sys.exit("ValueError: no demo today" if sys.argv[1] == os.environ.get("BREAK") else 0)
"""


@pytest.fixture(scope="module")
def project() -> Iterator[Path]:
    """A folder with the launcher and, in the product's place, stand-ins that start at once."""
    root = Path(tempfile.mkdtemp(prefix="launcher-", dir="/tmp"))
    root.chmod(0o755)  # the servers' user comes here when the tests run as root
    shutil.copytree(TOOLS, root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in {"gunicorn": WEB, "celery": "import time; time.sleep(600)"}.items():
        (root / name).mkdir()
        (root / name / "__init__.py").touch()
        (root / name / "__main__.py").write_text(text)
    (root / "manage.py").write_text(MANAGE)
    yield root
    shutil.rmtree(root)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def clean_environment(free_port: int) -> dict[str, str]:
    """What a person's shell has, and the packages the tests themselves run with."""
    ours = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "DATA_KEYS", "SIGNING_KEY")
    ours += ("FILE_STORE", "STATIC_ROOT", "BASE_URL", "ALLOWED_HOSTS", "INVOICING_MODE")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"INVOICING_VENV": sys.prefix, "PORT": str(free_port)}
