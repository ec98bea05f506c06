"""What a custom template may be made of: plain elements, a few attributes, pictures of the document itself."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from invoicing_site.errors import BusinessError

ELEMENTS = frozenset(
    {
        "div", "p", "h1", "h2", "h3", "span", "b", "strong", "i", "em", "small", "br", "hr", "ul", "ol", "li", "table",
        "thead", "tbody", "tr", "th", "td", "colgroup", "col", "img",
    }
)  # fmt: skip
ATTRIBUTES = frozenset({"class", "id", "colspan", "rowspan", "scope", "alt", "dir", "lang"})
# The template's own words for the sums carried over a page, as the house's blocks have them.
CARRIED = frozenset({"data-carried", "data-brought"})
PICTURES = re.compile(r"asset:(?:qr|[0-9a-f]{64})")
# In the template a picture's hash is still a value.
PICTURES_TO_COME = re.compile(r"asset:(?:qr|x)")


class Broken(ValueError):
    """Markup that may not be printed; `reason` is a code, never content."""

    reason = "template_markup"


def check(skeleton: str) -> None:
    """Refuses elements and attributes that are not listed, in any branch of the template.

    `skeleton` is the template's text with ``x`` for values. Raises at ``markup`` with the line: layout.template_element,
    layout.template_attribute.
    """
    reader = _Reader(convert_charrefs=True)
    reader.feed(skeleton)
    reader.close()


def check_written(body: str) -> ElementTree.Element:
    """The same of what was really written, as one XML element. Raises Broken; no DTD and no entity gets this far."""
    try:
        root = ElementTree.fromstring(f"<div>{body}</div>")  # noqa: S314
    except ElementTree.ParseError:
        raise Broken from None
    for element in root.iter():
        if element.tag not in ELEMENTS or not all(
            _may(element.tag, *each, PICTURES) for each in element.attrib.items()
        ):
            raise Broken
    return root


def _may(tag: str, name: str, value: str, pictures: re.Pattern[str]) -> bool:
    if name == "src":
        return tag == "img" and pictures.fullmatch(value) is not None
    return name in ATTRIBUTES or (tag == "tr" and name in CARRIED)


class _Reader(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag not in ELEMENTS:
            raise BusinessError("layout.template_element", "markup", line=line, element=tag[:40])
        for name, value in attrs:
            if not _may(tag, name, value or "", PICTURES_TO_COME):
                raise BusinessError("layout.template_attribute", "markup", line=line, attribute=name[:40])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_decl(self, decl: str) -> None:
        self.refuse("!")

    def unknown_decl(self, data: str) -> None:
        self.refuse("!")

    def handle_comment(self, data: str) -> None:
        self.refuse("!--")

    def handle_pi(self, data: str) -> None:
        self.refuse("?")

    def refuse(self, sign: str) -> None:
        raise BusinessError("layout.template_element", "markup", line=self.getpos()[0], element=sign)
