"""Every page of the office: no axe violation in light and dark, no sideways scroll on a phone, no CSP report, no complaint in the console."""

from typing import Any

import pytest

from billing.actions.prove import prove_company
from invoicing_site import clock
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.crawl import ABSENT, Objects, our_routes
from tests.helpers.people import platform_admin
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)

# Answers that are no page of their own: files, parts of pages, and look-ups for htmx.
PARTS = {
    "billing:document_pdf", "billing:document_file", "billing:document_terms", "billing:document_products",
    "billing:document_clients", "billing:series_example", "billing:layout_pdf", "billing:layout_sheet", "clients:client_lookup",
    "billing:document_xml", "billing:received_file", "billing:revaluation_csv", "billing:gap_table", "billing:attachment",
}  # fmt: skip
ACCOUNT = ("/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/email/", "/accounts/password/change/")
ADMIN = ("/admin/", "/admin/invoicing_site/delivery/", "/admin/invoicing_site/event/", "/admin/invoicing_site/user/")


@pytest.fixture
def world(transactional_db: None) -> Any:
    world = make_world("acme")
    prove_company(company=world.company, actor=None, at=clock.now())
    return world


def pages(world: Any) -> list[str]:
    objects = Objects(world)
    found = []
    for route in our_routes():
        if "GET" not in route.methods or route.name in PARTS | ABSENT or route.kind != "office":
            continue
        found.append(route.url(world.company.slug, objects.for_route(route)))
    return sorted({*found, *ACCOUNT})


def test_every_office_page_is_accessible_and_fits_a_phone(world: Any, open_as: Open) -> None:
    page = open_as(world.owner, "/acme/", width=360)
    site = page.url.removesuffix("/acme/")
    wrong = []
    listed = pages(world)
    assert len(listed) > 30
    for path in listed:
        answer = page.goto(site + path)
        try:
            assert answer is not None
            assert answer.status < 400, f"{path} answered {answer.status}"
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            check_width(page)
            check_axe(page)
        except AssertionError as error:
            wrong.append(f"{path}: {error}")
    assert wrong == []


def test_admin_pages_have_nothing_serious(world: Any, open_as: Open) -> None:
    page = open_as(platform_admin(), "/admin/")
    site = page.url.split("/admin/")[0]
    for path in ADMIN:
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status == 200, path
        page.evaluate(open_axe())
        found = page.evaluate("() => axe.run(document)")
        serious = [item["id"] for item in found["violations"] if item["impact"] in {"serious", "critical"}]
        assert serious == [], path


def open_axe() -> str:
    from tests.browser.conftest import AXE

    return AXE.read_text(encoding="utf-8")
