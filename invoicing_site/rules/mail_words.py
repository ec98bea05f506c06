"""The words of a mail: `{name}` is all they can say (FAULTS 52), and HTML is made of them by escaping. Pure."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

BUTTON = "button"
PLACE_OF_BUTTON = f"{{{BUTTON}}}"
SUBJECT = "Subject:"
_PLACE = re.compile(r"\{([^{}\n]*)\}")


class Words(NamedTuple):
    subject: str
    body: str


def parse(text: str) -> Words:
    """Words as their file holds them: a line `Subject: …`, a blank one, the text. Raises ValueError for anything else."""
    first, _, rest = text.partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError(f"the first line must begin with {SUBJECT!r}")
    return Words(first.removeprefix(SUBJECT).strip(), rest.strip())


def unknown(text: str, allowed: Iterable[str]) -> list[str]:
    """What stands in braces in `text` and is none of `allowed` (nor the button), in order, once each."""
    known = {*allowed, BUTTON}
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name not in known))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each `{name}` replaced, once: braces inside a value stay as they are, an unknown name becomes nothing."""
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)


def around_button(body: str) -> tuple[str, str]:
    """The words before and after the button; without a `{button}` it stands at the end. Later ones are dropped."""
    before, _, after = body.partition(PLACE_OF_BUTTON)
    return before.strip(), after.replace(PLACE_OF_BUTTON, "").strip()


def airy(text: str) -> str:
    """`text` with one line end of one kind and never more than one blank line: what a missing value leaves is closed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n[ \t]*(?:\n[ \t]*)+", "\n\n", text).strip()


def paragraphs(text: str, site: str = "") -> str:
    """`text` as HTML paragraphs: blank lines part them, line ends stay, everything else is escaped.

    Addresses of our own pages, which begin with `site` and a slash, become links; nobody else's do.
    """
    parts = [html.escape(part.strip()) for part in airy(text).split("\n\n")]
    if site:
        ours = re.compile(re.escape(html.escape(site)) + r"/[^\s<>\"'()]*")
        parts = [ours.sub(_link, part) for part in parts]
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part)


def _link(found: re.Match[str]) -> str:
    address = found[0].rstrip(".,:!?")
    return f'<a href="{address}">{address}</a>{found[0][len(address) :]}'
