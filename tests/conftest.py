"""Tests run on real PostgreSQL with both roles: the owner makes and empties the database, the tests are the application."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from invoicing_site import fork
from invoicing_site.celery import app as celery

# Each xdist worker has a broker and a cache of its own: one's flush is not another's surprise.
NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
settings.REDIS_URL = re.sub(r"(virtual_host=|/)\d+$", rf"\g<1>{4 + NUMBER}", settings.REDIS_URL)
settings.CACHES["default"]["LOCATION"] = re.sub(
    r"(db=|/)\d+$", rf"\g<1>{10 + NUMBER}", settings.CACHES["default"]["LOCATION"]
)
celery.conf.broker_url = settings.REDIS_URL  # the application was configured before this file was read
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it, and warnings are errors


def owner_dsn(database: str) -> str:
    owner = settings.OWNER_DATABASE
    parts = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "password": owner["PASSWORD"]}
    parts |= owner.get("OPTIONS", {})
    return psycopg.conninfo.make_conninfo("", dbname=database, **{k: v for k, v in parts.items() if v})


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Creating, migrating and dropping the test database is the owner's work."""
    connection.settings_dict.update({key: settings.OWNER_DATABASE[key] for key in ("USER", "PASSWORD")})


@pytest.fixture(scope="session", autouse=True)
def as_application(request: pytest.FixtureRequest) -> Iterator[None]:
    """After set-up every test works as the application's role."""
    if not any(
        "django_db" in item.keywords or "db" in getattr(item, "fixturenames", ()) for item in request.session.items
    ):
        yield
        return
    request.getfixturevalue("django_db_setup")
    application = {key: settings.APPLICATION_DATABASE[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(application)
    yield
    connection.close()
    connection.settings_dict.update({key: settings.OWNER_DATABASE[key] for key in ("USER", "PASSWORD")})


def empty_as_owner(self: TransactionTestCase) -> None:
    """TRUNCATE by the owner: the application's role may not, and the guards' triggers do not fire on it."""
    with psycopg.connect(owner_dsn(connection.settings_dict["NAME"]), autocommit=True) as owner:
        rows = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN "
            "('django_migrations', 'django_content_type', 'auth_permission', 'invoicing_site_datakey')"
        ).fetchall()
        # Asking which tables hold rows is many times cheaper than truncating those that do not.
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for (name,) in rows)
        names = ", ".join(f'"{name}"' for (name,) in owner.execute(asked).fetchall())
        if names:
            owner.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


TransactionTestCase._fixture_teardown = empty_as_owner  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_edges(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[None]:
    """Each test has its own file store, an empty cache, and counts threads anew before it forks a render: a browser test's
    server is not a thread of this one's worker."""
    settings.FILE_STORE = str(tmp_path / "files")
    fork._prepared = None
    yield
    if "django_db" in request.node.keywords:
        cache.clear()


@pytest.fixture
def owner_sql() -> Callable[..., list[Any]]:
    """Run SQL as the database's owner, outside the test's transaction (needs transaction=True to see its rows)."""

    def run(sql: str, *params: Any) -> list[Any]:
        with psycopg.connect(owner_dsn(connection.settings_dict["NAME"]), autocommit=True) as owner:
            cursor = owner.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def world(db: None) -> Any:
    """The company under test."""
    from tests.world import make_world

    return make_world("acme")


@pytest.fixture
def stranger(db: None) -> Any:
    """Another company, whose rows must never show."""
    from tests.world import make_world

    return make_world("globex")


@pytest.fixture
def superuser_sql(owner_sql: Callable[..., list[Any]]) -> Callable[..., None]:
    """Change rows with every trigger switched off, as somebody who owns the tables could."""

    def run(sql: str) -> None:
        tables = [name for (name,) in owner_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        for switch, then in (("DISABLE", sql), ("ENABLE", "SELECT 1")):
            owner_sql("; ".join([f'ALTER TABLE "{name}" {switch} TRIGGER USER' for name in tables]))
            owner_sql(then)

    return run
