"""A company whose every text is an attack, looked at page by page in Chromium (FAULTS 50).

`open_as` fails the test by itself for any dialog, script error, console complaint or report of the content security
policy; here one more trap is set: a script that runs at all leaves a mark.
"""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.test_every_page import pages
from tests.helpers.hostile import ALL, PAYLOADS, hostile_world
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
TRAP = (
    "window.struck = []; for (const name of ['alert', 'xss', 'a']) window[name] = (what) => window.struck.push(what);"
)
# Chromium says in its console that a page it asked for was not there, or not allowed.
MISSING = (404, 403, 400)


@pytest.fixture
def world(transactional_db: None) -> Any:
    return make_world("acme")


def look(page: Page, path: str, *allowed: int) -> None:
    """Open `path` and everything on it that opens; nothing may have run and the page must still be ours."""
    site = "/".join(page.url.split("/")[:3])
    answer = page.goto(site + path)
    assert answer is not None
    assert answer.status in (allowed or (200, 202)), (path, answer.status)
    page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    page.evaluate("document.querySelectorAll('input, textarea, select').forEach((node) => node.focus())")
    assert page.evaluate("window.struck") == [], path
    assert page.url.startswith(site + "/"), path
    assert page.locator("iframe:not([src^='/']):not([name='preview']), base, object, embed, #xss").count() == 0, path


def test_no_text_of_the_company_runs_on_any_page(world: Any, open_as: Open) -> None:
    documents = hostile_world(world)
    page = open_as(world.owner, "/acme/")
    page.context.add_init_script(TRAP)
    listed = pages(world)
    assert len(listed) > 30
    for path in listed:
        look(page, path)
    for document in documents.values():
        look(page, reverse("billing:document", args=["acme", document.uuid]))
        look(page, f"{reverse('billing:document_new', args=['acme'])}?copy={document.uuid}")
    for path in (
        reverse("billing:document_edit", args=["acme", documents["draft"].uuid]),
        reverse("clients:client", args=["acme", world.client.uuid]),
        reverse("clients:client_edit", args=["acme", world.client.uuid]),
    ):
        look(page, path)


def test_none_of_it_runs_in_the_admin(world: Any, open_as: Open) -> None:
    hostile_world(world)
    page = open_as(world.owner, "/admin/")
    page.context.add_init_script(TRAP)
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if model._meta.label in ("invoicing_site.User", "invoicing_site.Delivery", "invoicing_site.BreakGlass"):
            continue  # for platform admins
        look(page, reverse(f"{base}_changelist"))
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            look(page, reverse(f"{base}_change", args=[row.pk]))


def test_what_is_typed_runs_nowhere_either(world: Any, open_as: Open) -> None:
    """From the address, from a refused form, and in the suggestions and totals asked for while somebody types."""
    hostile_world(world)
    page = open_as(world.owner, "/acme/")
    page.context.add_init_script(TRAP)
    for path in ("/acme/clients/", "/acme/documents/", "/acme/payments/", "/acme/products/", "/acme/books/journal/"):
        look(page, f"{path}?{urlencode(dict.fromkeys(('q', 'client', 'since', 'state', 'account'), ALL))}")
    look(page, "/acme/clients/new/")
    page.locator("[name=name]").fill(ALL[:160])
    page.locator("[name=phone]").fill(PAYLOADS[1][:40])
    page.locator("[name='external_ids-0-system']").fill(PAYLOADS[2])
    page.locator("main form button[type=submit]:not([name])").first.click()
    page.locator(".error-summary, [aria-invalid]").first.wait_for()
    assert page.locator("[name=phone]").input_value() == PAYLOADS[1][:40]
    assert page.evaluate("window.struck") == []
    look(page, "/acme/documents/new/")
    page.locator("[name=client]").fill(world.client.number)
    page.locator("[name=client]").press("Tab")
    page.locator("[name='lines-n1-description']").fill(PAYLOADS[0])
    page.locator("[name='lines-n1-unit_price']").fill(PAYLOADS[7])
    page.locator("[name='lines-n1-unit_price']").press("Tab")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.struck") == []


def test_error_pages_run_nothing_of_the_address(world: Any, live_server: Any, chromium: Any) -> None:
    """Chromium itself complains of a missing page in its console, so these are opened without `open_as`."""
    page = chromium.new_page()
    page.add_init_script(TRAP)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda asked: (complaints.append(asked.message), asked.dismiss()))
    for path in (
        f"/{quote(PAYLOADS[1])}/",
        f"/invitation/{quote(PAYLOADS[0], safe='')}/",
        f"/accounts/login/?next={quote(PAYLOADS[7])}",
    ):
        answer = page.goto(live_server.url + path)
        assert answer.status in (200, *MISSING)
        assert page.evaluate("window.struck") == [], path
    assert [text for text in complaints if "the server responded with a status of 404" not in text] == []
    page.close()
