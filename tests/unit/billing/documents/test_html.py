"""The print markup: escaped everywhere, well-formed always, reaching nothing outside."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from billing.documents.html import ROOT, TEMPLATES, UnknownTemplate, to_html
from billing.documents.view import document_view
from billing.rules.layout import BASES
from tests.helpers.papers import facts, line, parties

TEMPLATE_FILES = sorted((ROOT / "templates" / "documents").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "documents").glob("*.css"))


def test_texts_are_escaped() -> None:
    markup = to_html(document_view(facts(1, introduction="<b>bold</b> & \"quoted\" 'text'"), parties()))
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; &#x27;text&#x27;" in markup
    assert "<b>" not in markup


@pytest.mark.parametrize("text", ["soft\x0bbreak", "nul\x00", "\x1b[31m", "\ufffe", "lone \ud800 surrogate", "]]>"])
def test_markup_is_well_formed_whatever_the_texts_hold(text: str) -> None:
    snapshot = facts(1, introduction=text, notes=text, lines=[line(1, description=text, sku=text)])
    ElementTree.fromstring(to_html(document_view(snapshot, parties({"name": text}, {"name": text}))))


def test_footer_lines_stay_lines() -> None:
    body = ElementTree.fromstring(to_html(document_view(facts(1), parties()))).find("body")
    assert body is not None
    assert body.attrib["data-foot-1"] == "Spreebogen Werkstatt GmbH\nSchiffbauerdamm 19\n10117 Berlin\n"


@pytest.mark.parametrize("template", [{"name": "classic", "version": 99}, {"name": "../base", "version": 1}])
def test_a_layout_we_do_not_have_is_refused(template: dict[str, object]) -> None:
    with pytest.raises(UnknownTemplate) as refusal:
        to_html(document_view(facts(1, template=template), parties()))
    assert refusal.value.reason == "template_unknown"


@pytest.mark.parametrize("file", TEMPLATE_FILES, ids=lambda file: file.name)
def test_no_template_switches_escaping_off_or_styles_in_line(file: Path) -> None:
    text = file.read_text("utf-8")
    assert re.findall(r"\|\s*safe|autoescape|\bstyle=|<style|<script|<link|https?:|{%\s*load", text) == []


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_print_styles_fetch_nothing(file: Path) -> None:
    assert re.findall(r"url\(|@import|@font-face", file.read_text("utf-8")) == []


@pytest.mark.parametrize(("path", "sheets"), TEMPLATES.values(), ids=[f"{name}-{n}" for name, n in TEMPLATES])
def test_a_layout_stays_lean(path: str, sheets: tuple[str, ...]) -> None:
    # Every rule is matched against every cell: 1,500 rules cost eight times the rendering time.
    assert sum((ROOT / f"static/documents/{name}.css").read_text("utf-8").count("{") for name in sheets) < 115


def test_every_layout_a_snapshot_may_name_exists() -> None:
    assert all((ROOT / "templates" / path).is_file() for path, _ in TEMPLATES.values())


def test_new_layouts_are_made_with_the_newest_version_of_each_look() -> None:
    newest = dict(sorted(TEMPLATES))
    assert newest == BASES
