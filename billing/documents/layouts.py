"""Which layout a new document gets, as its snapshot keeps it: whole, so that no later version changes it (SPEC B13, B14)."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.rules.layout import BASES, DEFAULTS

STANDARD: dict[str, Any] = {"name": "classic", "version": BASES["classic"], "options": DEFAULTS}


def chosen(layouts: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    """The company's layout for `language`, else the one for all languages, else the standard one.

    `layouts` are those in use as `source.read` gives them: at most one for each language and one without.
    """
    by_language = {row["language"]: row for row in layouts}
    row = by_language.get(language) or by_language.get("")
    if row is None:
        return STANDARD
    return {name: row[name] for name in ("name", "version", "options", "layout", "edition")}
