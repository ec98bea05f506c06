"""The style sheet of a custom template: ordinary rules, and `@page`; nothing that names a place to fetch from."""

from collections.abc import Iterable
from typing import Any

import tinycss2

from invoicing_site.errors import BusinessError

MOST_CHARACTERS, MOST_RULES = 20_000, 120
FUNCTIONS = frozenset(
    {
        "attr", "calc", "counter", "counters", "hsl", "hsla", "max", "min", "rgb", "rgba", "rotate", "scale", "string",
        "translate",
    }
)  # fmt: skip


def check(css: str) -> None:
    """Raises at ``css`` with the line: layout.css_size, layout.css_syntax, layout.css_rule, layout.css_function."""
    if len(css) > MOST_CHARACTERS:
        raise BusinessError("layout.css_size", "css", max=MOST_CHARACTERS)
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    if len(rules) > MOST_RULES:
        raise BusinessError("layout.css_size", "css", max=MOST_RULES)
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword != "page":
            raise BusinessError("layout.css_rule", "css", line=rule.source_line, rule=rule.at_keyword[:40])
        _tokens([*(rule.prelude if hasattr(rule, "prelude") else ()), *(getattr(rule, "content", None) or ())], rule)
        if rule.type == "error":
            raise BusinessError("layout.css_syntax", "css", line=rule.source_line)


def _tokens(tokens: Iterable[Any], rule: Any) -> None:
    """Every token of a rule, however deep. Brackets are few: the text is short and tinycss2 read it already."""
    waiting = list(tokens)
    while waiting:
        token = waiting.pop()
        if token.type in {"url", "error"} or (token.type == "ident" and token.lower_value == "url"):
            raise BusinessError("layout.css_function", "css", line=token.source_line, function="url")
        if token.type == "at-keyword" and not _margin_box(token.lower_value):
            raise BusinessError("layout.css_rule", "css", line=token.source_line, rule=token.value[:40])
        if token.type == "function":
            if token.lower_name not in FUNCTIONS:
                raise BusinessError("layout.css_function", "css", line=token.source_line, function=token.name[:40])
            waiting += token.arguments
        waiting += getattr(token, "content", None) or ()


def _margin_box(name: str) -> bool:
    return name.split("-")[0] in {"top", "bottom", "left", "right"}
