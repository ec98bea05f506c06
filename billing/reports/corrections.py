"""What corrects a document and what it corrects, where credit went, and what it could still settle."""

from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import get_language

from billing.models import Document, Line, Settlement
from billing.states import Kind, SettlementKind
from invoicing_site.formats import format_money

LIMIT = 200
SHOWN = (
    SettlementKind.CREDIT, SettlementKind.APPLIED, SettlementKind.OUTSIDE, SettlementKind.REFUND, SettlementKind.WRITE_OFF,
)  # fmt: skip


def described(document: Document) -> dict[int, Line]:
    """The lines of a document by id, for their words. One query."""
    return {line.pk: line for line in Line.objects.filter(document=document)}


def settleable(note: Document) -> list[Any]:
    """Open documents the credit of `note` could settle, oldest due first; each says in `label` what it has open. One query."""
    rows = Document.objects.for_company(note.company_id).open().filter(client=note.client_id, currency=note.currency)
    found = list(rows.order_by("due_on", "pk")[:LIMIT])
    language = get_language() or "en"
    for row in found:
        row.label = f"{row.number} – {format_money(row.open_amount, row.currency, language)}"
    return found


def linked(document: Document) -> list[Any]:
    """Documents it corrects or replaces, and the other way round, each with its `relation`. One query."""
    ids = [key for key in (document.corrects_id, document.replaces_id, document.follows_id) if key]
    own = Document.objects.for_company(document.company_id).filter(
        Q(corrects=document) | Q(replaces=document) | Q(pk__in=ids)
    )
    found = list(own.order_by("pk"))
    for row in found:
        row.relation = _relation(document, row)
    return found


def _relation(document: Document, other: Document) -> str:
    if other.pk == document.corrects_id:
        return "corrects"
    if other.pk == document.replaces_id:
        return "replaces"
    if other.corrects_id == document.pk:
        return "corrected_by"
    return "replaced_by" if other.replaces_id == document.pk else "follows"


def credit_moves(document: Document) -> list[Any]:
    """What credit or a write-off settled: each row with the `other` document it moved to or from, and its `inverse`. One query."""
    rows = Settlement.objects.filter(document=document, kind__in=SHOWN, reverses=None).order_by("pk")
    found = list(rows.select_related("reversed_by", "counterpart__document", "matched_by__document"))
    for row in found:
        matched = getattr(row, "matched_by", None)
        row.other = row.counterpart.document if row.counterpart else matched.document if matched else None
        row.inverse = getattr(row, "reversed_by", None)
    return found


def why_note_stays(note: Document) -> str:
    """The code of what keeps a credit note from being voided beside what it took of its own document. At most two queries."""
    own = Settlement.objects.filter(
        document=note,
        kind=SettlementKind.APPLIED,
        reverses=None,
        reversed_by=None,
        matched_by__document=note.corrects_id,
    )
    if note.open_amount + (own.aggregate(total=Sum("amount"))["total"] or 0) != note.payable:
        return "credit.used"
    later = Document.objects.issued().filter(corrects=note.corrects_id, kind=Kind.CREDIT_NOTE)
    return "credit.later_note" if later.filter(snapshot__pk__gt=note.snapshot.pk).exists() else ""
