"""A database that lives as long as the run: nothing a benchmark does can touch the data of the one it was given."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

NAME = "invoicing_bench"
URLS = ("DATABASE_URL", "MIGRATE_DATABASE_URL")


@contextmanager
def fresh() -> Iterator[None]:
    """Create and migrate an empty database as the owner, point this process at it, and drop it at the end.

    Reads DATABASE_URL and MIGRATE_DATABASE_URL (`make bench` sets them); the owner's role must be allowed to create databases.
    """
    missing = [name for name in URLS if name not in os.environ]
    if missing:
        sys.exit(f"{' and '.join(missing)} is not set: run `make bench`, which brings its own servers.")
    given = {name: os.environ[name] for name in URLS}
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(NAME))
    with psycopg.connect(given["MIGRATE_DATABASE_URL"], autocommit=True) as owner:
        owner.execute(drop)
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        os.environ |= {name: _at(url) for name, url in given.items()}
        try:
            subprocess.run([sys.executable, "manage.py", "migrate", "--noinput", "-v0"], check=True)
            yield
        finally:
            os.environ |= given
            owner.execute(drop)


def _at(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{NAME}"))


def as_owner() -> psycopg.Connection[tuple[object, ...]]:
    """A connection of the owner's role to the database of the run."""
    return psycopg.connect(os.environ["MIGRATE_DATABASE_URL"], autocommit=True)


def vacuum() -> None:
    with as_owner() as owner:
        owner.execute("VACUUM ANALYZE")
