"""The `ui` tags every page is built from: money, dates and numbers by the active language, icons, fields, charts."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import format_compact_decimal
from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from heroicons.templatetags.heroicons import heroicon_mini, heroicon_outline

from invoicing_site import charts, formats

register = template.Library()
NOTHING = "–"
# In this order: Edge and Opera call themselves Chrome too, Chrome calls itself Safari, Android calls itself Linux.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Windows", "Windows"),
    ("Linux", "Linux"),
)
TONES = frozenset({"neutral", "info", "good", "warn", "bad"})


def _locale() -> str:
    return get_language() or "en"


@register.filter(name="money")
def money_text(amount: Decimal | None, currency: str) -> str:
    """`{{ amount|money:currency }}`: plain text, for attributes and sentences."""
    return NOTHING if amount is None else formats.format_money(amount, currency, _locale())


@register.simple_tag
def money(amount: Decimal | None, currency: str, symbol: bool = True) -> SafeString:
    """`{% money amount currency %}`; `symbol=False` where the column's head names the currency. None is a dash."""
    if amount is None:
        return format_html('<span class="money money-none">{}</span>', NOTHING)
    style = formats.format_money if symbol else formats.format_amount
    quiet = "" if amount else " money-zero"
    return format_html('<span class="money{}">{}</span>', quiet, style(amount, currency, _locale()))


@register.filter
def day(value: date | None) -> str:
    """A business date as it stands. A moment belongs to `moment`, which knows the zone."""
    return NOTHING if value is None else formats.format_day(value, _locale())


@register.filter
def month(value: date | None) -> str:
    return NOTHING if value is None else formats.format_month(value, _locale())


@register.filter
def moment(value: datetime | None) -> str:
    """A point in time in the active zone (the company's, set by the office guard)."""
    return NOTHING if value is None else formats.format_moment(value, timezone.get_current_timezone(), _locale())


@register.simple_tag
def when(value: datetime | date) -> SafeString:
    """`{% when x %}`: a `<time>` element, machine-readable; a date or a moment."""
    text = moment(value) if isinstance(value, datetime) else day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def number(value: Decimal | int | None) -> str:
    return NOTHING if value is None else formats.format_number(value, _locale())


@register.filter
def percent(points: Decimal | int | None) -> str:
    """Percentage points: 19 reads 19%."""
    return NOTHING if points is None else formats.format_percent(points, _locale())


@register.filter
def compact(value: Decimal) -> str:
    """`20K`: for the axis of a chart only, where the exact figure stands beside it; German has no short thousand."""
    text: str = format_compact_decimal(value, locale=formats.babel_locale(_locale()), fraction_digits=1)
    return formats.format_number(value, _locale()) if text.isdigit() else text


@register.filter
def browser(user_agent: str) -> str:
    """`Firefox, Windows` out of a user agent: enough to know one's own sessions by; anything else stays as it is."""
    name = next((label for mark, label in _BROWSERS if mark in user_agent), "")
    system = next((label for mark, label in _SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, (name, system))) or user_agent[:60]


@lru_cache(maxsize=512)
def _icon(name: str, size: str, label: str) -> SafeString:
    draw = heroicon_outline if size in ("large", "line") else heroicon_mini
    attrs: dict[str, Any] = {"class": f"icon icon-{size}" if size else "icon"}
    if label:
        attrs |= {"role": "img", "aria-label": label, "aria-hidden": "false"}
    return SafeString(draw(name, **attrs))


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """`{% icon "check" %}` from heroicons: "small", "large" or thin as "line"; only with a label is it spoken."""
    return _icon(str(name), str(size), str(label))


@register.simple_tag
def badge(text: str, tone: str = "neutral") -> SafeString:
    """`{% badge text tone %}`: tone neutral, info, good, warn or bad; an unknown one is a mistake in the page."""
    if tone not in TONES:
        raise ValueError(f"no such tone: {tone}")
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


def _kind(bound: BoundField) -> str:
    if bound.is_hidden:
        return "hidden"
    if bound.use_fieldset:
        return "group"
    return "check" if bound.widget_type == "checkbox" else "line"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, width: str = "", before: str = "", after: str = "", **attrs: Any) -> dict[str, Any]:
    """`{% field form.x %}`: label, input, help, errors, wired by ids.

    `width` is a class of the form grid ("span-2", "span-all", "narrow"); `before` and `after` are set against the input
    (a currency); `label`, `help` replace the form's; `quiet=True` drops the word "optional"; everything else becomes an
    attribute of the input (`data_hotkey="/"`).
    """
    label, help_text = attrs.pop("label", bound.label), attrs.pop("help", bound.help_text)
    quiet = attrs.pop("quiet", False)
    ids = [f"{bound.auto_id}_{part}" for part, there in (("helptext", help_text), ("error", bound.errors)) if there]
    if ids and not bound.use_fieldset:
        attrs["aria-describedby"] = " ".join(ids)
    return {
        "field": bound,
        "kind": _kind(bound),
        "input": bound.as_widget(attrs={name.replace("_", "-"): value for name, value in attrs.items()}),
        "label": label,
        "help": help_text,
        "described": " ".join(ids),
        "width": width,
        "before": before,
        "after": after,
        "optional": not bound.field.required and not quiet,
    }


@register.simple_tag
def cell(bound: BoundField) -> SafeString:
    """`{% cell form.x %}`: the bare input in a grid, where the column's head is its visible label."""
    return bound.as_widget(attrs={"aria-label": str(bound.label)})


@register.filter
def columns(form: BaseForm, beside: int = 2) -> int:
    """How many columns a row of a grid has: its fields and those `beside` them (net amount, tools)."""
    return len([bound for bound in form.visible_fields() if bound.name not in ("DELETE", "ORDER")]) + beside


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Any, by: str = "time") -> dict[str, Any]:
    """`{% pager page %}`: `page.newer` and `page.older` are keyset cursors or None; other parameters are kept.

    `by="name"` for lists that do not run from new to old.
    """
    request = context["request"]
    paged = "after" in request.GET or "before" in request.GET
    return {"query": request.GET, "newer": page.newer, "older": page.older, "paged": paged, "by": by}


@register.inclusion_tag("components/bars.html")
def bars(chart: charts.Bars, ident: str = "bars") -> dict[str, Any]:
    """`{% bars chart %}`: an SVG with title and description, the same figures as a table; `ident` unique per page."""
    return {"chart": chart, "layout": charts.layout(chart), "ident": ident}


@register.inclusion_tag("components/aging.html")
def aging(buckets: Sequence[tuple[str, Decimal]], currency: str) -> dict[str, Any]:
    """`{% aging buckets currency %}`: (label, amount) from current to oldest, as one bar and a list of figures."""
    parts = charts.shares([amount for _, amount in buckets])
    rows = [(*bucket, *part) for bucket, part in zip(buckets, parts, strict=True)]
    return {"rows": rows, "currency": currency}
