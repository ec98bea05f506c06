"""Pages of layouts: saved as versions, shown on the screen, put in use (SPEC B14, U1)."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from billing.actions.layouts import save_layout
from billing.documents.custom.source import STARTER
from billing.documents.preview import layout_key
from billing.forms.layouts import initial
from billing.models import Layout
from billing.views import layouts
from tests.helpers.people import office_client
from tests.world import AT

pytestmark = pytest.mark.django_db
HOME = "/acme/settings/layouts/"


@pytest.fixture
def browser(world: Any) -> Browser:
    return office_client(world.people["owner"])


def typed(**changes: Any) -> dict[str, Any]:
    return initial() | {"name": "Haus", "language": "de", "look": "modern"} | changes


def a_layout(world: Any, **said: Any) -> Layout:
    given = {"name": "Haus", "language": "", "look": "modern", "options": {}} | said
    return save_layout(company_id=world.company.pk, actor=world.owner, at=AT, **given)


def test_saved_moved_and_used(world: Any, browser: Browser) -> None:
    answer = browser.post(f"{HOME}new/", typed(block_notes=1, block_introduction=7, column_sku=2, word_total="Summe"))
    layout = Layout.objects.get()
    assert answer.headers["Location"] == f"{HOME}{layout.uuid}/"
    assert layout.options["blocks"] == ["notes", "table", "totals", "reasons", "exchange", "payment", "introduction"]
    assert layout.options["columns"][:3] == ["position", "sku", "description"]
    assert layout.options["words"] == {"total": "Summe"}
    browser.post(f"{HOME}{layout.uuid}/use/")
    assert Layout.objects.get().is_active
    page = browser.get(HOME).content.decode()
    assert "Haus" in page
    browser.post(f"{HOME}{layout.uuid}/leave/")
    assert not Layout.objects.get().is_active


def test_the_next_version_begins_with_the_one_at_hand(world: Any, browser: Browser) -> None:
    first = a_layout(world, options={"accent": "#7a1f2b", "closing": "Bis bald"})
    page = browser.get(f"{HOME}{first.uuid}/").content.decode()
    assert 'value="#7a1f2b"' in page
    assert "Bis bald" in page
    browser.post(f"{HOME}{first.uuid}/", typed(language="", accent="#004400"))
    assert list(Layout.objects.order_by("version").values_list("version", "options__accent")) == [
        (1, "#7a1f2b"),
        (2, "#004400"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"accent": "#eeeeee"},
        {"column_tax": ""},
        {"block_totals": 1, "block_table": 3},
        {"language": "", "word_total": "x"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(world: Any, browser: Browser, changes: dict[str, Any]) -> None:
    answer = browser.post(f"{HOME}new/", typed(**changes))
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert Layout.objects.count() == 0


def test_the_preview_shows_what_is_typed_without_storing_it(world: Any, browser: Browser) -> None:
    answer = browser.post(f"{HOME}preview/", typed(accent="#7a1f2b", word_total="Endsumme", look="compact"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Endsumme" in page
    assert world.company.name in page
    sheet = re.search(r'href="([^"]+)"/></head>', page)
    assert sheet is not None
    styles = browser.get(sheet[1])
    assert styles.headers["Content-Type"] == "text/css"
    assert "#7a1f2b" in styles.content.decode()
    assert "#1f4e79" not in styles.content.decode()
    assert Layout.objects.count() == 0


def test_a_preview_of_what_cannot_be_says_why(world: Any, browser: Browser) -> None:
    assert browser.post(f"{HOME}preview/", typed(accent="#eeeeee")).status_code == 422
    assert browser.post(f"{HOME}preview/", typed(look="baroque")).status_code == 422


@pytest.mark.parametrize("place", ["baroque/1f4e79", "custom/1f4e79", "modern/xyz", "modern/1f4e79f"])
def test_there_is_no_other_style_sheet(world: Any, browser: Browser, place: str) -> None:
    assert browser.get(f"{HOME}sheet/{place}/").status_code == 404


def test_an_own_template_is_said_with_its_line(world: Any, browser: Browser) -> None:
    page = browser.get(f"{HOME}new/?own").content.decode()
    assert "document.table.lines" in page
    answer = browser.post(
        f"{HOME}new/?own", {"name": "Eigen", "language": "", "markup": "<p>\n{% debug %}</p>", "css": ""}
    )
    assert answer.status_code == 422
    assert "Line 2: there is no tag debug here." in answer.content.decode()
    assert Layout.objects.count() == 0


def test_an_own_template_is_tried_before_it_is_used(
    world: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(layouts.current_app, "send_task", lambda *given, **more: asked.append(given))
    own = a_layout(world, name="Eigen", look="custom", markup=STARTER)
    browser.post(f"{HOME}{own.uuid}/use/")
    assert not Layout.objects.get().is_active
    browser.post(f"{HOME}{own.uuid}/try/")
    browser.post(f"{HOME}{own.uuid}/try/")
    assert asked == [("billing.tasks.try_layout", (own.pk,))]


def test_the_specimen_is_asked_for_and_then_shown(
    world: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(layouts.current_app, "send_task", lambda *given, **more: asked.append(given))
    layout = a_layout(world)
    assert browser.get(f"{HOME}{layout.uuid}/pdf/").status_code == 202
    assert asked == [("billing.tasks.preview_layout", (layout.pk,))]
    cache.set(layout_key(layout.uuid), b"%PDF-1.7")
    answer = browser.get(f"{HOME}{layout.uuid}/pdf/")
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"%PDF-1.7", "application/pdf")


@pytest.mark.parametrize("who", ["accountant", "clerk", "auditor"])
def test_only_owners_change_layouts(world: Any, who: str) -> None:
    layout = a_layout(world)
    assert office_client(world.people[who]).post(f"{HOME}{layout.uuid}/use/").status_code == 403
    assert not Layout.objects.get().is_active
