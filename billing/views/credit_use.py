"""What is done with the credit of an issued credit note: used for another document, settled outside; and back again."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from billing.actions.client_credit import apply_credit, settle_outside, unapply_credit, undo_outside
from billing.forms.notes import ApplyForm, OutsideForm, UndoForm
from billing.models import Document, Settlement
from billing.reports.corrections import settleable
from billing.states import DocumentState, Kind, SettlementKind
from billing.views.common import one, uuid_in
from billing.views.notes import address, back, simple, undone
from invoicing_site import clock
from invoicing_site.web import OfficeRequest, office


@office("documents.credit")
def apply(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Use it for an open document of the same client and currency."""
    note = one(request, document)
    documents = settleable(note) if _has_credit(note) else []
    if not documents:
        return back(request, note, _("There is no open document this credit could settle."))
    initial = {"amount": min(note.open_amount, documents[0].open_amount)}
    form = ApplyForm(request.POST or None, documents=documents, initial=initial)

    def work(at: dt.datetime) -> str:
        apply_credit(
            company=request.company,
            note_uuid=note.uuid,
            document_uuid=uuid_in(form.cleaned_data["document"]),
            amount=form.cleaned_data["amount"],
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("The credit is applied."))
        return address(request, note)

    title = _("Apply credit of %(number)s") % {"number": note.number}
    return simple(
        request, note, form, work, title, _("It lowers what the chosen document has open."), _("Apply credit")
    )


@office("documents.credit")
def outside(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """It was made good where this system does not look."""
    note = one(request, document)
    if not _has_credit(note):
        return back(request, note, _("Nothing of this credit is left."))
    form = OutsideForm(request.POST or None, initial={"amount": note.open_amount})

    def work(at: dt.datetime) -> str:
        settle_outside(
            company=request.company,
            note_uuid=note.uuid,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("It is noted as settled outside."))
        return address(request, note)

    title = _("%(number)s was settled outside") % {"number": note.number}
    text = _("The client had it made good in another way. No money moves here.")
    return simple(request, note, form, work, title, text, _("Note as settled"))


@office("documents.credit", methods=("POST",))
def undo(request: OfficeRequest, document: uuid.UUID, settlement: uuid.UUID) -> HttpResponse:
    """Take credit back from where it went."""
    found, at = one(request, document), clock.now()
    row = Settlement.objects.filter(company=request.company, uuid=settlement, document=found).first()
    form = UndoForm(request.POST)

    def work() -> str:
        verb = undo_outside if row is not None and row.kind == SettlementKind.OUTSIDE else unapply_credit
        verb(
            company=request.company,
            settlement_uuid=settlement,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("It is undone."))
        return address(request, found)

    return undone(request, found, form, work, at)


@office("documents.view", methods=("GET",))
def settlement(request: OfficeRequest, settlement: uuid.UUID) -> HttpResponse:
    """What settled a document has no page of its own: it stands on the document's."""
    row = Settlement.objects.filter(company=request.company, uuid=settlement).select_related("document").first()
    if row is None:
        raise Http404
    return redirect(f"{address(request, row.document)}#corrections")


def _has_credit(note: Document) -> bool:
    return note.kind == Kind.CREDIT_NOTE and note.state == DocumentState.ISSUED and note.open_amount > 0
