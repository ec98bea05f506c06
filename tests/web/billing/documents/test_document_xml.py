"""The e-invoice on a document's page: told, downloaded, and what hinders it is said where it is mended."""

from typing import Any

import pytest
from django.test import Client as Browser

from billing.actions.render_xml import render_einvoice
from billing.models import Rendition
from invoicing_site import files
from tests.helpers.routes import a_draft, issued, ready
from tests.world import AT

pytestmark = pytest.mark.django_db


def test_page_offers_the_stored_xml(world: Any, clerk: Browser) -> None:
    ready(world)
    document = issued(world)
    page = f"/acme/documents/{document.uuid}/"
    assert "XRechnung 3.0 file is being written" in clerk.get(page).content.decode()
    assert clerk.get(f"{page}xml/").status_code == 404
    rendition = render_einvoice(document_id=document.pk, at=AT)
    assert rendition is not None
    told = clerk.get(page).content.decode()
    assert f"{page}xml/" in told
    assert rendition.blob.sha256 in told
    answer = clerk.get(f"{page}xml/")
    assert answer.content == files.fetch(rendition.blob)
    assert answer["Content-Disposition"] == f'attachment; filename="{document.number}.xml"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/xml", "nosniff")


def test_damaged_xml_is_not_served(world: Any, clerk: Browser) -> None:
    ready(world)
    document = issued(world)
    render_einvoice(document_id=document.pk, at=AT)
    rendition = Rendition.objects.get(format="ubl")
    files.store().write(files.name_of(world.company, rendition.blob.sha256), b"else")
    assert clerk.get(f"/acme/documents/{document.uuid}/xml/").status_code == 503


def test_no_panel_without_an_e_invoice(world: Any, clerk: Browser) -> None:
    document = issued(world)
    assert "einvoice-title" not in clerk.get(f"/acme/documents/{document.uuid}/").content.decode()


def test_hints_lead_to_the_field(world: Any, clerk: Browser) -> None:
    ready(world, "peppol", endpoint="", endpoint_scheme="", buyer_reference="")
    document = a_draft(world)
    page = clerk.get(f"/acme/documents/{document.uuid}/").content.decode()
    assert f"/acme/clients/{world.client.uuid}/edit/#id_endpoint" in page
    assert f"/acme/documents/{document.uuid}/edit/#id_buyer_reference" in page
    assert "PEPPOL-EN16931-R010" in page
