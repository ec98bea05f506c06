"""The e-invoice of an issued document: which one its client gets, and the stored file."""

from typing import Any

from billing.documents import snapshot
from billing.documents.einvoice.codes import PROFILES, Profile
from billing.models import Document, Rendition, Snapshot
from billing.rules.einvoice import CARRIED

FORMATS = ("ubl", "cii")


def profile_of(parties: dict[str, Any], kind: str) -> Profile | None:
    """The profile frozen at issue; None where the client gets no e-invoice, and for kinds that are none."""
    return PROFILES.get(parties["buyer"].get("einvoice") or "") if kind in CARRIED else None


def wanted(document: Document) -> Profile | None:
    """The same for a document, from its snapshot; None for a draft. One query."""
    row = Snapshot.objects.filter(document=document).first()
    if row is None or document.kind not in CARRIED:
        return None
    return profile_of(snapshot.open_parts(bytes(row.facts), bytes(row.parties))[1], document.kind)


def stored(document: Document) -> Rendition | None:
    """The XML as it was written after issue. One query."""
    rows = Rendition.objects.filter(document=document, format__in=FORMATS)
    found: Rendition | None = rows.select_related("blob__company").order_by("-id").first()
    return found
