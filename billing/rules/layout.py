"""What a company may say about the look of its documents, and what it may not take away (SPEC B14). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from invoicing_site.errors import BusinessError

# The looks and the version new layouts are made with. Older versions stay printable: documents.html knows them.
BASES = {"classic": 2, "modern": 1, "compact": 1, "custom": 1}
BLOCKS = ("introduction", "table", "totals", "reasons", "exchange", "payment", "notes")
# Without these an invoice is none (Art. 226 nos. 6, 8 and 9 of Directive 2006/112/EC); the others may be left out.
REQUIRED = ("description", "quantity", "unit_price", "discount", "tax", "amount")
COLUMNS = ("position", "sku", *REQUIRED[:-1], "cost_center", "service", "amount")
DEFAULT_COLUMNS = ("position", *REQUIRED)
LOGOS = ("left", "center", "right")
# Heads and labels a company may word itself. Names of kinds, taxes and reasons are the law's and are not among them.
WORDS = (
    "position", "sku_head", "description", "quantity", "unit_price", "discount", "tax", "cost_center", "service_head",
    "amount", "subtotal", "net", "total", "payment", "number", "issue_date", "supply_date", "supply_period", "due_date",
    "customer_number", "buyer_reference", "purchase_order", "contract", "delivery_note", "project",
)  # fmt: skip
WORD_LENGTH, TEXT_LENGTH = 40, 1000
# WCAG 2.2, 1.4.3: text of ordinary size against its ground; the accent carries white text and is text on white.
LEAST_CONTRAST = Decimal("4.5")

DEFAULTS: dict[str, Any] = {
    "blocks": list(BLOCKS),
    "columns": list(DEFAULT_COLUMNS),
    "accent": "#1f4e79",
    "logo": "left",
    "words": {},
    "opening": "",
    "closing": "",
}


def checked(options: Mapping[str, Any], *, language: str) -> dict[str, Any]:
    """`options` complete and in one form, each left out taken from DEFAULTS; unknown ones are dropped.

    `language` is the layout's, empty for one of all languages. Raises at the field: layout.blocks, layout.totals_first,
    layout.columns, layout.column_required, layout.accent, layout.contrast, layout.logo, layout.words_language,
    layout.word, layout.text.
    """
    given = DEFAULTS | {key: options[key] for key in DEFAULTS if key in options}
    words = {key: " ".join(str(word).split()) for key, word in dict(given["words"]).items() if str(word).strip()}
    _check_words(words, language)
    made = {
        "blocks": _blocks(given["blocks"]),
        "columns": _columns(given["columns"]),
        "accent": _accent(str(given["accent"])),
        "logo": str(given["logo"]),
        "words": words,
        "opening": str(given["opening"]).strip(),
        "closing": str(given["closing"]).strip(),
    }
    if made["logo"] not in LOGOS:
        raise BusinessError("layout.logo", "logo")
    for name in ("opening", "closing"):
        if len(made[name]) > TEXT_LENGTH:
            raise BusinessError("layout.text", name, max=TEXT_LENGTH)
    return made


def _blocks(blocks: Iterable[str]) -> list[str]:
    order = list(blocks)
    if sorted(order) != sorted(BLOCKS):
        raise BusinessError("layout.blocks", "blocks")
    if order.index("totals") < order.index("table"):
        raise BusinessError("layout.totals_first", "blocks")
    return order


def _columns(columns: Iterable[str]) -> list[str]:
    order = list(columns)
    if len(set(order)) != len(order) or not set(order) <= set(COLUMNS):
        raise BusinessError("layout.columns", "columns")
    for name in REQUIRED:
        if name not in order:
            raise BusinessError("layout.column_required", "columns", column=name)
    return order


def _accent(accent: str) -> str:
    accent = accent.strip().lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", accent):
        raise BusinessError("layout.accent", "accent")
    found = contrast(accent)
    if found < LEAST_CONTRAST:
        raise BusinessError("layout.contrast", "accent", contrast=str(found.quantize(Decimal("0.1"))))
    return accent


def _check_words(words: Mapping[str, str], language: str) -> None:
    if words and not language:
        raise BusinessError("layout.words_language", "words")
    for key, word in words.items():
        if key not in WORDS or len(word) > WORD_LENGTH or set("{}") & set(word):
            raise BusinessError("layout.word", "words", max=WORD_LENGTH)


def contrast(colour: str) -> Decimal:
    """How far ``#rrggbb`` stands from white, 1 to 21 (WCAG 2.2, relative luminance)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
    luminance = Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue
    return Decimal("1.05") / (luminance + Decimal("0.05"))


def _linear(level: int) -> Decimal:
    share = Decimal(level) / 255
    return (
        share / Decimal("12.92")
        if share <= Decimal("0.04045")
        else ((share + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")
    )
