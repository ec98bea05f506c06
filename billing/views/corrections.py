"""The panel of a document's page that links it with what corrects it, and undoes what credit did (wiring.DOCUMENT_PANELS)."""

from typing import Any

from billing.forms.notes import UndoForm
from billing.models import Document
from billing.reports.corrections import credit_moves, linked
from billing.states import SettlementKind
from invoicing_site.web import OfficeRequest

# Who may undo what, and where; whatever else moved credit is undone as such.
UNDO = {
    SettlementKind.WRITE_OFF.value: ("documents.write_off", "billing:write_off_recover"),
    SettlementKind.REFUND.value: ("refunds.record", "payments:undo_credit_refund"),
}


def panel(request: OfficeRequest, document: Document) -> tuple[str, dict[str, Any]] | None:
    """Two queries, of a draft one; None where there is nothing to show."""
    others = linked(document)
    moves = [] if document.is_draft else credit_moves(document)
    for row in moves:
        row.form = UndoForm(auto_id=f"undo_{row.pk}_%s")
        permission, row.route = UNDO.get(row.kind, ("documents.credit", "billing:settlement_undo"))
        row.may_undo = request.may(permission)
    if not others and not moves:
        return None
    return "billing/documents/corrections.html", {"document": document, "linked": others, "moves": moves}
