"""Texts, amounts and dates of somebody else's XML: taken as they stand, or refused by name; never guessed."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from billing.documents.received.scan import Refused

AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
TEXT = 10_000
LINES = 5000


class Node:
    """One element, read by paths in the prefixes of its syntax. What is missing is an empty text."""

    __slots__ = ("element", "names")

    def __init__(self, element: Any, names: Mapping[str, str]) -> None:
        self.element, self.names = element, names

    def text(self, path: str) -> str:
        found = self.element.findtext(path, "", self.names) if self.element is not None else ""
        return " \n".join(row.strip() for row in found.strip().splitlines())[:TEXT].replace(" \n", "\n")

    def attribute(self, path: str, name: str) -> str:
        found = self.element.find(path, self.names) if self.element is not None else None
        return found.get(name, "")[:100] if found is not None else ""

    def one(self, path: str) -> "Node":
        return Node(self.element.find(path, self.names) if self.element is not None else None, self.names)

    def all(self, path: str) -> list["Node"]:
        return [Node(each, self.names) for each in self.element.findall(path, self.names)] if self else []

    def amount(self, path: str) -> str:
        """A decimal number as it is written; empty where there is none. Raises received.amount."""
        found = self.text(path).removeprefix("+")
        if found and not AMOUNT.fullmatch(found):
            raise Refused("received.amount", what=path.rpartition(":")[2])
        return found

    def day(self, path: str) -> str:
        """A date as ISO, from ISO or UNTDID 2379 format 102. Raises received.date."""
        found = self.text(path)[:10]
        try:
            return dt.date.fromisoformat(found).isoformat() if found else ""
        except ValueError:
            raise Refused("received.date", what=path.rpartition(":")[2]) from None

    def __bool__(self) -> bool:
        return self.element is not None


def checked(stated: dict[str, Any]) -> dict[str, Any]:
    """The reading, if it says the least an invoice says. Raises received.missing, received.too_many_lines."""
    for name in ("number", "currency", "total"):
        if not stated[name]:
            raise Refused("received.missing", what=name)
    if not stated["lines"]:
        raise Refused("received.missing", what="lines")
    if len(stated["lines"]) > LINES:
        raise Refused("received.too_many_lines", limit=LINES)
    if not re.fullmatch("[A-Z]{3}", stated["currency"]):
        raise Refused("received.missing", what="currency")
    return stated
