"""Text made comparable. Pure."""

from __future__ import annotations

import unicodedata

# Letters Unicode does not take apart; sorted where a reader of Latin script looks for them.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})


def fold(text: str) -> str:
    """`text` without case, accents and double spaces: "Ærø  Straße" → "aero strasse". For sorting."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
