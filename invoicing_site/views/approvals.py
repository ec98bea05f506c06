"""The queue of approvals: ask for one, decide on one, take one back, carry one out (SPEC A5)."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions import approvals as verbs
from invoicing_site.errors import ApprovalNeeded, BusinessError
from invoicing_site.forms.approvals import ApprovalFilter, WhyForm
from invoicing_site.messages import sentence
from invoicing_site.models import ApprovalRequest
from invoicing_site.paging import keyset
from invoicing_site.reports import approvals as read
from invoicing_site.states import ApprovalState
from invoicing_site.web import OfficeRequest, office
from invoicing_site.wiring import CARRY_OUT

ASKING = ("ask", "note", "csrfmiddlewaretoken")


def one(request: OfficeRequest, approval: uuid.UUID) -> ApprovalRequest:
    rows = ApprovalRequest.objects.for_company(request.company).select_related("requested_by", "decided_by", "ended_by")
    found: ApprovalRequest | None = rows.filter(uuid=approval).first()
    if found is None:
        raise Http404
    found.company = request.company
    return found


@office("approvals.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Newest first; what waits unless asked otherwise."""
    form = ApprovalFilter(request.GET if "state" in request.GET else {"state": ApprovalState.WAITING})
    wanted = form.cleaned_data["state"] if form.is_valid() else None
    rows = ApprovalRequest.objects.none() if wanted is None else read.listed(request.company, wanted)
    page = keyset(rows, request.GET, "-id")
    lines = read.shown(request.company, page.rows, clock.now())
    context = {"form": form, "page": page, "lines": [(line, read.verb_of(line.row)) for line in lines]}
    return render(request, "office/approvals/index.html", context)


@office("approvals.view", methods=("GET",))
def show(request: OfficeRequest, approval: uuid.UUID) -> HttpResponse:
    return page(request, one(request, approval))


def page(
    request: OfficeRequest, row: ApprovalRequest, *, refused: str = "", why: WhyForm | None = None
) -> HttpResponse:
    at = clock.now()
    context = {
        "line": read.shown(request.company, [row], at)[0],
        "request_row": row,
        "title": read.verb_of(row),
        "details": read.said(row),
        "steps": read.steps(request, row, at),
        "why": why or WhyForm(),
        "refused": refused,
    }
    return render(request, "office/approvals/show.html", context, status=422 if refused or why else 200)


@office("approvals.decide", methods=("POST",))
def approve(request: OfficeRequest, approval: uuid.UUID) -> HttpResponse:
    return _act(request, approval, verbs.approve, _("Approved."))


@office("approvals.decide", methods=("POST",))
def reject(request: OfficeRequest, approval: uuid.UUID) -> HttpResponse:
    form = WhyForm(request.POST)
    if not form.is_valid():
        return page(request, one(request, approval), why=form)
    return _act(request, approval, verbs.reject, _("Refused."), reason=form.cleaned_data["reason"])


@office("approvals.view", methods=("POST",))
def withdraw(request: OfficeRequest, approval: uuid.UUID) -> HttpResponse:
    return _act(request, approval, verbs.withdraw, _("The request is withdrawn."))


@office("approvals.decide", methods=("POST",))
def carry_out(request: OfficeRequest, approval: uuid.UUID) -> HttpResponse:
    """Do what was approved as it stands there; documents and refunds are done on their own pages."""
    row = one(request, approval)
    if row.what not in CARRY_OUT:
        raise Http404
    if row.state == ApprovalState.USED:
        return _to(request, row)
    return _act(request, approval, import_string(CARRY_OUT[row.what]), _("It is done."))


def _act(request: OfficeRequest, approval: uuid.UUID, verb: Callable[..., Any], done: str, **more: str) -> HttpResponse:
    row = one(request, approval)
    try:
        verb(company=request.company, request_uuid=row.uuid, actor=request.actor, at=clock.now(), **more)
    except BusinessError as error:
        return page(request, one(request, approval), refused=sentence(error))
    messages.success(request, done)
    return _to(request, row)


def _to(request: OfficeRequest, row: ApprovalRequest) -> HttpResponse:
    return redirect("office:approval", request.company.slug, row.uuid)


def needed(request: OfficeRequest, error: ApprovalNeeded) -> HttpResponse:
    """A verb wants a second person (wiring.ASK): the page that asks, carrying the form along; its button asks.

    Reached through the guard of the page whose form was sent, so whoever asks may do the act itself.
    """
    act: Any = error.act
    if "ask" in request.POST:
        note = request.POST.get("note", "")[:300]
        try:
            row = verbs.ask(company=request.company, act=act, note=note, actor=request.actor, at=clock.now())
        except BusinessError as refusal:  # somebody switched the rule off meanwhile
            messages.info(request, sentence(refusal))
            return redirect("office:approvals", request.company.slug)
        messages.success(request, _("Approval is asked for."))
        return _to(request, row)
    pairs = [(name, value) for name, values in request.POST.lists() if name not in ASKING for value in values]
    context = {"act": act, "said": sentence(error), "pairs": pairs, "limit": verbs.limit_of(request.company, act.what)}
    return render(request, "office/approvals/needed.html", context, status=422)
