"""From snapshot to stored e-invoice: written once after issue, kept under its hash (SPEC B15)."""

import datetime as dt
from typing import Any

from lxml import etree

from billing.documents import snapshot
from billing.documents.einvoice import written
from billing.documents.einvoice.codes import Profile
from billing.documents.einvoice.rulebooks import route_of, schema_errors
from billing.models import Document, Rendition, Snapshot
from billing.reports.einvoices import profile_of
from invoicing_site import files
from invoicing_site.action import action
from invoicing_site.context import refuse_in_action
from invoicing_site.events import publish
from invoicing_site.models import Blob, Company

# A change of the writer that could alter a byte gets a new number; what is stored stays as it was written.
WRITER = 1
MEDIA_TYPE = "application/xml"
FINGERPRINT = f"einvoice-{WRITER} lxml-{'.'.join(map(str, etree.LXML_VERSION[:3]))}"


class Unwritable(Exception):
    """The written XML is not valid against its schema: nothing is stored, and somebody has to look."""

    reason = "schema"


def render_einvoice(*, document_id: int, at: dt.datetime) -> Rendition | None:
    """Write and keep the e-invoice of an issued document; None where its client gets none. A repeat returns the kept one.

    Raises Unwritable, files.Damaged (an attached file), KeyError for a snapshot without what every issued document has. Publishes
    document.einvoice_written.
    """
    refuse_in_action("writing an e-invoice")
    row = Snapshot.objects.select_related("document__company").get(document_id=document_id)
    facts, parties = snapshot.open_parts(bytes(row.facts), bytes(row.parties))
    profile = profile_of(parties, facts["kind"])
    if profile is None:
        return None
    syntax = route_of(profile)
    kept = Rendition.objects.filter(document_id=document_id, format=syntax, template=profile.name)
    found: Rendition | None = kept.order_by("-id").first()
    if found is not None:
        return found
    company = row.document.company
    data = written(syntax, facts, parties, profile, _files(company, facts))
    if schema_errors(data, syntax):
        raise Unwritable(row.document.uuid)
    blob = files.keep(company, data, MEDIA_TYPE)
    return _keep(document=row.document, syntax=syntax, profile=profile, blob=blob, actor=None, at=at)


def _files(company: Company, facts: dict[str, Any]) -> dict[str, bytes]:
    hashes = [each["sha256"] for each in facts.get("attachments") or ()]
    blobs = Blob.objects.for_company(company).filter(sha256__in=hashes) if hashes else ()
    return {blob.sha256: files.fetch(blob) for blob in blobs}


@action
def _keep(*, document: Document, syntax: str, profile: Profile, blob: Blob, actor: None, at: dt.datetime) -> Rendition:
    row: Rendition
    row, made = Rendition.objects.get_or_create(
        company=document.company,
        document=document,
        format=syntax,
        template=profile.name,
        template_version=WRITER,
        defaults={"blob": blob, "fingerprint": FINGERPRINT},
    )
    if made:
        publish(
            "document.einvoice_written",
            company=document.company,
            subject=("document", document.uuid),
            data={"format": syntax, "profile": profile.name, "sha256": blob.sha256, "bytes": blob.size},
            actor=actor,
            at=at,
        )
    return row
