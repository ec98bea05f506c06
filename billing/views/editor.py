"""The editor of drafts: a new one, a stored one, and what its buttons do where no script runs."""

import datetime as dt
import json
import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.actions.drafts import count, create_draft, save_draft
from billing.actions.propose import answer_for
from billing.forms.acts import act_on, with_client
from billing.forms.compare import differences
from billing.forms.documents import DocumentEditor
from billing.forms.header import STARTABLE
from billing.forms.lines import new_allowance, new_line
from billing.forms.menus import menus
from billing.forms.names import ALLOWANCE_NAMES, INSTALMENT_NAMES, LINE_NAMES, NEW_OF_KIND
from billing.forms.terms import new_instalment
from billing.models import Document, Series
from billing.reports.catalogue import Catalogue, client_by_uuid
from billing.reports.figures import Figures, figures_of
from billing.reports.page import last_change
from billing.rules.draft import Draft
from billing.rules.offers import valid_until
from billing.states import OFFERS, Kind
from billing.tax_engines import Answer
from billing.views.common import one, sources_of, today_of, uuid_in
from billing.views.explain import told_of_editor
from clients.models import Client
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.web import OfficeRequest, office, once

# The key of the rows the script clones.
BLANK = "__key__"
# Header fields most documents leave empty.
REFERENCES = (
    "buyer_reference", "contract", "delivery_note", "supply_from", "bank_account", "prices_include_tax"
)  # fmt: skip


@office("documents.edit")
def new(request: OfficeRequest) -> HttpResponse:
    """A new draft: empty, for ``?client=``, or as a copy of ``?copy=``."""
    today = today_of(request)
    catalogue = Catalogue(request.company, today)
    if request.method != "POST":
        editor = _started(request, catalogue, today)
        return _page(request, editor, today)
    editor = DocumentEditor.posted(catalogue, request.POST)
    if (act := request.POST.get("act", "save")) != "save":
        act_on(editor, act)
        return _page(request, editor, today)
    try:
        if draft := editor.draft():
            at = clock.now()
            taxes = answer_for(request.company, draft, today)
            return once(request, lambda: _created(request, draft, taxes, at), at=at)
    except BusinessError as error:
        editor.refuse(error)
    return _page(request, editor, today, status=422)


def _created(request: OfficeRequest, draft: Draft, taxes: Answer | None, at: dt.datetime) -> str:
    made = create_draft(company=request.company, draft=draft, actor=request.actor, at=at, taxes=taxes)
    messages.success(request, _("The draft is saved."))
    return reverse("billing:document", args=[request.company.slug, made.uuid])


