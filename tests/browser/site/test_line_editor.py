"""The line editor's script in a real browser: what it does to the formset that is sent."""

from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"


class Line(forms.Form):
    description = forms.CharField()
    quantity = forms.DecimalField(widget=forms.TextInput(attrs={"inputmode": "decimal"}))


LINES = forms.formset_factory(Line, extra=0, can_delete=True, can_order=True)


@pytest.fixture
def page(bare_page: Page) -> Page:
    formset = LINES(initial=[{"description": text, "quantity": 1} for text in ("one", "two", "three")], prefix="lines")
    html = render_to_string("components/lines.html", {"formset": formset})
    bare_page.set_content(f"<form id=form>{html}<button>Save</button></form>")
    bare_page.add_script_tag(path=SCRIPTS / "lines.js")
    bare_page.evaluate("window.heard = 0; document.addEventListener('input', () => { window.heard += 1; })")
    return bare_page


def sent(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("Object.fromEntries(new FormData(document.getElementById('form')))")
    return found


def in_order(page: Page) -> list[str]:
    """Descriptions as the server will sort them: by ORDER, without what is marked DELETE."""
    formset = LINES(sent(page), prefix="lines")
    assert formset.is_valid(), formset.errors
    return [form.cleaned_data["description"] for form in formset.ordered_forms if not form.cleaned_data["DELETE"]]


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name")
    return name


def test_a_new_line_is_counted_numbered_and_focused(page: Page) -> None:
    page.click("[data-lines-add]")
    assert focused(page) == "lines-3-description"
    page.keyboard.type("four")
    page.fill("[name=lines-3-quantity]", "1")
    assert sent(page)["lines-TOTAL_FORMS"] == "4"
    assert in_order(page) == ["one", "two", "three", "four"]
    assert page.evaluate("window.heard") > 0


def test_enter_walks_down_a_column_and_opens_a_line_at_the_end(page: Page) -> None:
    page.focus("[name=lines-1-quantity]")
    page.keyboard.press("Enter")
    assert focused(page) == "lines-2-quantity"
    page.keyboard.press("Shift+Enter")
    assert focused(page) == "lines-1-quantity"
    page.focus("[name=lines-2-quantity]")
    page.keyboard.press("Enter")
    assert focused(page) == "lines-3-description"


def test_alt_and_an_arrow_move_the_line_and_keep_the_focus(page: Page) -> None:
    page.focus("[name=lines-2-description]")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert in_order(page) == ["three", "one", "two"]
    assert focused(page) == "lines-2-description"
    assert sent(page)["lines-2-description"] == "three"


def test_a_removed_line_is_marked_and_never_renumbered(page: Page) -> None:
    page.click("[data-line]:has([name=lines-1-description]) [data-line-remove]")
    assert sent(page)["lines-1-DELETE"] == "on"
    assert sent(page)["lines-TOTAL_FORMS"] == "3"
    assert in_order(page) == ["one", "three"]
    assert focused(page) == "lines-2-description"


def test_removing_the_last_line_leaves_an_empty_one(page: Page) -> None:
    for _ in range(3):
        page.locator("[data-line]:not([hidden]) [data-line-remove]").first.click()
    assert page.locator("[data-line]:not([hidden])").count() == 1
    assert focused(page) == "lines-3-description"


def test_no_more_lines_than_the_formset_takes(page: Page) -> None:
    page.evaluate("document.querySelector('[name=lines-MAX_NUM_FORMS]').value = 3")
    page.click("[data-lines-add]")
    assert sent(page)["lines-TOTAL_FORMS"] == "3"


def test_rows_without_an_order_are_added_and_removed_and_stay_where_they_are(page: Page) -> None:
    page.evaluate("document.querySelectorAll('[data-line-up], [data-line-down]').forEach((button) => button.remove())")
    page.click("[data-lines-add]")
    page.focus("[name=lines-1-description]")
    page.keyboard.press("Alt+ArrowUp")
    page.click("[data-line]:has([name=lines-0-description]) [data-line-remove]")
    page.fill("[name=lines-3-description]", "four")
    page.fill("[name=lines-3-quantity]", "1")
    assert in_order(page) == ["two", "three", "four"]
