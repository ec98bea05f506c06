"""Explain this number: how an amount on a document, or of what stands in the editor, came about."""

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from billing.actions.drafts import input_of
from billing.documents.draft import draft_parts
from billing.forms.acts import with_client
from billing.forms.documents import DocumentEditor
from billing.models import Document
from billing.reports import page as read
from billing.reports.catalogue import Catalogue
from billing.reports.explained import Told, told_of_draft, told_of_facts
from billing.views.common import one, sources_of, today_of
from invoicing_site.errors import BusinessError
from invoicing_site.web import OfficeRequest, office


@office("documents.view", methods=("GET",))
def explain(request: OfficeRequest, document: uuid.UUID, amount: str) -> HttpResponse:
    """The steps of the amount at the path `amount`, such as ``lines/3/amount``: a page, for htmx only the steps.

    Of an issued document from what was frozen, of a draft as it would be issued today.
    """
    found, today = one(request, document), today_of(request)
    language = get_language() or "en"
    facts = _draft_facts(request, found, today) if found.is_draft else read.issued_facts(found)
    told = told_of_facts(request.company, facts, amount, language)
    if told is None:
        raise Http404
    url = reverse("billing:document", args=[request.company.slug, found.uuid])
    context = {"document": found, "told": told, "why": f"{url}explain/", "document_url": url}
    part = getattr(request, "htmx", False)
    return render(request, f"billing/documents/explain/{'steps' if part else 'page'}.html", context)


@office("documents.edit", methods=("POST",))
def typed(request: OfficeRequest) -> HttpResponse:
    """The steps of an amount of what stands in the editor, as the button ``act`` names it; stores nothing.

    Where there are none, because it cannot be added up yet, the answer says so.
    """
    today = today_of(request)
    editor = DocumentEditor.posted(Catalogue(request.company, today), request.POST, of_preview=True)
    amount = request.POST.get("act", "").partition(":")[2] or "total"
    told = told_of_editor(request, editor, today, amount)
    return render(request, "billing/documents/explain/steps.html", {"told": told})


def told_of_editor(request: OfficeRequest, editor: DocumentEditor, today: dt.date, amount: str) -> Told | None:
    """The steps of the amount at the path `amount`, or of the line with that key; None where there are none."""
    what, _colon, key = amount.partition(":")
    if what == "line":
        place = next((place for place, row in enumerate(editor.counting, start=1) if row.key == key), 0)
        amount = f"lines/{place}/amount"
    try:
        draft = editor.preview()
        if draft is None:
            return None
        draft = with_client(editor, draft)
        counted = input_of(request.company, draft, today)
        return told_of_draft(request.company, draft, counted, today, amount, editor.language)
    except BusinessError:
        return None


def _draft_facts(request: OfficeRequest, document: Document, today: dt.date) -> dict[str, Any]:
    sources = sources_of(request, document, today)
    try:
        return draft_parts(sources.documents[document.pk], sources, today)[0]
    except BusinessError:
        raise Http404 from None
