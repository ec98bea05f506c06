"""One figure of the dashboard's first row."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """`amounts` are (amount, currency), the first one big; or `text` stands in their place. `url` is the list behind it.

    `tone` is one of the badge tag's, or empty.
    """

    label: str
    amounts: Sequence[tuple[Decimal, str]] = ()
    text: str = ""
    note: str = ""
    url: str = ""
    tone: str = ""
