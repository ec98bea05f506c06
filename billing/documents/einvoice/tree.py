"""Writing XML by prefixed names: elements without content are left out, so optional terms cost no `if`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from lxml import etree

Element = Any


class Writer:
    """Builds one tree in the namespaces of `prefixes`."""

    def __init__(self, prefixes: Mapping[str, str], root: str) -> None:
        self._names = _names(tuple(prefixes.items()))
        self.root = etree.Element(self._names(root), nsmap={**prefixes})

    def group(self, parent: Element, *path: str) -> Element:
        """Elements one inside the other; gives the innermost. `end` takes it away again if nothing came into it."""
        for name in path:
            parent = etree.SubElement(parent, self._names(name))
        return parent

    def text(self, parent: Element, path: str, value: str, **attributes: str) -> None:
        """`value` in the element at `path` (``a/b``, always made anew); nothing for an empty value."""
        if not value:
            return
        for name in path.split("/"):
            parent = etree.SubElement(parent, self._names(name))
        try:
            parent.text = value
        except ValueError:
            parent.text = printable(value)
        for name, each in attributes.items():
            parent.set(name, each)

    def end(self, *groups: Element) -> None:
        """Remove groups into which nothing was written, innermost first."""
        for group in groups:
            if not len(group) and not group.text:
                group.getparent().remove(group)

    def bytes(self) -> bytes:
        return bytes(etree.tostring(self.root, xml_declaration=True, encoding="UTF-8"))


@cache
def _names(prefixes: tuple[tuple[str | None, str], ...]) -> Any:
    namespaces = dict(prefixes)

    @cache
    def clark(name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"{{{namespaces[prefix]}}}{local}" if colon else f"{{{namespaces[None]}}}{name}"

    return clark


def printable(text: str) -> str:
    """Without characters XML 1.0 has no place for."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
