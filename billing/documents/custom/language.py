"""Reading a custom template: refused with its line unless every tag, filter and name in it is one of ours."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.template import Context, Engine, TemplateSyntaxError
from django.template.base import (
    FilterExpression,
    Lexer,
    Node,
    Template,
    TextNode,
    TokenType,
    Variable,
    VariableNode,
)
from django.template.defaulttags import ForNode, IfNode, WithNode

from billing.documents.custom.library import BlockNode
from billing.documents.qr import QrCode
from billing.documents.slip import Slip
from billing.documents.view import DocumentView
from invoicing_site.errors import BusinessError

MOST_CHARACTERS, MOST_TAGS, LONGEST_TAG, DEEPEST, MOST_LOOPS = 64_000, 2_000, 300, 20, 20
FORLOOP = {"counter": int, "counter0": int, "first": bool, "last": bool}
# Truth is all a template may ask of these.
OPAQUE = (QrCode, Slip)


class OwnEngine(Engine):
    """No file, no library and no tag of Django's beyond the own ones."""

    default_builtins = []


@dataclass(frozen=True, slots=True)
class Known:
    """What a name stands for: its type, and how many loops deep it was bound."""

    kind: Any
    depth: int


@cache
def _engine() -> Engine:
    return OwnEngine(builtins=["billing.documents.custom.library"], autoescape=True, debug=False)


def refuse(code: str, line: int | None, **params: object) -> BusinessError:
    return BusinessError(f"layout.{code}", "markup", line=line or 1, **params)


def read(source: str) -> Template:
    """The template, proved to reach nothing but fields of DocumentView.

    Raises at ``markup`` with the line: layout.template_size, layout.template_tag, layout.template_nesting,
    layout.template_syntax, layout.template_name, layout.template_loop.
    """
    if len(source) > MOST_CHARACTERS:
        raise refuse("template_size", 1, max=MOST_CHARACTERS)
    _check_tags(source)
    try:
        template = Template(source, engine=_engine())
    except TemplateSyntaxError as error:
        token = getattr(error, "token", None)
        raise refuse("template_syntax", token.lineno if token else None, text=_shown(token)) from None
    except (RecursionError, IndexError, ValueError):
        raise refuse("template_syntax", None, text="") from None
    _Proof().nodes(template.nodelist, {"document": Known(DocumentView, 0)}, depth=0)
    return template


def write(template: Template, view: DocumentView) -> str:
    """The body of the document as the template words it; every value escaped."""
    return str(template.render(Context({"document": view}, autoescape=True, use_l10n=False, use_tz=False)))


def skeleton(template: Template) -> str:
    """The template's own text on its own lines, with an ``x`` for each value: all its branches at once."""
    return "".join(_texts(template.nodelist))


def _check_tags(source: str) -> None:
    depth = tags = 0
    for token in Lexer(source).tokenize():
        if token.token_type != TokenType.TEXT and len(token.contents) > LONGEST_TAG:
            raise refuse("template_syntax", token.lineno, text=_shown(token))
        if token.token_type != TokenType.BLOCK:
            continue
        name = token.contents.split(maxsplit=1)[0] if token.contents else ""
        tags += 1
        depth += {"if": 1, "for": 1, "with": 1, "endif": -1, "endfor": -1, "endwith": -1}.get(name, 0)
        if name not in {"if", "elif", "else", "endif", "for", "empty", "endfor", "with", "endwith", "include"}:
            raise refuse("template_tag", token.lineno, tag=name[:40])
        if depth > DEEPEST or tags > MOST_TAGS:
            raise refuse("template_nesting", token.lineno, max=DEEPEST)


def _shown(token: Any) -> str:
    return str(token.contents)[:80] if token else ""


def _texts(nodes: Any) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, TextNode):
            found.append(node.s)
        elif isinstance(node, VariableNode):
            found.append("x")
        else:
            for children in _children(node):
                found += _texts(children)
    return found


def _children(node: Node) -> list[Any]:
    if isinstance(node, IfNode):
        return [children for _, children in node.conditions_nodelists]
    if isinstance(node, ForNode):
        return [node.nodelist_loop, node.nodelist_empty]
    return [node.nodelist] if isinstance(node, WithNode) else []


