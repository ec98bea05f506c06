"""The embedded servers: what they let in, and how they come back."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from natives import Trouble
from services import Postgres, Services, Valkey


@pytest.fixture(scope="module")
def profile(project: Path) -> Iterator[Services]:
    """A durable profile."""
    services = Services(project, "servers", Path(sys.prefix))
    yield services
    services.release()


@pytest.fixture
def services(profile: Services) -> Services:
    """Its servers, running."""
    profile.acquire()
    return profile


def ask(url: str, statement: str, **options: str) -> list[tuple[object, ...]]:
    parts = urlsplit(url)
    keywords = {"user": parts.username, "password": parts.password, "host": parts.query.removeprefix("host=")}
    with psycopg.connect(**{"dbname": parts.path[1:], **keywords, **options}, autocommit=True) as connection:  # type: ignore[arg-type]
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def test_two_roles_and_neither_is_the_superuser(services: Services) -> None:
    rows = ask(services.urls()["DATABASE_URL"], "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles "
               "WHERE rolcanlogin AND NOT rolsuper ORDER BY 1")  # fmt: skip
    assert rows == [("invoicing_app", False, False, False), ("invoicing_owner", False, True, False)]


def test_application_role_cannot_make_tables(services: Services) -> None:
    urls = services.urls()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(urls["DATABASE_URL"], "CREATE TABLE mine (id int)")
    ask(urls["MIGRATE_DATABASE_URL"], "CREATE TABLE ours (id int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(urls["DATABASE_URL"], "SELECT * FROM ours")


def test_wrong_password_is_refused(services: Services) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(services.urls()["DATABASE_URL"], "SELECT 1", password="guess")


def test_new_databases_have_the_extensions(services: Services) -> None:
    owner = services.urls()["MIGRATE_DATABASE_URL"]
    ask(owner, "CREATE DATABASE test_of_the_owner")
    names = ask(owner, "SELECT extname FROM pg_extension ORDER BY 1", dbname="test_of_the_owner")
    assert names == [("btree_gist",), ("pg_trgm",), ("plpgsql",), ("unaccent",)]


def test_nothing_listens_outside_a_closed_folder(services: Services) -> None:
    assert ask(services.urls()["DATABASE_URL"], "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(services.run.stat().st_mode) == 0o700
    assert len(str(services.run / ".s.PGSQL.5432.lock")) < 107


def test_killed_servers_come_back_with_the_data(services: Services) -> None:
    owner = services.urls()["MIGRATE_DATABASE_URL"]
    ask(owner, "CREATE TABLE kept AS SELECT 1 AS id")
    for name, file in (("postgres", services.data / "pg/postmaster.pid"), ("valkey", Valkey(services).pid_file)):
        os.kill(int(file.read_text().split()[0]), signal.SIGKILL)
        services.children[name].wait(10)
    assert (Postgres(services).answers(), Valkey(services).answers()) == (False, False)
    services.acquire()
    assert ask(owner, "SELECT id FROM kept") == [(1,)]
    assert Valkey(services).answers() is True


def test_stranger_with_the_servers_pid_is_left_alone(services: Services) -> None:
    pid_file = services.data / "pg/postmaster.pid"
    text = pid_file.read_text()
    Postgres(services).stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        pid_file.write_text(f"{stranger.pid}\n" + text.split("\n", 1)[1])
        services.give(pid_file)
        services.acquire()
        assert stranger.poll() is None
        assert Postgres(services).answers() is True


def test_swept_sockets_do_not_double_the_servers(services: Services) -> None:
    before = (services.children["postgres"], services.children["valkey"])
    shutil.rmtree(services.run)
    services.acquire()
    assert [child.poll() is None for child in before] == [False, False]
    assert (Postgres(services).answers(), Valkey(services).answers()) == (True, True)


def test_last_user_stops_the_servers(services: Services) -> None:
    other = Services(services.home.parent.parent, "servers", Path(sys.prefix))
    other.acquire()
    assert other.release() is False
    assert Postgres(services).answers() is True
    services.keep_mark.touch()
    assert services.release() is False
    assert Postgres(services).answers() is True
    services.keep_mark.unlink()
    assert services.release() is True
    assert (services.run.exists(), services.children) == (False, {})


def test_secrets_are_kept_and_closed(services: Services) -> None:
    path = services.home / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert services.secrets() == services.secrets()
    hidden = path.rename(path.with_suffix(".away"))
    with pytest.raises(Trouble, match=r"secrets\.json is gone"):
        services.secrets()
    assert not path.exists()
    hidden.rename(path)


def test_data_of_another_version_is_not_touched(services: Services) -> None:
    Postgres(services).stop()
    version = services.data / "pg/PG_VERSION"
    text = version.read_text()
    version.write_text("9\n")
    with pytest.raises(Trouble, match="was made by PostgreSQL 9"):
        services.acquire()
    version.write_text(text)


@pytest.mark.parametrize("name", ["", "../x", "Test", "a b", "1"])
def test_profile_names_stay_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(Trouble, match="small letters"):
        Services(tmp_path, name, Path(sys.prefix))


def test_folder_of_somebody_else_is_refused(project: Path) -> None:
    services = Services(project, "test-foreign", Path(sys.prefix))
    services.run.symlink_to(project)
    with pytest.raises(Trouble, match="belongs to somebody else"):
        services.acquire()
    services.run.unlink()
