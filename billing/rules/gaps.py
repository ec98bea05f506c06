"""The gap ledger: what became of every number of a series (SPEC B4). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Given(NamedTuple):
    """The running number `seq`, and the document that has it."""

    seq: int
    document: object


class Skipped(NamedTuple):
    """Numbers after `after` up to `upto` that a person skipped, and the jump that says who, when and why."""

    after: int
    upto: int
    jump: object


class Fate(NamedTuple):
    """Numbers `first` to `last`: of one `document`, of one `jump`, or, with neither, of nothing known."""

    first: int
    last: int
    document: object | None = None
    jump: object | None = None

    @property
    def missing(self) -> bool:
        return self.document is None and self.jump is None


def fates(first: int, last: int, given: Sequence[Given], skipped: Sequence[Skipped]) -> list[Fate]:
    """What became of the numbers `first` to `last`, in order; every one of them lies in exactly one answer.

    `given` and `skipped` may reach beyond; what neither accounts for is missing. Where both claim a number, the document has it.
    """
    found: list[Fate] = []
    taken = {row.seq: row.document for row in given if first <= row.seq <= last}
    jumps = sorted((row for row in skipped if row.upto >= first and row.after < last), key=lambda row: row.after)
    stops = sorted({first, *taken, *(seq + 1 for seq in taken), *_edges(jumps, first, last)})
    for place, start in enumerate(stops):
        if start > last:
            break
        end = min(stops[place + 1] - 1 if place + 1 < len(stops) else last, last)
        if start in taken:
            found.append(Fate(start, end, document=taken[start]))
            continue
        jump = next((row.jump for row in jumps if row.after < start <= row.upto), None)
        found.append(Fate(start, end, jump=jump))
    return found


def _edges(jumps: Sequence[Skipped], first: int, last: int) -> list[int]:
    return [edge for row in jumps for edge in (max(row.after + 1, first), row.upto + 1) if edge <= last]
