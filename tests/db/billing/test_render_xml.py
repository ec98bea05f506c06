"""After issue the e-invoice is written once, kept by its hash, and goes along with the mail (SPEC B15, D2)."""

from typing import Any

import pytest

from billing import mails, tasks
from billing.actions import render_xml
from billing.actions.prove import prove_company
from billing.actions.render_xml import Unwritable, render_einvoice
from billing.actions.send import send_document
from billing.documents import snapshot
from billing.documents.einvoice import PROFILES, cii_for_facturx, ubl
from billing.models import Document, Rendition, Snapshot
from clients.models import Client
from invoicing_site import clock, files
from invoicing_site.letters import NotReady
from invoicing_site.models import Blob, Event
from tests.helpers.routes import issued, ready
from tests.world import AT

pytestmark = pytest.mark.django_db


def parts(document: Document) -> tuple[dict[str, Any], dict[str, Any]]:
    row = Snapshot.objects.get(document=document)
    return snapshot.open_parts(bytes(row.facts), bytes(row.parties))


def with_pdf(document: Document) -> None:
    blob = files.keep(document.company, b"%PDF-1.7 test", "application/pdf")
    Rendition.objects.create(
        company=document.company, document=document, template="classic", template_version=1, blob=blob, fingerprint="x"
    )


@pytest.mark.parametrize(("route", "syntax"), [("xrechnung", "ubl"), ("peppol", "ubl"), ("facturx", "cii")])
def test_written_once_from_the_snapshot(world: Any, route: str, syntax: str) -> None:
    ready(world, route)
    document = issued(world)
    Client.objects.update(einvoice="", endpoint="", endpoint_scheme="")  # what counts is what was frozen
    rendition = render_einvoice(document_id=document.pk, at=AT)
    assert rendition is not None
    assert (rendition.format, rendition.template, rendition.blob.media_type) == (syntax, route, "application/xml")
    expected = ubl(*parts(document), PROFILES[route]) if syntax == "ubl" else cii_for_facturx(*parts(document))
    assert files.fetch(rendition.blob) == expected
    assert render_einvoice(document_id=document.pk, at=AT) == rendition
    event = Event.objects.get(subject=document.uuid, type="document.einvoice_written")
    assert event.data == {
        "format": syntax, "profile": route, "sha256": rendition.blob.sha256, "bytes": rendition.blob.size,
    }  # fmt: skip
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def test_nothing_for_a_client_without_an_e_invoice(world: Any) -> None:
    document = issued(world)
    assert render_einvoice(document_id=document.pk, at=AT) is None
    assert Rendition.objects.count() == 0


def test_invalid_xml_is_never_kept(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(world)
    document = issued(world)
    monkeypatch.setattr(render_xml, "written", lambda *_: b"<Invoice/>")
    monkeypatch.setattr(render_xml, "schema_errors", lambda *_: ["line 1: no"])
    with pytest.raises(Unwritable):
        render_einvoice(document_id=document.pk, at=AT)
    assert (Rendition.objects.count(), Blob.objects.count()) == (0, 0)


@pytest.mark.parametrize(("route", "names"), [
    ("xrechnung", ["RE-2026-00001.pdf", "RE-2026-00001.xml"]),
    ("peppol", ["RE-2026-00001.pdf", "RE-2026-00001.xml"]),
    ("facturx", ["RE-2026-00001.pdf"]),
    ("", ["RE-2026-00001.pdf"]),
])  # fmt: skip
def test_the_mail_waits_for_the_xml_and_carries_it(world: Any, route: str, names: list[str]) -> None:
    if route:
        ready(world, route)
    document = issued(world)
    (mail,) = send_document(
        company=world.company, document_uuid=document.uuid, recipients=("a@b.example",), actor=None, at=clock.now()
    )
    with_pdf(document)
    if len(names) > 1:
        with pytest.raises(NotReady):
            mails.document(mail)
    render_einvoice(document_id=document.pk, at=AT)
    letter = mails.document(mail)
    assert [attachment.name for attachment in letter.attachments] == names
    if len(names) > 1:
        assert letter.attachments[1].content == ubl(*parts(document), PROFILES[route])


def test_the_reading_of_pdfs_leaves_xml_alone(world: Any) -> None:
    ready(world)
    document = issued(world)
    rendition = render_einvoice(document_id=document.pk, at=AT)
    assert rendition is not None
    tasks.read_back(Event(subject=document.uuid))
    assert not hasattr(rendition, "reading")
