"""Offers answered by the office, and what is made of them: invoices, deposits; deposits taken off; opening balances."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.actions.deposits import deposit_from, take_off
from billing.actions.offers import answer_offer, invoice_from, withdraw_answer
from billing.actions.openings import Opening, record_openings
from billing.forms.kinds import DepositForm, OfficeAnswerForm, OpeningForm, WithdrawForm
from billing.models import Document
from billing.models.offer_answer import Via
from billing.reports.clients import label_of
from billing.views.common import one
from billing.views.document import here, page
from clients.models import Client
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.web import OfficeRequest, office, once

OFFERED = 50


def _again(request: OfficeRequest, document: Document, **forms: object) -> HttpResponse:
    """The document's page with a form that needs correction."""
    request.kind_forms = forms  # type: ignore[attr-defined]
    return page(request, one(request, document.uuid), status=422)


def _refused(request: OfficeRequest, document: Document, error: BusinessError) -> HttpResponse:
    return page(request, one(request, document.uuid), refused=error, status=422)


@office("documents.issue", methods=("POST",))
def answer(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """What the client said by telephone or post."""
    found = one(request, document)
    form = OfficeAnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        try:
            answer_offer(
                company=request.company,
                document_uuid=found.uuid,
                via=Via.OFFICE,
                actor=request.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("The answer is noted."))
            return redirect(here(request, found))
        except BusinessError as error:
            if error.field not in form.fields:
                return _refused(request, found, error)
            add_business_error(form, error)
    return _again(request, found, answer=form)


@office("documents.issue", methods=("POST",))
def withdraw(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    found = one(request, document)
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    if form.is_valid():
        try:
            withdraw_answer(
                company=request.company,
                document_uuid=found.uuid,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                at=clock.now(),
            )
            messages.success(request, _("The answer is taken back. The offer waits for one again."))
            return redirect(here(request, found))
        except BusinessError as error:
            if error.field != "reason":
                return _refused(request, found, error)
            add_business_error(form, error)
    return _again(request, found, withdraw=form)


@office("documents.edit", methods=("POST",))
def invoice(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Make the invoice of an offer, or open the one that was made; two clicks make one."""
    found = one(request, document)
    try:
        made = invoice_from(company=request.company, document_uuid=found.uuid, actor=request.actor, at=clock.now())
    except BusinessError as error:
        return _refused(request, found, error)
    messages.success(request, _("The invoice is drafted with the lines of %(number)s.") % {"number": found.number})
    return redirect(here(request, made))


@office("documents.edit", methods=("POST",))
def deposit(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """A draft deposit invoice over a part of an offer or of a draft invoice; acts once."""
    found, at = one(request, document), clock.now()
    form = DepositForm(request.POST, auto_id="deposit_%s")
    if not form.is_valid():
        return _again(request, found, deposit=form)

    def work() -> str:
        made = deposit_from(
            company=request.company,
            document_uuid=found.uuid,
            percent=form.cleaned_data["percent"],
            amount=form.cleaned_data["amount"],
            actor=request.actor,
            at=at,
        )
        messages.success(request, _("The deposit invoice is drafted."))
        return here(request, made)

    try:
        return once(request, work, at=at)
    except BusinessError as error:
        if error.field not in form.fields:
            return _refused(request, found, error)
        add_business_error(form, error)
        return _again(request, found, deposit=form)


@office("documents.edit", methods=("POST",))
def deposits(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Let a draft invoice take off exactly the deposits that are ticked."""
    found = one(request, document)
    revision = request.POST.get("revision", "")
    try:
        final = take_off(
            company=request.company,
            document_uuid=found.uuid,
            deposits=_uuids(request.POST.getlist("deposit")),
            revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
            actor=request.actor,
            at=clock.now(),
        )
    except BusinessError as error:
        return _refused(request, found, error)
    count = final.deposit_uses.count()
    text = ngettext("%(n)s deposit is taken off.", "%(n)s deposits are taken off.", count) % {"n": count}
    messages.success(request, text)
    return redirect(here(request, found))


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            raise BusinessError("not_found") from None
    return found


@office("documents.issue")
def opening(request: OfficeRequest) -> HttpResponse:
    """One opening balance; acts once."""
    at = clock.now()
    given = request.POST if request.method == "POST" else None
    form = OpeningForm(request.company, given, initial={"currency": request.company.currency})
    if form.is_valid():
        data = form.cleaned_data

        def work() -> str:
            values = {name: data[name] for name in ("number", "issue_date", "due_on", "amount", "currency", "text")}
            made = record_openings(
                company=request.company,
                openings=[Opening(client_id=data["client"].pk, **values)],
                actor=request.actor,
                at=at,
            )
            messages.success(request, _("%(number)s is entered.") % {"number": made[0].number})
            return reverse("billing:document", args=[request.company.slug, made[0].uuid])

        try:
            return once(request, work, at=at)
        except BusinessError as error:
            add_business_error(form, _at_its_field(error))
    rows = Client.objects.for_company(request.company).active().order_by("sort_name", "id").only("name", "number")
    context = {"form": form, "clients": [label_of(row) for row in rows[:OFFERED]]}
    return render(request, "billing/documents/opening.html", context, status=422 if form.errors else 200)


def _at_its_field(error: BusinessError) -> BusinessError:
    """The number of the page is what the document calls given elsewhere; its line and dates are the form's."""
    names = {
        "external_number": "number",
        "net_days": "due_on",
        "lines.0.unit_price": "amount",
        "lines.0.description": "text",
    }
    if error.field in names:
        return BusinessError(error.code, names[error.field], **error.params)
    return error
