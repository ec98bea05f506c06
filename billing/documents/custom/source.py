"""The two texts of a custom template as they are stored together: what is printed with it is named by their hash."""

import json
from dataclasses import dataclass
from pathlib import Path

from billing.documents.custom import language, markup, styles
from billing.documents.view import DocumentView
from invoicing_site.errors import BusinessError

# What a new template begins with: the house's blocks in their order, and a table of the layout's columns.
STARTER = Path(__file__).with_name("starter.html").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Source:
    """Markup in the template language, and its style sheet."""

    markup: str
    css: str

    def stored(self) -> bytes:
        return json.dumps({"markup": self.markup, "css": self.css}, ensure_ascii=False, sort_keys=True).encode()

    def body(self, view: DocumentView) -> str:
        """The document's body. Raises markup.Broken for what may not be printed."""
        body = language.write(language.read(self.markup), view)
        markup.check_written(body)
        return body


def opened(stored: bytes) -> Source:
    return Source(**json.loads(stored))


def checked(text: str, css: str) -> Source:
    """The template, every branch of it looked through. Raises those of language.read, markup.check and styles.check."""
    text, css = text.replace("\r\n", "\n").strip(), css.replace("\r\n", "\n").strip()
    if not text:
        raise BusinessError("layout.template_empty", "markup")
    markup.check(language.skeleton(language.read(text)))
    styles.check(css)
    return Source(text, css)
