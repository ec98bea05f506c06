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


def given_by(pattern: str, reset: str, number: str) -> tuple[str, int] | None:
    """The period key and running number under which a series of `pattern` writes `number`; None for one it never writes."""
    names = [field["name"] for field in _FIELD.finditer(pattern)]
    found = re.fullmatch(re.sub(r"(\[0-9\]\{\d+,?\})", r"(\1)", shape(pattern)), number)
    if found is None:
        return None
    parts = dict(zip(names, found.groups(), strict=True))
    year = parts.get("year") or (f"20{parts['yy']}" if "yy" in parts else "")
    key = {"never": "", "yearly": year, "monthly": f"{year}-{parts.get('month', '')}"}[reset]
    return key, int(parts["seq"])
