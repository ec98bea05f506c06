"""`manage.py verify_chain [--anchor FILE]`: recompute every hash chain; exit 1 and name the first bad record of each."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from invoicing_site.verify import Problem, against_checkpoints, all_chains, problems_of, stored_checkpoints, unsealed


class Command(BaseCommand):
    help = "Recompute the chains of events and documents from their bytes and compare them with checkpoints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor", type=Path, help="checkpoints kept outside, as `manage.py checkpoint` printed them"
        )

    def handle(self, *args: Any, anchor: Path | None = None, **options: Any) -> None:
        found, records, chains = list[Problem](), 0, 0
        for chain in all_chains():
            chains, records = chains + 1, records + chain.length
            found += problems_of(chain)
        found += unsealed()
        found += against_checkpoints(stored_checkpoints())
        if anchor is not None:
            found += against_checkpoints(outside(anchor))
        for problem in found:
            self.stdout.write(f"{problem.chain}: {problem.text} {problem.kind} {problem.subject}".rstrip())
        self.stdout.write(f"{chains} chains, {records} records, {len(found)} problems")
        if found:
            raise SystemExit(1)


def outside(file: Path) -> Iterator[tuple[str, int, bytes, bytes]]:
    for line in file.read_text().splitlines():
        row = json.loads(line)
        yield row["chain"], row["seq"], bytes.fromhex(row["hash"]), bytes.fromhex(row["signature"])