class _Proof:
    """Walks the nodes with the types of all names in sight. What it lets through can call nothing and loop only so often."""

    def __init__(self) -> None:
        self.loops = 0

    def nodes(self, nodes: Any, names: dict[str, Known], depth: int) -> None:
        for node in nodes:
            self.node(node, names, depth)

    def node(self, node: Node, names: dict[str, Known], depth: int) -> None:
        line = node.token.lineno if node.token else None
        if isinstance(node, TextNode):
            return
        if isinstance(node, VariableNode):
            self.expression(node.filter_expression, names, line, printed=True)
        elif isinstance(node, IfNode):
            for condition, children in node.conditions_nodelists:
                self.condition(condition, names, line)
                self.nodes(children, names, depth)
        elif isinstance(node, WithNode):
            bound = {name: self.expression(value, names, line) for name, value in node.extra_context.items()}
            self.bindable(bound, line)
            self.nodes(node.nodelist, names | bound, depth)
        elif isinstance(node, ForNode):
            self.loop(node, names, depth, line)
        elif isinstance(node, BlockNode) and depth == 0:
            return
        else:
            raise refuse("template_loop", line)

    def loop(self, node: ForNode, names: dict[str, Known], depth: int, line: int | None) -> None:
        """A loop within a loop may only go over a part of what the outer one holds: the work stays that of one walk."""
        self.loops += 1
        sequence: Any = node.sequence
        over = self.expression(sequence, names, line)
        if (
            len(node.loopvars) != 1
            or self.loops > MOST_LOOPS
            or get_origin(over.kind) is not tuple
            or over.depth != depth
        ):
            raise refuse("template_loop", line)
        bound = {node.loopvars[0]: Known(get_args(over.kind)[0], depth + 1)}
        self.bindable(bound, line)
        self.nodes(node.nodelist_loop, names | bound | {"forloop": Known("forloop", depth + 1)}, depth + 1)
        self.nodes(node.nodelist_empty, names, depth)

    def bindable(self, bound: dict[str, Known], line: int | None) -> None:
        for name in bound:
            if name in {"document", "forloop"} or name.startswith("_"):
                raise refuse("template_name", line, name=name[:40])

    def condition(self, part: Any, names: dict[str, Known], line: int | None) -> None:
        if part is None:
            return
        if isinstance(getattr(part, "value", None), FilterExpression):
            self.expression(part.value, names, line)
        for side in (getattr(part, "first", None), getattr(part, "second", None)):
            if side is not None:
                self.condition(side, names, line)

    def expression(
        self, found: FilterExpression, names: dict[str, Known], line: int | None, *, printed: bool = False
    ) -> Known:
        known = self.variable(found.var, names, line)
        for function, arguments in found.filters:
            for is_variable, argument in arguments:
                if is_variable:
                    self.variable(argument, names, line)
            known = Known(int if function.__name__ == "length" else str, known.depth)
        if printed and known.kind not in (str, int, bool):
            raise refuse("template_name", line, name=str(found.token)[:60])
        return known

    def variable(self, found: Any, names: dict[str, Known], line: int | None) -> Known:
        """The type at the end of ``document.buyer.lines``: each step a field of a dataclass or a place in a tuple."""
        if not isinstance(found, Variable) or (found.lookups is None and not found.translate):
            return Known(str, 0)
        first, *steps = found.lookups or ("",)
        if found.translate or first not in names:
            raise refuse("template_name", line, name=found.var[:60] if isinstance(found.var, str) else "")
        known = names[first]
        kind = known.kind
        for step in steps:
            kind = _step(kind, step)
            if kind is None:
                raise refuse("template_name", line, name=str(found.var)[:60])
        return Known(kind, known.depth)


def _step(kind: Any, step: str) -> Any:
    if kind == "forloop":
        return FORLOOP.get(step)
    if get_origin(kind) is tuple:
        return get_args(kind)[0] if step.isdigit() and len(step) < 3 else None
    if not isinstance(kind, type) or not is_dataclass(kind) or kind in OPAQUE:
        return None
    return _fields(kind).get(step)


@cache
def _fields(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: _certain(hints[each.name]) for each in fields(kind)}


def _certain(kind: Any) -> Any:
    """The type without None: a template asks with ``if``, and of nothing Django prints nothing."""
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    return kind
