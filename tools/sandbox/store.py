"""What the stand-in remembers: one SQLite file, so that a restart, or a kill, forgets nothing."""

import contextlib
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Body = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_listed ON object (kind, account, seq);
CREATE TABLE IF NOT EXISTS reply (
    account TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    created REAL NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS endpoint (
    account TEXT PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, mode TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, account TEXT NOT NULL, due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def new_id(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(24))}"


class Store:
    """Every reader and writer goes through `work()`: one transaction at a time, kept whole or not at all."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(folder / "sandbox.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    @contextlib.contextmanager
    def work(self) -> Iterator[None]:
        """One transaction; inner calls join the outer one."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # -- objects -----------------------------------------------------------------------------------------------------

    def add(self, account: str, body: Body) -> Body:
        words = (body["id"], body["object"], account, body["created"], json.dumps(body))
        self.run("INSERT INTO object (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)", *words)
        return body

    def save(self, body: Body) -> Body:
        self.run("UPDATE object SET body = ? WHERE id = ?", json.dumps(body), body["id"])
        return body

    def find(self, kind: str, identifier: str, account: str | None = None) -> Body | None:
        """The object of this kind and id; of this account only, where one is given."""
        where, values = "kind = ? AND id = ?", [kind, identifier]
        if account is not None:
            where, values = f"{where} AND account = ?", [*values, account]
        rows = self.run(f"SELECT body FROM object WHERE {where}", *values)
        return dict(json.loads(rows[0]["body"])) if rows else None

    def account_of(self, identifier: str) -> str:
        return str(self.run("SELECT account FROM object WHERE id = ?", identifier)[0]["account"])

    def listed(
        self, kind: str, account: str | None = None, where: Sequence[tuple[str, Any]] = (), limit: int = 100
    ) -> list[Body]:
        """The newest first. `where` holds conditions on columns or `body` with one placeholder each."""
        conditions, values = ["kind = ?"], [kind]
        if account is not None:
            conditions, values = [*conditions, "account = ?"], [*values, account]
        for condition, value in where:
            conditions.append(condition)
            values.append(value)
        sql = f"SELECT body FROM object WHERE {' AND '.join(conditions)} ORDER BY seq DESC LIMIT ?"
        return [dict(json.loads(row["body"])) for row in self.run(sql, *values, limit)]

    # -- settings ----------------------------------------------------------------------------------------------------

    def setting(self, name: str, default: Any = None) -> Any:
        rows = self.run("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else default

    def set(self, name: str, value: Any) -> None:
        self.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", name, json.dumps(value))


def now() -> int:
    return int(time.time())
