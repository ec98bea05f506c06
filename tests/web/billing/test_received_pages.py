"""Received e-invoices in the office: taken in, listed, read as a page, handed out, made a draft."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.test import override_settings

from billing.documents.einvoice import cii
from billing.models import Document, Received
from invoicing_site import files
from invoicing_site.models import Blob
from tests.helpers.einvoices import GOLDEN
from tests.helpers.inbound import EICAR, PLAIN, facturx, taken
from tests.helpers.people import office_client

pytestmark = pytest.mark.django_db
LIST = "/acme/received/"


@pytest.fixture
def clerk(world: Any) -> Browser:
    return office_client(world.people["clerk"])


@pytest.fixture
def auditor(world: Any) -> Browser:
    return office_client(world.people["auditor"])


def upload(browser: Browser, data: bytes, name: str = "rechnung.xml") -> Any:
    return browser.post(f"{LIST}new/", {"einvoice": SimpleUploadedFile(name, data)})


def row_of(world: Any, data: bytes = PLAIN) -> Received:
    return taken(world.company, data)


def test_a_file_becomes_a_page(world: Any, clerk: Browser) -> None:
    assert clerk.get(f"{LIST}new/").status_code == 200
    answer = upload(clerk, facturx(), "rechnung.pdf")
    row = Received.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{row.uuid}/")
    page = clerk.get(answer["Location"]).content.decode()
    for text in (
        "INV-2026-00042",
        "Spreebogen Werkstatt GmbH",
        "Alster Reederei AG",
        "Part 1",
        "€119.00",
        "€19.00",
        "20 Nov 2026",
    ):
        assert text in page, text
    assert "INV-2026-00042" in clerk.get(LIST).content.decode()


def test_empty_list_says_what_to_do(world: Any, clerk: Browser) -> None:
    assert "No e-invoice received yet" in clerk.get(LIST).content.decode()


@pytest.mark.parametrize("data", [EICAR, b"%PDF-1.7 half"])
def test_refusals_stand_at_the_field(world: Any, clerk: Browser, data: bytes) -> None:
    answer = upload(clerk, data)
    assert answer.status_code == 422
    assert 'id="id_einvoice"' in answer.content.decode()
    assert (Received.objects.count(), Blob.objects.count()) == (0, 0)
    assert clerk.post(f"{LIST}new/").status_code == 422


def test_large_files_are_refused_before_they_are_read(world: Any, clerk: Browser) -> None:
    with override_settings(RECEIVED_MAX_BYTES=1024 * 1024):
        answer = upload(clerk, PLAIN + b" " * 1024 * 1024)
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()


@pytest.mark.parametrize("name", ["plain", "allowances", "credit_note", "final", "tax_currency", "outside", "periods"])
def test_every_kind_of_content_has_a_page(world: Any, clerk: Browser, name: str) -> None:
    row = row_of(world, cii(*GOLDEN[name]()))
    assert clerk.get(f"{LIST}{row.uuid}/").status_code == 200


def test_the_file_is_handed_out_as_it_came(world: Any, clerk: Browser) -> None:
    row = row_of(world)
    answer = clerk.get(f"{LIST}{row.uuid}/file/")
    assert answer.content == PLAIN
    assert answer["Content-Disposition"] == 'attachment; filename="INV-2026-00042.xml"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/xml", "nosniff")
    files.store().write(files.name_of(world.company, row.blob.sha256), b"else")
    assert clerk.get(f"{LIST}{row.uuid}/file/").status_code == 503


def test_hostile_texts_are_texts(world: Any, clerk: Browser) -> None:
    row = row_of(world, PLAIN.replace(b"Part 1", b"&lt;script&gt;alert(1)&lt;/script&gt;"))
    page = clerk.get(f"{LIST}{row.uuid}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_draft_is_written_for_the_chosen_client(world: Any, clerk: Browser) -> None:
    row = row_of(world)
    answer = clerk.post(f"{LIST}{row.uuid}/draft/", {"client": "K0001"})
    made = Document.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/acme/documents/{made.uuid}/")
    assert (made.net, made.tax, made.total, made.client_id) == (100, 19, 119, world.client.pk)
    assert f"/acme/documents/{made.uuid}/" in clerk.get(f"{LIST}{row.uuid}/").content.decode()


def test_a_draft_that_cannot_be_is_refused_in_words(world: Any, clerk: Browser) -> None:
    row = row_of(world, PLAIN.replace(b">119.00<", b">120.00<"))
    answer = clerk.post(f"{LIST}{row.uuid}/draft/", {"client": "K0001"})
    assert answer.status_code == 422
    assert "120.00 stated, 119.00 counted" in answer.content.decode()
    assert clerk.post(f"{LIST}{row.uuid}/draft/", {"client": "nobody"}).status_code == 422
    assert Document.objects.count() == 0


def test_who_may(world: Any, auditor: Browser, stranger: Any) -> None:
    row = row_of(world)
    assert auditor.get(f"{LIST}{row.uuid}/").status_code == 200
    assert upload(auditor, PLAIN).status_code == 403
    assert auditor.post(f"{LIST}{row.uuid}/draft/", {"client": "K0001"}).status_code == 403
