"""Pages that correct an issued document: credit note, cancelling, debit note, write-off."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.actions.credit import cancel as cancel_document
from billing.actions.credit import draft_credit, draft_debit, reissue
from billing.actions.write_off import recover_write_off
from billing.actions.write_off import write_off as give_up
from billing.documents.original import Corrected, read_corrected
from billing.forms.notes import AMOUNT, LINES, CancelForm, CreditForm, DebitForm, UndoForm, WriteOffForm
from billing.models import Document
from billing.reports.corrections import described
from billing.states import DEMANDS, DocumentState, Reason
from billing.views.common import one
from invoicing_site import clock
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.web import OfficeRequest, office, once


@office("documents.credit")
def credit(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Choose what is taken back; the draft of the credit note follows, to be looked at and issued."""
    found = one(request, document)
    corrected = read_corrected(request.company, uuid=found.uuid)
    if corrected is None or not correctable(found) or not any(line.left for line in corrected.billed.lines):
        return back(request, found, _("Nothing on this document is left to credit."))
    form = CreditForm(request.POST or None, corrected=corrected)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            return once(request, lambda: _drafted(request, found, form, at), at=at)
        except BusinessError as error:
            form.refuse(error)
    context = {"document": found, "form": form, "corrected": corrected, "lines": _lines(found, corrected, form)}
    return render(request, "billing/documents/credit.html", context, status=422 if form.errors else 200)


def _drafted(request: OfficeRequest, found: Document, form: CreditForm, at: dt.datetime) -> str:
    typed = form.cleaned_data
    chosen = form.choices() if typed["how"] == LINES else []
    if typed["how"] == LINES and not chosen:
        raise BusinessError("credit.nothing_chosen", "how")
    note = draft_credit(
        company=request.company,
        document_uuid=found.uuid,
        reason_code=typed["reason_code"],
        reason=typed["reason"],
        lines=chosen,
        amount=typed["amount"] if typed["how"] == AMOUNT else None,
        actor=request.actor,
        at=at,
    )
    messages.success(request, _("The credit note is drafted. Look at it, then issue it."))
    return address(request, note)


def _lines(found: Document, corrected: Corrected, form: CreditForm) -> list[dict[str, Any]]:
    """Every line of the document that has something left, its words and its fields."""
    words = described(found)
    return [
        {"words": words.get(line.id), "line": line, "quantity": quantity, "amount": amount}
        for line, quantity, amount in form.rows
    ]


@office("documents.credit")
def cancel(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Cancel it by a credit note over all that is left, issued at once; draft it anew where that is wished."""
    found = one(request, document)
    if not correctable(found):
        return back(request, found, _("This document cannot be cancelled."))
    initial = {"again": "again" in request.GET}
    form = CancelForm(request.POST or None, initial=initial)

    def work(at: dt.datetime) -> str:
        given: dict[str, Any] = {
            "company": request.company,
            "document_uuid": found.uuid,
            "actor": request.actor,
            "at": at,
        }
        reason = form.cleaned_data["reason"]
        if form.cleaned_data["again"]:
            draft = reissue(**given, reason=reason)
            messages.success(request, _("It is cancelled, and drafted anew."))
            return reverse("billing:document_edit", args=[request.company.slug, draft.uuid])
        note = cancel_document(**given, reason=reason)
        messages.success(request, _("It is cancelled by %(number)s.") % {"number": note.number})
        return address(request, found)

    def prepared(at: dt.datetime) -> str:
        """Above the threshold the note waits as a draft for the second person."""
        note = draft_credit(
            company=request.company,
            document_uuid=found.uuid,
            reason_code=Reason.CANCELLED,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        messages.info(
            request, _("A second person has to agree. The credit note is drafted: ask for leave by issuing it.")
        )
        return address(request, note)

    title, button = _("Cancel %(number)s") % {"number": found.number}, _("Cancel document")
    text = _("A credit note takes back all that is left. What was paid becomes credit of the client.")
    return simple(request, found, form, work, title, text, button, instead=prepared)


@office("documents.credit")
def debit(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Ask for more than was billed: a draft that is edited and issued like an invoice."""
    found = one(request, document)
    if not correctable(found):
        return back(request, found, _("This document cannot be corrected."))
    form = DebitForm(request.POST or None)

    def work(at: dt.datetime) -> str:
        note = draft_debit(
            company=request.company,
            document_uuid=found.uuid,
            **{name: form.cleaned_data[name] for name in ("description", "amount", "reason_code", "reason")},
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("The debit note is drafted. Look at it, then issue it."))
        return address(request, note)

    title = _("Debit note for %(number)s") % {"number": found.number}
    text = _("For what was billed too low. It is taxed as the first line of the document; change it in the draft.")
    return simple(request, found, form, work, title, text, _("Draft debit note"))


@office("documents.write_off")
def write_off(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Give up what is open."""
    found = one(request, document)
    if not found.is_owed:
        return back(request, found, _("Nothing of this document is open."))
    form = WriteOffForm(request.POST or None, initial={"amount": found.open_amount})

    def work(at: dt.datetime) -> str:
        give_up(
            company=request.company,
            document_uuid=found.uuid,
            **{name: form.cleaned_data[name] for name in ("amount", "tax_relief", "reason")},
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("It is written off."))
        return address(request, found)

    title = _("Write off %(number)s") % {"number": found.number}
    text = _("Give up what nobody will pay. Should it be paid after all, take the write-off back.")
    return simple(request, found, form, work, title, text, _("Write off"))


@office("documents.write_off", methods=("POST",))
def recover(request: OfficeRequest, document: uuid.UUID, settlement: uuid.UUID) -> HttpResponse:
    """Take a write-off back."""
    found, at = one(request, document), clock.now()
    form = UndoForm(request.POST)

    def work() -> str:
        recover_write_off(
            company=request.company,
            settlement_uuid=settlement,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("The write-off is taken back; the amount is open again."))
        return address(request, found)

    return undone(request, found, form, work, at)


def undone(
    request: OfficeRequest, found: Document, form: forms.Form, work: Callable[[], str], at: dt.datetime
) -> HttpResponse:
    """Do `work` once; what refuses it is said on the document's page."""
    if not form.is_valid():
        return back(request, found, _("Give a reason; it stays in the history."))
    try:
        return once(request, work, at=at, reason=form.cleaned_data["reason"])
    except BusinessError as error:
        return back(request, found, sentence(error))


def correctable(found: Document) -> bool:
    return found.state == DocumentState.ISSUED and found.kind in DEMANDS


def address(request: OfficeRequest, document: Document) -> str:
    return reverse("billing:document", args=[request.company.slug, document.uuid])


def back(request: OfficeRequest, found: Document, why: str) -> HttpResponse:
    messages.warning(request, why)
    return redirect(address(request, found))


def simple(
    request: OfficeRequest,
    found: Document,
    form: forms.Form,
    work: Callable[[dt.datetime], str],
    title: str,
    text: str,
    button: str,
    instead: Callable[[dt.datetime], str] | None = None,
) -> HttpResponse:
    """A page of one form; `instead` is done where `work` needs a second person first."""
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        reason = form.cleaned_data.get("reason", "")
        try:
            return once(request, lambda: work(at), at=at, reason=reason)
        except ApprovalNeeded:
            if instead is None:
                raise
            step = instead
            return once(request, lambda: step(at), at=at, reason=reason)
        except BusinessError as error:
            add_business_error(form, error)
    context = {"document": found, "form": form, "title": title, "text": text, "button": button}
    return render(request, "billing/documents/note_form.html", context, status=422 if form.errors else 200)