@office("documents.edit")
def edit(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """The content of a draft.

    Saving names the revision that was looked at. Where somebody saved a newer one, both stand side by side, and
    nothing typed is lost; saving again then replaces theirs.
    """
    today, found = today_of(request), one(request, document)
    catalogue = Catalogue(request.company, today, found.bank_account_id)
    if request.method != "POST":
        if not found.is_draft:
            messages.info(request, _("This document is issued and cannot change any more."))
            return _to(request, found)
        if found.kind == Kind.CREDIT_NOTE:
            messages.info(
                request, _("A credit note takes back what was billed. To change it, delete the draft and start anew.")
            )
            return _to(request, found)
        return _page(request, _stored(request, found, catalogue, today), today, found)
    editor = DocumentEditor.posted(catalogue, request.POST)
    theirs = _stored(request, found, catalogue, today) if "conflict" in request.POST and found.is_draft else None
    if (act := request.POST.get("act", "save")) != "save":
        act_on(editor, act, theirs)
        return _page(request, editor, today, found, theirs)
    try:
        if draft := editor.draft():
            save_draft(
                company=request.company,
                document_uuid=found.uuid,
                draft=draft,
                revision=editor.revision or 0,
                actor=request.actor,
                at=clock.now(),
                taxes=answer_for(request.company, draft, today),
            )
            messages.success(request, _("The draft is saved."))
            return _to(request, found)
    except BusinessError as error:
        if error.code == "document.changed":
            found = one(request, document)
            theirs = _stored(request, found, catalogue, today)
            return _page(request, editor, today, found, theirs, status=409)
        editor.refuse(error)
    return _page(request, editor, today, found, theirs, status=422)


def _to(request: OfficeRequest, document: Document) -> HttpResponse:
    return redirect("billing:document", company=request.company.slug, document=document.uuid)


def _has_external(request: OfficeRequest, kind: str) -> bool:
    rows = Series.objects.for_company(request.company).filter(kind=kind, is_external=True)
    return kind in Kind.values and bool(rows.exists())


def _started(request: OfficeRequest, catalogue: Catalogue, today: dt.date) -> DocumentEditor:
    if "copy" in request.GET:
        original = one(request, uuid_in(request.GET["copy"]))
        draft = sources_of(request, original, today).documents[original.pk].draft()
        # The dates are the old document's; a copy bills a new supply.
        undated = replace(draft, issue_date=None, supply_from=None, supply_to=None)
        undated = replace(undated, external_number="", valid_until=valid_until(today) if draft.kind in OFFERS else None)
        return DocumentEditor.of_draft(catalogue, undated, original.client)
    client: Client | None = None
    if "client" in request.GET:
        client = client_by_uuid(request.company, uuid_in(request.GET["client"]))
        if client is None:
            raise Http404
    editor = DocumentEditor.blank(catalogue, client)
    kind = request.GET.get("kind", "")
    if kind in STARTABLE:
        editor.set_header(kind=kind, valid_until=valid_until(today) if kind in OFFERS else None)
    return editor


def _stored(request: OfficeRequest, document: Document, catalogue: Catalogue, today: dt.date) -> DocumentEditor:
    draft = sources_of(request, document, today).documents[document.pk].draft()
    return DocumentEditor.of_draft(catalogue, draft, document.client, document.revision)


def counted(request: OfficeRequest, editor: DocumentEditor, today: dt.date) -> tuple[Figures | None, dict[str, str]]:
    """The figures of what stands in the editor, and the amount by line; what refuses to be counted says so there."""
    try:
        draft = editor.preview()
        if draft is None:
            return None, {}
        draft = with_client(editor, draft)
        totals = count(request.company, draft, today)
    except BusinessError as error:
        editor.refuse(error)
        return None, {}
    figures = figures_of(request.company, draft, totals, today, editor.language)
    return figures, editor.show_amounts(totals, draft.currency)


def _page(
    request: OfficeRequest,
    editor: DocumentEditor,
    today: dt.date,
    document: Document | None = None,
    theirs: DocumentEditor | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    refused = status == 422
    figures, amounts = counted(request, editor, today)
    act, _colon, amount = request.POST.get("act", "").partition(":")
    told = told_of_editor(request, editor, today, amount) if act == "explain" else None
    if not refused:
        editor.forgive()
    if complaints := editor.complaints():
        editor.focus_first_error()
    slug = request.company.slug
    context = {
        "editor": editor,
        "heading": NEW_OF_KIND.get(editor.kind, NEW_OF_KIND[Kind.INVOICE]),
        "takes_number": (document is not None and bool(document.external_number))
        or _has_external(request, editor.kind),
        "document": document,
        "names": LINE_NAMES,
        "allowance_names": ALLOWANCE_NAMES,
        "instalment_names": INSTALMENT_NAMES,
        "menus": menus(editor),
        "blank_lines": [new_line(BLANK)],
        "blank_allowances": [new_allowance(BLANK)],
        "blank_instalments": [new_instalment(BLANK)],
        "more_open": editor.uses(*REFERENCES),
        "figures": figures,
        "amounts": json.dumps(amounts),
        "complaints": complaints,
        "obstacles": editor.obstacles(),
        "refused": refused,
        "theirs": theirs,
        "differences": differences(editor, theirs) if theirs else [],
        "changed": last_change(document) if theirs and document else None,
        "told": told,
        "explain_url": reverse("billing:document_explain_typed", args=[slug]),
        "totals_url": reverse("billing:document_totals", args=[slug]),
        "terms_url": reverse("billing:document_terms", args=[slug]),
    }
    if theirs:
        editor.revision = theirs.revision  # saving again is then meant
    return render(request, "billing/documents/edit.html", context, status=status)
