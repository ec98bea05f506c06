"""What the launcher looks for on the machine, and what it says when that is missing."""

import io
import os
import sys
from pathlib import Path
from typing import Any

import dev
import natives
import pytest
from natives import Trouble
from services import Services


@pytest.fixture
def own(tmp_path: Path, clean_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Services:
    for name in set(os.environ) - set(clean_environment):
        monkeypatch.delenv(name)
    return Services(tmp_path, "test", Path(sys.prefix))


def test_missing_library_and_font_are_named_by_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(natives, "LIBRARIES", {"libpango-1.0-0": "libnothing.so.0", "libc6": "libc.so.6"})
    monkeypatch.setattr(natives, "FONT_FOLDERS", (str(tmp_path / "fonts"),))
    assert natives.missing(tmp_path) == ["libpango-1.0-0", "fonts-dejavu-core", "fonts-liberation"]
    fonts = [f"usr/share/fonts/truetype/{name}" for name in natives.FONTS.values()]
    for name in ("usr/lib/x86_64-linux-gnu/libnothing.so.0", *fonts):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert natives.missing(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a way to get them")
def test_no_way_to_get_libraries_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(natives, "LIBRARIES", {"libpango-1.0-0": "libnothing.so.0"})
    monkeypatch.setattr(natives, "LOCAL", tmp_path)
    monkeypatch.setattr(natives.shutil, "which", lambda name: None)
    with pytest.raises(Trouble) as refusal:
        natives.ensure_libraries()
    assert str(refusal.value) == "PDFs need libraries that are missing here: sudo apt-get install libpango-1.0-0"


def test_unpacked_libraries_are_put_before_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(natives, "LOCAL", tmp_path)
    monkeypatch.setattr(natives, "missing", lambda native: [])
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    assert natives.ensure_libraries() == {}
    folder = tmp_path / "native/usr/lib/x86_64-linux-gnu"
    folder.mkdir(parents=True)
    expected = {"LD_LIBRARY_PATH": f"{folder}:/opt/lib", "FONTCONFIG_FILE": f"{tmp_path}/native/fonts.conf"}
    assert natives.ensure_libraries() == (expected if sys.platform == "linux" else {})


def test_missing_browser_is_said_loudly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(natives.shutil, "which", lambda name: "/bin/x" if name == "pdftotext" else None)
    monkeypatch.setattr(natives, "_has_library", lambda native, name: name == "libatomic.so.1")
    natives.ensure_test_programs()
    said = capsys.readouterr()
    assert said.out == ""
    advice = "sudo apt-get install chromium"
    assert said.err == f"\n*** Tests that need chromium CANNOT RUN on this machine: {advice} ***\n\n"


def test_pip_that_is_not_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = natives.PIP[0]
    pages = [f'<a href="../../files/{name}#sha256=1">{name}</a>'.encode(), b"something else"]
    asked: list[str] = []

    def urlopen(address: str, timeout: int) -> Any:
        asked.append(address)
        return io.BytesIO(pages[len(asked) - 1])

    monkeypatch.setattr(natives.importlib.util, "find_spec", lambda module: None)
    monkeypatch.setattr(natives, "DEBIANS_WHEELS", tmp_path)
    monkeypatch.setattr(natives, "LOCAL", tmp_path)
    monkeypatch.setattr(natives.urllib.request, "urlopen", urlopen)
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple/")
    with pytest.raises(Trouble, match="is not the file it should be"):
        natives.pip_wheel()
    assert asked == ["https://index.example/simple/pip/", f"https://index.example/files/{name}#sha256=1"]
    assert list(tmp_path.iterdir()) == []


def test_failure_takes_the_line_that_tells(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    log.write_text("[ERROR] in worker\nValueError: bad name\n\n[ERROR] worker failed\nbye\n")
    assert str(natives.failure("Step failed", log)) == f"Step failed: ValueError: bad name (log: {log})"
    log.write_text("write: No space left on device\nerror: gave up\n")
    full = f"Step failed: the disk is full. Free some space and start again (log: {log})."
    assert str(natives.failure("Step failed", log)) == full


def test_own_addresses_are_not_taken_for_somebody_elses(own: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dev.given_urls(own) == {}
    monkeypatch.setenv("DATABASE_URL", own.urls()["DATABASE_URL"])
    monkeypatch.setenv("REDIS_URL", "")
    assert dev.given_urls(own) == {}


def test_lone_database_url_serves_both_roles_with_a_warning(
    own: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u@db/x")
    assert dev.given_urls(own) == {"DATABASE_URL": "postgres://u@db/x", "MIGRATE_DATABASE_URL": "postgres://u@db/x"}
    warning = "Warning: no MIGRATE_DATABASE_URL is given, so migrations run as the role of DATABASE_URL.\n"
    assert capsys.readouterr().err == warning


def test_what_the_user_sets_wins_over_the_defaults(own: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    own.secrets()
    monkeypatch.setenv("PORT", "8010")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    monkeypatch.setenv("FILE_STORE", "")
    env = dev.environment(own, {"DATABASE_URL": "postgres://u@db/x"})
    assert (env["EMAIL_URL"], env["FILE_STORE"]) == ("smtp://mail.example", f"{own.home}/files")
    assert (env["DATABASE_URL"], env["REDIS_URL"]) == ("postgres://u@db/x", own.urls()["REDIS_URL"])
    assert (env["INVOICING_MODE"], env["BASE_URL"]) == ("test", "http://127.0.0.1:8010")
    assert env["SECRET_KEY"] == own.secrets()["SECRET_KEY"]


def test_every_queue_has_one_worker_and_the_web_stays_at_home(own: Services) -> None:
    known = dev.commands(own, 8010)
    queues = [name for words in known.values() if "-Q" in words for name in words[words.index("-Q") + 1].split(",")]
    assert sorted(queues) == ["bulk", "delivery", "money", "render"]
    assert known["web"][known["web"].index("--bind") + 1] == "127.0.0.1:8010"
