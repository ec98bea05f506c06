"""Which numbers a pattern can write. Pure; writing them is numbering.py's."""

from __future__ import annotations

import re

_DIGITS = {"year": 4, "yy": 2, "month": 2}
_FIELD = re.compile(r"\{(?P<name>[a-z]+)(?::0(?P<width>[1-9]))?\}")


def shape(pattern: str) -> str:
    """A regular expression for every number `pattern` may write, in the dialect Python and PostgreSQL share."""
    found, end = "", 0
    for field in _FIELD.finditer(pattern):
        least = max(_DIGITS.get(field["name"], 1), int(field["width"] or 0))
        many = f"{{{least},}}" if field["name"] == "seq" else f"{{{least}}}"
        found += re.escape(pattern[end : field.start()]) + "[0-9]" + many
        end = field.end()
    return f"^{found}{re.escape(pattern[end:])}$"
