"""The tags and filters a custom template may use. There is no other library: `load` itself is not among them."""

from typing import Any

from django.template import Context, Library, TemplateSyntaxError
from django.template.base import Node, Parser, Token
from django.template.defaultfilters import default, length, lower, upper
from django.template.defaulttags import do_for, do_if, do_with
from django.utils.safestring import SafeString, mark_safe

from billing.documents.html import BLOCK, markup
from billing.rules.layout import BLOCKS

OWN_BLOCKS = ("head", *BLOCKS)
register = Library()

for name, tag in (("if", do_if), ("for", do_for), ("with", do_with)):
    register.tag(name, tag)
for name, function in (("default", default), ("length", length), ("lower", lower), ("upper", upper)):
    register.filter(name, function, is_safe=False)


class BlockNode(Node):
    """One of the house's own blocks, by its literal name."""

    def __init__(self, block: str) -> None:
        self.block = block

    def render(self, context: Context) -> SafeString:
        # Written by the site's own engine, which escapes every value.
        return mark_safe(markup(BLOCK.format(self.block), context["document"]))  # noqa: S308


@register.tag("include")
def include(parser: Parser, token: Token) -> Node:
    """``{% include "payment" %}``: one of OWN_BLOCKS, never a file."""
    parts: list[Any] = token.split_contents()
    if len(parts) != 2 or parts[1].strip("\"'") not in OWN_BLOCKS or parts[1][0] not in "\"'":
        raise TemplateSyntaxError("include")
    return BlockNode(parts[1].strip("\"'"))
