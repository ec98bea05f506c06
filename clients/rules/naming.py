"""What a client is called and sorted by. Pure."""

from __future__ import annotations

import re

from invoicing_site.rules.text import fold

FIRST_NUMBER = "K0001"
MAX_NUMBER = 20
_TAIL = re.compile(r"(.*?)([0-9]+)", re.DOTALL)


def sort_name(name: str) -> str:
    """What lists order by, in a column of collation C: no case, no accents; at most 160 characters."""
    return fold(name)[:160]


def prefix_of(number: str) -> str | None:
    """ "K" for K0007; None where a number does not end in digits."""
    match = _TAIL.fullmatch(number)
    return match[1] if match else None


def following(number: str) -> str | None:
    """The number after `number`: K0009 → K0010, K9999 → K10000; None where none follows in MAX_NUMBER characters."""
    match = _TAIL.fullmatch(number)
    counted = f"{match[1]}{int(match[2]) + 1:0{len(match[2])}}" if match else ""
    return counted if 0 < len(counted) <= MAX_NUMBER else None
