"""E-invoices in a browser: taken in without a script, read, drafted; sent by a route from the document's page."""

from pathlib import Path
from typing import Any

import pytest

from billing.actions.render_xml import render_einvoice
from billing.actions.routes import add_route
from billing.models import Document, Received, Transmission
from tests.browser.conftest import Open, check_axe, check_width
from tests.helpers.inbound import facturx
from tests.helpers.routes import a_draft, issued, ready
from tests.world import AT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_pdf_is_taken_in_read_and_drafted(world: Any, open_as: Open, tmp_path: Path, script: bool) -> None:
    file = tmp_path / "rechnung.pdf"
    file.write_bytes(facturx())
    page = open_as(world.people["clerk"], "/acme/received/", width=360, script=script)
    page.get_by_role("link", name="Take in a file").first.click()
    page.get_by_label("E-invoice").set_input_files(str(file))
    page.get_by_role("button", name="Take in").click()
    assert page.get_by_role("heading", level=1).inner_text() == "INV-2026-00042"
    check_width(page)
    if script:
        check_axe(page)
    page.get_by_label("Client").fill("K0001")
    page.get_by_role("button", name="Write a draft").click()
    assert "The draft has the amounts of INV-2026-00042." in page.inner_text("main")
    assert Received.objects.get().number == "INV-2026-00042"
    assert Document.objects.get().total == 119


def test_a_refusal_stands_at_the_field(world: Any, open_as: Open, tmp_path: Path) -> None:
    file = tmp_path / "notes.xml"
    file.write_text("<!DOCTYPE x><x/>")
    page = open_as(world.people["clerk"], "/acme/received/new/")
    page.get_by_label("E-invoice").set_input_files(str(file))
    page.get_by_role("button", name="Take in").click()
    assert "The file declares a document type" in page.inner_text("main")
    check_axe(page)


def test_the_xml_is_sent_by_a_route(world: Any, open_as: Open) -> None:
    ready(world)
    document = issued(world)
    render_einvoice(document_id=document.pk, at=AT)
    values = {"name": "Provider", "address": "einvoice@provider.example"}
    add_route(company_id=world.company.pk, kind="email", actor=world.owner, at=AT, **values)
    page = open_as(world.people["clerk"], f"/acme/documents/{document.uuid}/")
    page.get_by_role("button", name="Send the XML").click()
    assert "The e-invoice is on its way." in page.inner_text("main")
    assert Transmission.objects.get().state == "queued"
    check_width(page)
    check_axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download XML").click()
    assert download.value.suggested_filename == f"{document.number}.xml"


def test_routes_are_set_up(world: Any, open_as: Open) -> None:
    page = open_as(world.owner, "/acme/settings/routes/")
    page.get_by_role("link", name="Add e-mail address").click()
    page.get_by_label("Name").fill("Provider")
    page.get_by_label("E-mail address").fill("einvoice@provider.example")
    page.get_by_role("button", name="Save").click()
    assert "einvoice@provider.example" in page.inner_text("main")
    check_axe(page)
    page.set_viewport_size({"width": 360, "height": 800})
    check_width(page)


def test_a_broken_rule_leads_to_its_field(world: Any, open_as: Open) -> None:
    ready(world, "peppol", endpoint="", endpoint_scheme="")
    document = a_draft(world)
    page = open_as(world.owner, f"/acme/documents/{document.uuid}/")
    assert "PEPPOL-EN16931-R010" in page.inner_text("main")
    page.locator('a[href$="#id_endpoint"]').first.click()
    assert page.locator("#id_endpoint").is_visible()
