"""What an e-mail with a document says: figures and names in the mail's language, a button, the PDF (SPEC D2, B17)."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from stdnum import iso11649

from billing.documents.wording import Wording
from billing.models import Document, Rendition
from billing.reports import einvoices
from billing.reports.attachments import of_document
from billing.states import OFFERS, DocumentState, Kind
from invoicing_site import clock, files
from invoicing_site.actions.links import link_url
from invoicing_site.letters import Attachment, Letter, NotReady, Refused
from invoicing_site.models import Link, Mail

XML_BESIDE = frozenset({"xrechnung", "peppol"})


def document(mail: Mail) -> Letter:
    """The letter of a mail of kind "document"; its options hold `note`, `attach` and the id of its `link`.

    Raises Refused when the document is void or gone or the link is closed, NotReady until the PDF that goes along is made,
    files.Damaged when its stored bytes are not the ones that were stored.
    """
    rows = Document.objects.for_company(mail.company).select_related("client", "company")
    found: Document | None = rows.filter(uuid=mail.subject).first()
    if found is None or found.state != DocumentState.ISSUED:
        raise Refused("mail.document_gone")
    link = _link(mail)
    with translation.override(mail.language):
        return Letter(
            values=values(found, mail),
            button=(label(found, link.purpose), link_url(link)),
            attachments=_attachments(found) if mail.options.get("attach") else (),
        )


def preview(found: Document, mail: Mail, *, pays: bool) -> Letter:
    """The same for a mail not yet queued: no file is read, and the button leads nowhere yet."""
    with translation.override(mail.language):
        return Letter(
            values=values(found, mail), button=(label(found, "pay" if pays else "view"), f"{settings.BASE_URL}/l/…/")
        )


def values(found: Document, mail: Mail) -> dict[str, str]:
    """Every placeholder's text. One query, for the name of whoever reads the recipient's mailbox."""
    wording = Wording.of(mail.language, found.company.country, found.currency)
    attached = mail.options.get("attach")
    return {
        "greeting": _greeting(found, mail.recipient),
        "recipient": mail.recipient,
        "client": found.client.name,
        "company": found.company.name,
        "kind": wording.texts["kinds"][found.kind],
        "what": _within(wording.texts["kinds"][found.kind], wording.language),
        "number": found.number or "",
        "date": _day(found.issue_date, wording),
        "amount": wording.money(str(found.total)),
        "open": wording.money(str(found.open_amount)),
        "due": _day(found.due_on, wording),
        "valid_until": _day(found.valid_until, wording),
        "reference": _reference(found),
        "file": gettext("The PDF is attached.") if attached else gettext("You find it behind the button below."),
        "note": str(mail.options.get("note", "")),
    }


def label(found: Document, purpose: str) -> str:
    if found.kind in OFFERS:
        return gettext("View and answer")
    if purpose == "pay" and found.is_owed:
        return gettext("View and pay")
    return gettext("View the invoice") if found.kind == Kind.INVOICE else gettext("View the document")


def _within(kind: str, language: str) -> str:
    """The kind's name inside a sentence; German writes it large there too."""
    return kind if language == "de" else kind[:1].lower() + kind[1:]


def _greeting(found: Document, recipient: str) -> str:
    contact = found.client.contacts.filter(email__iexact=recipient).order_by("id").first() if recipient else None
    return gettext("Hello %(name)s,") % {"name": contact.name} if contact else gettext("Hello,")


def _day(day: dt.date | None, wording: Wording) -> str:
    return wording.day(day.isoformat()) if day else ""


def _reference(found: Document) -> str:
    reference = found.payment_reference or ""
    return iso11649.format(reference) if iso11649.is_valid(reference) else reference


def _link(mail: Mail) -> Link:
    row: Link | None = None
    if named := mail.options.get("link"):
        row = Link.objects.for_company(mail.company).filter(uuid=uuid.UUID(named)).first()
    if row is None or row.revoked_at is not None or row.expires_at <= clock.now():
        raise Refused("mail.link_closed")
    return row


def transmission(mail: Mail) -> Letter:
    """The XML of a document for somebody who takes e-invoices on; its options name the transmission.

    Raises Refused when the document is void or gone, NotReady until the XML is written, files.Damaged.
    """
    rows = Document.objects.for_company(mail.company).select_related("client", "company")
    found: Document | None = rows.filter(uuid=mail.subject).first()
    if found is None or found.state != DocumentState.ISSUED:
        raise Refused("mail.document_gone")
    xml = einvoices.stored(found)
    if xml is None:
        raise NotReady
    values = {"number": found.number or "", "company": found.company.name, "client": found.client.name}
    name = "".join(c if (c.isalnum() and c.isascii()) or c in "-_." else "-" for c in found.number or "")
    return Letter(values=values, attachments=(Attachment(f"{name}.xml", xml.blob.media_type, files.fetch(xml.blob)),))


def _attachments(found: Document) -> tuple[Attachment, ...]:
    """The PDF, beside it the XML where that is the invoice itself (a Factur-X PDF carries its own), and the files chosen to go with it."""
    rows = Rendition.objects.for_company(found.company).filter(document=found, format="pdf")
    rendition: Any = rows.select_related("blob__company").order_by("-id").first()
    if rendition is None:
        raise NotReady
    name = "".join(c if (c.isalnum() and c.isascii()) or c in "-_." else "-" for c in found.number or "")
    pdf = Attachment(f"{name}.pdf", rendition.blob.media_type, files.fetch(rendition.blob))
    profile = einvoices.wanted(found)
    beside = [Attachment(row.name, row.blob.media_type, files.fetch(row.blob)) for row in of_document(found)]
    if profile is None or profile.name not in XML_BESIDE:
        return (pdf, *beside)
    xml = einvoices.stored(found)
    if xml is None:
        raise NotReady
    return pdf, Attachment(f"{name}.xml", xml.blob.media_type, files.fetch(xml.blob)), *beside
