"""Layouts in a browser: the preview follows what is typed, works without JavaScript, and fits every width in light and dark."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from billing.actions.layouts import save_layout, use_layout
from billing.documents.custom.source import STARTER
from billing.models import Layout
from tests.browser.conftest import Open, check_axe, check_width
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/acme/settings/layouts/"
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


def saved(world: Any, **said: Any) -> Layout:
    given = {"name": "Hausbrief", "language": "", "look": "modern", "options": {}} | said
    return save_layout(company_id=world.company.pk, actor=world.owner, at=AT, **given)


def look(page: Page, name: str) -> None:
    check_axe(page)
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page)
        for scheme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)


def test_the_preview_follows_what_is_typed_and_saving_makes_a_version(world: Any, open_as: Open) -> None:
    page = open_as(world.owner, f"{HOME}new/")
    frame = page.frame_locator("iframe[name=preview]")
    page.get_by_label("Name").fill("Hausbrief")
    page.get_by_label("For documents in").select_option("de")
    expect(frame.locator("h1")).to_contain_text("Rechnung")
    page.get_by_text("Own words").click()
    page.get_by_label("Total", exact=True).fill("Endsumme")
    page.get_by_label("Closing words").fill("Bis bald!")
    page.get_by_label("Closing words").blur()
    expect(frame.get_by_text("Bis bald!")).to_be_visible()
    expect(frame.get_by_text("Endsumme")).to_be_visible()
    look(page, "layout-new")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 1 is saved.")).to_be_visible()
    page.get_by_role("button", name="Use for new documents").click()
    expect(page.get_by_role("button", name="Stop using")).to_be_visible()
    look(page, "layout-used")


def test_without_javascript_a_button_shows_it(world: Any, open_as: Open) -> None:
    page = open_as(world.owner, f"{HOME}new/", script=False)
    page.get_by_label("Name").fill("Hausbrief")
    page.get_by_role("button", name="Show").click()
    expect(page.frame_locator("iframe[name=preview]").locator("h1")).to_contain_text("Rechnung")
    assert Layout.objects.count() == 0


def test_list_and_own_template(world: Any, open_as: Open) -> None:
    used = saved(world)
    use_layout(company_id=world.company.pk, layout_uuid=used.uuid, actor=world.owner, at=AT)
    own = saved(world, name="Eigene Vorlage mit einem langen Namen", look="custom", markup=STARTER, language="de")
    page = open_as(world.owner, HOME)
    look(page, "layouts")
    page.goto(page.url + f"{own.uuid}/")
    look(page, "layout-own")
    page.get_by_role("textbox", name="Template").fill("<p>\n{% debug %}")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Line 2: there is no tag debug here.").first).to_be_visible()
