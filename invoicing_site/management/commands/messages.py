"""`manage.py messages [--check]`: gather every text people read and merge it into the catalogues.

Django's makemessages needs the programs of GNU gettext; this needs Babel, which the product has anyway. Neither line
numbers nor dates are written, so that a catalogue changes only where a text does.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

APPS = ("invoicing_site", "clients", "billing", "payments")
# What marks a text: which arguments are singular and plural, and which the context.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    **{f"gettext{lazy}": None for lazy in ("", "_lazy", "_noop")},
    **{f"ngettext{lazy}": (1, 2) for lazy in ("", "_lazy")},
    **{f"pgettext{lazy}": ((1, "c"), 2) for lazy in ("", "_lazy")},
    **{f"npgettext{lazy}": ((1, "c"), 2, 3) for lazy in ("", "_lazy")},
}
HEADER = r"""# What people of the office read, in {name}. `manage.py messages` keeps it complete and in order.
msgid ""
msgstr ""
"Language: {code}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plural}\n"

"""


def sources(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file with texts, each as Python source the extractor reads; of templates only their tags are left."""
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_bytes()
    for path in sorted((root / "templates").rglob("*.*")):
        # Without its indentation, which means something in Python.
        yield path, "\n".join(line.strip() for line in templatize(path.read_text("utf-8")).splitlines()).encode()


def gathered(root: Path) -> Catalog:
    """All texts of the product, untranslated."""
    catalog = Catalog()
    for _path, source in sources(root):
        for _line, text, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
            catalog.add(text, context=context)
    return catalog


def stored(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def merged(before: Catalog, texts: Catalog) -> Catalog:
    """`texts` with the translations of `before`; a text that is no longer used is left out."""
    after = Catalog(locale=before.locale)
    for text in texts:
        if text.id:
            known = before.get(text.id, text.context)
            after.add(
                text.id, known.string if known else None, flags=known.flags if known else (), context=text.context
            )
    return after


def written(catalog: Catalog) -> str:
    file = io.BytesIO()
    write_po(file, catalog, width=120, no_location=True, omit_header=True, sort_output=True)
    code = str(catalog.locale)
    name = catalog.locale.english_name if catalog.locale else code
    return HEADER.format(name=name, code=code, plural=catalog.plural_forms) + file.getvalue().decode()


def complaints(catalog: Catalog, texts: Catalog) -> list[str]:
    """What keeps the catalogue from being complete, one line each."""
    wanted = {(text.context, text.id): text for text in texts if text.id}
    held = {(text.context, text.id): text for text in catalog if text.id}
    found = [f"missing: {_shown(wanted[key])}" for key in wanted if key not in held or not _filled(held[key])]
    found += [f"fuzzy: {_shown(text)}" for text in held.values() if text.fuzzy]
    found += [f"obsolete: {_shown(text)}" for key, text in held.items() if key not in wanted]
    return sorted(found + [f"obsolete: {_shown(text)}" for text in catalog.obsolete.values()])


def _filled(text: Message) -> bool:
    return all(text.string) if isinstance(text.string, tuple) else bool(text.string)


def _shown(text: Message) -> str:
    return text.id if isinstance(text.id, str) else text.id[0]


class Command(BaseCommand):
    help = "Merge every text of the product into the catalogues of invoicing_site/locale."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail unless all is translated")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        texts, failed = gathered(settings.BASE_DIR), False
        for path in sorted(settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po")):
            before = stored(path)
            if not check:
                before = merged(before, texts)
                path.write_text(written(before), "utf-8")
            for complaint in complaints(before, texts):
                self.stderr.write(f"{path.parts[-3]}: {complaint}")
                failed = True
        if failed and check:
            raise CommandError("The catalogues are not complete.")
