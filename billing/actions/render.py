"""From snapshot to stored PDF: rendered outside any transaction, in a forked child, kept once (SPEC B14)."""

import datetime as dt
from typing import Any

from django.core.cache import cache

from billing.documents import pdf, snapshot
from billing.documents.attached import Attached
from billing.documents.draft import draft_parts
from billing.documents.einvoice import FACTURX, cii_for_facturx
from billing.documents.facturx import facturx
from billing.documents.fingerprint import renderer_fingerprint
from billing.documents.preview import PREVIEW_SECONDS, preview_key
from billing.documents.source import read
from billing.documents.view import document_view
from billing.models import Document, Rendition, Snapshot
from billing.reports.einvoices import profile_of
from invoicing_site import files, fork
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.context import refuse_in_action
from invoicing_site.events import publish
from invoicing_site.models import Blob, Company


def render_document(*, document_id: int, at: dt.datetime) -> Rendition:
    """Make and keep the PDF of an issued document; a repeat returns the one that is kept.

    Runs only where `pdf.warm()` did: in a render worker. Raises RenderFailed, Damaged (logo). Publishes document.rendered.
    """
    refuse_in_action("rendering")
    row = Snapshot.objects.select_related("document__company").get(document_id=document_id)
    facts, parties = snapshot.open_parts(bytes(row.facts), bytes(row.parties))
    template = facts["template"]
    found: Rendition | None = Rendition.objects.filter(
        document_id=document_id, format="pdf", template=template["name"], template_version=template["version"]
    ).first()
    if found is not None:
        return found
    document = row.document
    assert document.issued_at is not None
    data = rendered(document.company, facts, parties, created=document.issued_at)
    blob = files.keep(document.company, data, "application/pdf")
    return _keep(document=document, template=template, blob=blob, actor=None, at=at)


def rendered(
    company: Company, facts: dict[str, Any], parties: dict[str, Any], *, created: dt.datetime, draft: bool = False
) -> bytes:
    """The PDF's bytes: the same for the same snapshot, renderer and fonts. `created` is written into the file."""
    view, assets = document_view(facts, parties, draft=draft), {}
    for digest in (view.seller.logo, view.look.source):
        if digest:
            assets[digest] = files.fetch(Blob.objects.for_company(company).get(sha256=digest))
    attachments = [] if draft else _attachments(facts, parties, view.heading)
    return fork.run(lambda: pdf.render(view, assets=assets, created=created, attachments=attachments))


def _attachments(facts: dict[str, Any], parties: dict[str, Any], heading: str) -> list[Attached]:
    """The invoice as XML inside its PDF, for clients who get Factur-X."""
    if profile_of(parties, facts["kind"]) != FACTURX:
        return []
    return [facturx(cii_for_facturx(facts, parties), heading)]


@action
def _keep(*, document: Document, template: dict[str, Any], blob: Blob, actor: None, at: dt.datetime) -> Rendition:
    row: Rendition
    row, made = Rendition.objects.get_or_create(
        company=document.company,
        document=document,
        format="pdf",
        template=template["name"],
        template_version=template["version"],
        defaults={"blob": blob, "fingerprint": renderer_fingerprint()},
    )
    if made:
        publish(
            "document.rendered",
            company=document.company,
            subject=("document", document.uuid),
            data={"sha256": blob.sha256, "bytes": blob.size},
            actor=actor,
            at=at,
        )
    return row


def preview_draft(*, document_id: int, at: dt.datetime) -> None:
    """Render a draft as it is now and leave its bytes in the cache under `preview_key` for ten minutes; nothing is stored."""
    refuse_in_action("rendering")
    document = Document.objects.select_related("company").get(pk=document_id)
    today = local_date(at, document.company.time_zone)
    sources = read(document.company_id, [document_id], today)
    source = sources.documents[document_id]
    data = rendered(document.company, *draft_parts(source, sources, today), created=at, draft=True)
    cache.set(preview_key(document.uuid, source.document["revision"]), data, PREVIEW_SECONDS)
