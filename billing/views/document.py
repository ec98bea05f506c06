"""The page of one document, and the verbs that stand on it."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from billing.actions import checks_tax
from billing.actions.checks_rates import cautions
from billing.actions.drafts import delete_draft
from billing.actions.issue import issue as issue_document
from billing.actions.leave import amount_above
from billing.actions.preflight import problems
from billing.actions.radar import dismiss
from billing.actions.void import record_delivery
from billing.actions.void import void as void_document
from billing.forms.verbs import DeliveryForm, VoidForm
from billing.models import Document
from billing.reports import page as read
from billing.reports.hints import hints, soft_locked, why_not_void
from billing.reports.labels import badge_of
from billing.reports.radar import twins
from billing.views.common import one, sources_of, today_of
from billing.views.files import file_for
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.web import OfficeRequest, office, once
from invoicing_site.wiring import DOCUMENT_PANELS


@office("documents.view", methods=("GET",))
def show(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    return page(request, one(request, document))


@office("documents.issue", methods=("POST",))
def issue(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Issue the draft at the revision that was on the page; twice is once."""
    found, at = one(request, document), clock.now()
    revision = request.POST.get("revision", "")

    def work() -> str:
        issued = issue_document(
            company=request.company,
            document_uuid=found.uuid,
            revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
            unless_twin="twins" not in request.POST,
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("%(number)s is issued.") % {"number": issued.number})
        return here(request, found)

    try:
        return once(request, work, at=at)
    except BusinessError as error:
        return page(request, one(request, document), refused=error, status=422)


@office("documents.issue", methods=("POST",))
def no_twin(request: OfficeRequest, document: uuid.UUID, candidate: uuid.UUID) -> HttpResponse:
    """Remember that the draft is no duplicate of an issued document."""
    found, other = one(request, document), one(request, candidate)
    try:
        dismiss(
            company=request.company,
            document_uuid=found.uuid,
            candidate_uuid=other.uuid,
            actor=request.actor,
            at=clock.now(),
        )
    except BusinessError as error:
        return page(request, one(request, document), refused=error, status=422)
    return redirect(here(request, found) + "#issue")


@office("documents.void", methods=("POST",))
def void(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    found, at = one(request, document), clock.now()
    form = VoidForm(request.POST)
    if not form.is_valid():
        return page(request, found, void_form=form, status=422)

    def work() -> str:
        void_document(
            company=request.company,
            document_uuid=found.uuid,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("%(number)s is void.") % {"number": found.number})
        return here(request, found)

    try:
        return once(request, work, at=at)
    except BusinessError as error:
        return page(request, one(request, document), refused=error, status=422)


@office("documents.issue", methods=("POST",))
def deliver(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Note that the document reached the client outside this system."""
    found = one(request, document)
    form = DeliveryForm(request.POST)
    if form.is_valid():
        try:
            record_delivery(
                company=request.company,
                document_uuid=found.uuid,
                on=form.cleaned_data["on"],
                actor=request.actor,
                at=clock.now(),
            )
            messages.success(request, _("The delivery is noted."))
            return redirect(here(request, found))
        except BusinessError as error:
            if error.field != "on":
                return page(request, one(request, document), refused=error, status=422)
            form.add_error("on", sentence(error))
    return page(request, found, delivery_form=form, status=422)


@office("documents.edit", methods=("POST",))
def delete(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Remove a draft for good; it has no number yet."""
    found = one(request, document)
    try:
        delete_draft(company=request.company, document_uuid=found.uuid, actor=request.actor, at=clock.now())
    except BusinessError as error:
        return page(request, one(request, document), refused=error, status=422)
    messages.success(request, _("The draft is deleted."))
    return redirect("billing:documents", company=request.company.slug)


def here(request: OfficeRequest, document: Document) -> str:
    return reverse("billing:document", args=[request.company.slug, document.uuid])


def page(
    request: OfficeRequest,
    document: Document,
    *,
    refused: BusinessError | None = None,
    void_form: forms.Form | None = None,
    delivery_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    today = today_of(request)
    context: dict[str, Any] = {
        "document": document,
        "badge": badge_of(document, today),
        "refused": sentence(refused) if refused else "",
        "entries": read.timeline_of(document),
        "panels": panels(request, document),
        "why": f"{here(request, document)}explain/",
    }
    if document.is_draft:
        context |= _draft(request, document, today)
    else:
        context |= {
            "paper": read.issued_view(document),
            "file": file_for(document),
            "proof": read.proof_of(document),
            "why_not_void": why_not_void(document, request.company, request.actor),
            "void_form": void_form or VoidForm(),
            "delivery_form": delivery_form or DeliveryForm(initial={"on": today}),
            "late": (today - document.due_on).days if document.due_on else 0,
        }
    return render(request, "billing/documents/show.html", context, status=status)


def _draft(request: OfficeRequest, document: Document, today: dt.date) -> dict[str, Any]:
    sources = sources_of(request, document, today)
    source, issue_date = sources.documents[document.pk], document.issue_date or today
    found: list[BusinessError] = problems(source, sources, today)
    found += soft_locked(issue_date, sources, request.company, request.actor)
    paper = None
    try:
        paper = read.draft_view(document, sources, today)
    except BusinessError as error:
        found.append(error)
    return {
        "hints": hints(found, document, request.company),
        "twins": twins(source.document, today),
        "for_two": amount_above(source, sources, document.total) is not None,
        "cautions": hints(
            [*cautions(source, sources, today), *checks_tax.cautions(request.company, source)],
            document,
            request.company,
        ),
        "paper": paper,
        "number": read.number_to_come(sources, document, today),
        "issue_date": issue_date,
        "due_on": issue_date + dt.timedelta(days=document.net_days),
        "changed": read.last_change(document),
    }


def panels(request: OfficeRequest, document: Document) -> list[str]:
    """What the floors above say about the document (wiring.DOCUMENT_PANELS)."""
    answers = [import_string(path)(request, document) for path in DOCUMENT_PANELS]
    return [render_to_string(answer[0], answer[1], request) for answer in answers if answer]
