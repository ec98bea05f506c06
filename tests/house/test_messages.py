"""Whoever reads German reads German throughout: the catalogue is complete, in order and says what the English says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from django.apps import apps
from django.utils import translation
from django.utils.translation import gettext, ngettext, trans_real

from billing.models import Line
from invoicing_site.management.commands.messages import complaints, gathered, stored, written
from invoicing_site.reports.display import columns, name_of
from invoicing_site.reports.titles import TITLES
from invoicing_site.wiring import NAVIGATION, SETTINGS
from tests.house.source import ROOT
from tests.house.test_papers import event_types

GERMAN = ROOT / "invoicing_site/locale/de/LC_MESSAGES/django.po"
PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+(?::\w+)?\}|</?\w+[^>]*>")


def texts() -> list[Message]:
    return [text for text in stored(GERMAN) if text.id]


def sides(text: Message) -> list[tuple[str, str]]:
    """(English, German) of each form of the text."""
    if isinstance(text.id, str):
        return [(text.id, str(text.string))]
    return list(zip(text.id, text.string, strict=True))


def test_every_text_is_translated() -> None:
    assert complaints(stored(GERMAN), gathered(ROOT)) == []


def test_the_catalogue_is_written_as_the_command_writes_it() -> None:
    assert GERMAN.read_text("utf-8") == written(stored(GERMAN))


def test_placeholders_agree() -> None:
    pairs = [pair for text in texts() for pair in sides(text)]
    assert len(pairs) > 1000
    assert [(en, de) for en, de in pairs if sorted(PLACES.findall(en)) != sorted(PLACES.findall(de))] == []


def test_sentences_end_alike() -> None:
    ends = ".:?…"
    wrong = [(en, de) for text in texts() for en, de in sides(text) if (en[-1] in ends) != (de[-1] in ends)]
    # An abbreviation keeps its full stop.
    assert [(en, de) for en, de in wrong if not de.endswith("Nr.")] == []


def test_words_are_the_glossary_s() -> None:
    """One thing has one name; and people are addressed politely."""
    other = re.compile(r"\b(Klient|Dokument|Faktura|Zahlungsbedingung|[Dd]u|[Dd]ein\w*|[Ll]ogin|[Cc]lient|einloggen)\b")
    assert [de for text in texts() for _en, de in sides(text) if other.search(PLACES.sub("", de))] == []


@pytest.fixture
def compiled(tmp_path: Path, settings: object) -> Iterator[None]:
    """The catalogue as it stands here and now, whatever a launcher compiled earlier."""
    place = tmp_path / "de/LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.mo").open("wb") as file:
        write_mo(file, stored(GERMAN))
    settings.LOCALE_PATHS = [tmp_path]  # type: ignore[attr-defined]
    known = dict(trans_real._translations)
    trans_real._translations.clear()
    with translation.override("de"):
        yield
    trans_real._translations.clear()
    trans_real._translations.update(known)


@pytest.mark.usefixtures("compiled")
def test_german_is_shown() -> None:
    assert gettext("Issue invoice") == "Rechnung ausstellen"
    assert gettext("Search") == "Suchen"  # Django's own catalogue has this one too: ours comes first
    assert ngettext("%(n)s day", "%(n)s days", 1) % {"n": 1} == "1 Tag"
    assert ngettext("%(n)s day", "%(n)s days", 14) % {"n": 14} == "14 Tage"


@pytest.mark.usefixtures("compiled")
def test_plain_labels_of_the_wiring_are_known() -> None:
    """They are translated where they are shown; the marks in wiring.py let the command find them."""
    shown = [label for label, *_ in NAVIGATION] + [
        word for label, _url, text, _may in SETTINGS for word in (label, text)
    ]
    assert {label for label in shown if gettext(label) == label} == {"Team"}


def test_every_event_has_a_title() -> None:
    assert {name for name in event_types() if name not in TITLES} == set()


@pytest.mark.usefixtures("compiled")
def test_history_names_everything_it_tells() -> None:
    kinds = {model.instance_type for model in apps.get_models() if hasattr(model, "instance_type")}
    things = [thing for kind in kinds for thing in (kind._meta, *columns(kind))]
    known = {form for text in texts() for side in sides(text) for form in side}
    assert {str(thing.verbose_name) for thing in things} - known == set()
    assert name_of(Line) == "Position"
