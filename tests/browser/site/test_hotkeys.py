"""Single-key shortcuts: they serve hands that stay on the keyboard and never bite someone who types."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
BODY = """
<a href="#documents" data-hotkey="g i">Documents</a> <a href="#new" data-hotkey="n">New invoice</a>
<label>Search <input name="q" data-hotkey="/"></label>
<table data-rows><tbody><tr><td><a href="#1">INV-1</a></td></tr><tr><td><a href="#2">INV-2</a></td></tr></tbody></table>
"""


@pytest.fixture
def page(bare_page: Page) -> Page:
    bare_page.goto("http://bare.test/")
    bare_page.evaluate("localStorage.clear()")
    bare_page.set_content(BODY + render_to_string("office/keys.html"))
    bare_page.add_script_tag(path=SCRIPTS / "hotkeys.js")
    return bare_page


def anchor(page: Page) -> str:
    found: str = page.evaluate("location.hash")
    return found


def test_one_key_and_a_sequence_follow_their_links(page: Page) -> None:
    page.keyboard.press("n")
    assert anchor(page) == "#new"
    page.keyboard.press("g")
    page.keyboard.press("i")
    assert anchor(page) == "#documents"


def test_the_slash_goes_to_the_search_and_typing_stays_typing(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("n/?j")
    assert page.input_value("[name=q]") == "n/?j"
    assert anchor(page) == ""


def test_j_and_k_walk_the_rows(page: Page) -> None:
    seen = []
    for key in "jjjk":
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.textContent"))
    assert seen == ["INV-1", "INV-2", "INV-2", "INV-1"]


def test_the_list_names_the_keys_of_this_page_and_switches_them_off(page: Page) -> None:
    page.keyboard.press("?")
    assert "New invoice" in page.inner_text("#keys")
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert anchor(page) == ""


def test_a_key_with_control_belongs_to_the_browser(page: Page) -> None:
    page.keyboard.press("Control+n")
    assert anchor(page) == ""
