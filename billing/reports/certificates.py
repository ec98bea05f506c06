"""What a client withheld of a document and how much of it is proven (wiring.DOCUMENT_PANELS)."""

from decimal import Decimal
from typing import Any

from billing.forms.certificates import RevokeForm
from billing.models import WithholdingCertificate
from invoicing_site.web import OfficeRequest


def panel(request: OfficeRequest, document: Any) -> tuple[str, dict[str, Any]] | None:
    """Certificates of an issued document some tax of which was withheld. One query."""
    if document.is_draft or not document.withheld:
        return None
    found = list(
        WithholdingCertificate.objects.for_company(request.company).filter(document=document.pk).order_by("id")
    )
    inverses = {row.reverses_id: row for row in found if row.reverses_id is not None}
    rows = [row for row in found if row.reverses_id is None]
    for row in rows:
        row.inverse = inverses.get(row.pk)
    proven = sum((row.amount for row in rows if row.inverse is None), Decimal(0))
    context = {
        "document": document,
        "certificates": rows,
        "left": document.withheld - proven,
        "revoke_form": RevokeForm(),
    }
    return "billing/documents/certificates.html", context
