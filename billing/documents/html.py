"""DocumentView to HTML by an engine of its own: built-in tags, autoescape on, nothing of the site within reach."""

import re
from functools import cache
from pathlib import Path

from django.template import Context, Engine
from django.template.base import Template
from django.utils.safestring import mark_safe

from billing.documents.view import DocumentView

# What XML 1.0 cannot carry at all, such as the vertical tab word processors paste for a soft line break.
ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ROOT = Path(__file__).resolve().parents[2]
CUSTOM = "custom"
FRAME, BLOCK = "documents/frame.html", "documents/blocks/{}.html"
# Name and version a snapshot may ask for, with its template and its sheets. A version is never changed once a document
# was issued with it: it gets a successor, so that what was printed can be printed again (SPEC B13).
TEMPLATES = {
    ("classic", 1): ("documents/classic.html", ("base", "classic")),
    ("classic", 2): (FRAME, ("base", "frame", "classic-2")),
    ("modern", 1): (FRAME, ("base", "frame", "modern")),
    ("compact", 1): (FRAME, ("base", "frame", "compact")),
    (CUSTOM, 1): (FRAME, ("base", "frame", "custom")),
}


class UnknownTemplate(LookupError):
    """The snapshot names a layout this installation does not have."""

    reason = "template_unknown"


@cache
def _template(path: str) -> Template:
    # No context processors and no tag libraries: a document template reaches the view and nothing of the site.
    engine = Engine(dirs=[str(ROOT / "templates")], autoescape=True, debug=False)
    return engine.get_template(path)


def to_html(view: DocumentView) -> str:
    """The print HTML of a view, well-formed XML whatever the texts hold. Raises `UnknownTemplate`."""
    blocks = [BLOCK.format(name) for name in view.look.blocks]
    return markup(_known(view)[0], view, blocks=blocks, body=None)


def framed(view: DocumentView, body: str) -> str:
    """The same for a custom template's `body`, which is checked markup already: head and footer stay the house's."""
    return markup(_known(view)[0], view, blocks=(), body=mark_safe(body))  # noqa: S308


def sheets(view: DocumentView) -> tuple[str, ...]:
    """The style sheets a view is printed with, in their order. Raises `UnknownTemplate`."""
    slip = ("slip",) if view.slip else ()
    return (*_known(view)[1], *slip, view.paper)


def _known(view: DocumentView) -> tuple[str, tuple[str, ...]]:
    known = TEMPLATES.get((view.template, view.template_version))
    if known is None:
        raise UnknownTemplate
    return known


def markup(path: str, view: object, **more: object) -> str:
    """The template at `path` over `view`, which it knows as ``document``; well-formed XML whatever the texts hold."""
    context = Context({"document": view, **more}, use_l10n=False, use_tz=False)
    return ILLEGAL.sub(" ", _template(path).render(context))
