"""Start-up checks: no route without a guard (DESIGN §1, views)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

View = Callable[..., Any]


def foreign(view: View, namespaces: Sequence[str]) -> bool:
    """Views that bring guards of their own: allauth's pages, and the admin (adminsite.py)."""
    return "admin" in namespaces or getattr(view, "__module__", "").startswith("allauth.")


def routes(
    resolver: URLResolver | None = None, prefix: str = "", namespaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...], URLPattern]]:
    """Every route: (path as written, namespaces, pattern)."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from routes(entry, here, inner)
        else:
            yield here, namespaces, entry


@register(Tags.urls)
def every_route_has_a_guard(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"/{path} has no guard.",
            hint="Decorate the view with @office, @account or @public (invoicing_site/web.py), @linked (linked.py) or @portal (clients/web.py).",
            id="invoicing_site.E001",
        )
        for path, namespaces, pattern in routes()
        if not hasattr(pattern.callback, "guard") and not foreign(pattern.callback, namespaces)
    ]
