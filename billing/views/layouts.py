"""Settings of layouts: saved as versions, looked at on the screen and as PDF, put in use (SPEC B14)."""

import logging
import re
import uuid
from dataclasses import replace
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.actions.layouts import leave_layout, save_layout, use_layout
from billing.documents.custom.source import STARTER, opened
from billing.documents.html import sheets, to_html
from billing.documents.preview import layout_key
from billing.documents.specimen import ample, letterhead
from billing.documents.view import document_view
from billing.forms.layouts import CustomForm, LayoutForm, initial
from billing.models import Layout
from billing.models.layout import Look
from billing.reports.layouts import newest, versions
from billing.rules.layout import BASES, DEFAULTS, checked
from billing.views.files import ASK_SECONDS
from invoicing_site import clock, files
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.queues import RENDER
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office

log = logging.getLogger(__name__)
STYLES = Path(settings.BASE_DIR) / "static" / "documents"
FEW = 4


def one(request: OfficeRequest, layout: uuid.UUID) -> Layout:
    rows = Layout.objects.for_company(request.company).select_related("source")
    found: Layout | None = rows.filter(uuid=layout).first()
    if found is None:
        raise Http404
    found.company = request.company
    return found


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    context = {"layouts": newest(request.company), "tabs": tabs(request)}
    return render(request, "billing/settings/layouts.html", context)


@office("settings.edit")
def new(request: OfficeRequest) -> HttpResponse:
    """A first version; ``?own`` asks for an own template."""
    return _edited(request, None, own="own" in request.GET)


@office("settings.edit")
def edit(request: OfficeRequest, layout: uuid.UUID) -> HttpResponse:
    """A version, and the form that makes the next one of it."""
    found = one(request, layout)
    return _edited(request, found, own=found.look == Look.CUSTOM)


def _edited(request: OfficeRequest, found: Layout | None, *, own: bool) -> HttpResponse:
    form = _form(request, found, own=own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {"look": Look.CUSTOM, "options": {}, "markup": data["markup"], "css": data["css"]} if own else {}
        if isinstance(form, LayoutForm):
            said = {"look": data["look"], "options": form.options()}
        try:
            made = save_layout(
                company_id=request.company.pk, name=data["name"], language=data["language"], actor=request.actor,
                at=clock.now(), **said,
            )  # fmt: skip
        except BusinessError as error:
            _show(form, error)
        else:
            messages.success(
                request, _("Version %(version)s is saved. Look at it, then put it in use.") % {"version": made.version}
            )
            return redirect("billing:layout_edit", company=request.company.slug, layout=made.uuid)
    context = {
        "form": form, "own": own, "layout": found, "versions": versions(found) if found else [], "tabs": tabs(request),
        "trial": _trial(found),
    }  # fmt: skip
    return render(request, "billing/settings/layout_edit.html", context, status=422 if form.errors else 200)


def _form(request: OfficeRequest, found: Layout | None, *, own: bool) -> LayoutForm | CustomForm:
    about = {"name": found.name, "language": found.language, "look": found.look} if found else {}
    if own:
        text = opened(files.fetch(found.source)) if found and found.source else None
        said = {"markup": text.markup if text else STARTER, "css": text.css if text else ""}
        return CustomForm(request.POST or None, initial=about | said)
    return LayoutForm(request.POST or None, initial=initial(found.options if found else None) | about)


def _show(form: LayoutForm | CustomForm, error: BusinessError) -> None:
    """At its field, where the form has one of that name: blocks, columns and words are many fields."""
    if error.field in form.fields:
        add_business_error(form, error)
    else:
        form.add_error(None, sentence(error))


def _trial(found: Layout | None) -> str:
    """How an own template stands: untried, failed, or good; empty for the house's looks."""
    if found is None or found.look != Look.CUSTOM:
        return ""
    if found.tried_at is None:
        return "untried"
    return "failed" if found.problem else "good"


@office("settings.edit", methods=("POST",))
def preview(request: OfficeRequest) -> HttpResponse:
    """What is typed, as a page on the screen: a frame of its own, nothing is stored."""
    form = LayoutForm(request.POST)
    form.fields["name"].required = False  # how it looks does not depend on what it is called
    if not form.is_valid():
        return render(request, "billing/settings/layout_problem.html", {"problem": form.errors.as_text()}, status=422)
    look, language = form.cleaned_data["look"], form.cleaned_data["language"]
    try:
        options = checked(form.options(), language=language)
    except BusinessError as error:
        return render(request, "billing/settings/layout_problem.html", {"problem": sentence(error)}, status=422)
    company = request.company
    facts, parties = ample(language or company.language, company.country, FEW)
    template = {"name": look, "version": BASES[look], "options": options}
    view = document_view(facts | {"template": template, "payment_reference": None}, letterhead(parties, company))
    if view.payment:
        view = replace(view, payment=replace(view.payment, qr=None))
    sheet = reverse("billing:layout_sheet", args=[company.slug, look, options["accent"][1:]])
    page = to_html(view).replace("</head>", f'<link rel="stylesheet" href="{sheet}"/></head>', 1)
    return HttpResponse(page)


@office("settings.view", methods=("GET",))
def sheet(request: OfficeRequest, look: str, accent: str) -> HttpResponse:
    """The print styles of a look in an accent, with a margin for the screen."""
    if look not in BASES or look == Look.CUSTOM or not re.fullmatch("[0-9a-f]{6}", accent):
        raise Http404
    facts, parties = ample("en", request.company.country, 1)
    view = document_view(facts | {"template": {"name": look, "version": BASES[look]}}, parties)
    text = "".join((STYLES / f"{name}.css").read_text("utf-8") for name in sheets(view))
    screen = "html { background: #fff; zoom: .72 } body { width: 165mm; padding: 12mm 20mm 12mm 25mm }"
    return HttpResponse(text.replace(DEFAULTS["accent"], f"#{accent}") + screen, content_type="text/css")


@office("settings.view", methods=("GET",))
def pdf(request: OfficeRequest, layout: uuid.UUID) -> HttpResponse:
    """A specimen on paper; while it is being made, a page that waits for it (202)."""
    found = one(request, layout)
    data: bytes | None = cache.get(layout_key(found.uuid))
    if data is None:
        _ask("billing.tasks.preview_layout", found)
        back = reverse("billing:layout_edit", args=[request.company.slug, found.uuid])
        return render(
            request,
            "billing/documents/waiting.html",
            {"failed": False, "back": back, "back_label": _("Back to the layout")},
            status=202,
        )
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="specimen.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@office("settings.edit", methods=("POST",))
def attempt(request: OfficeRequest, layout: uuid.UUID) -> HttpResponse:
    """Have the renderer print 2,000 lines."""
    found = one(request, layout)
    _ask("billing.tasks.try_layout", found)
    messages.info(request, _("2,000 lines are being printed. This takes up to a minute; look at this page again."))
    # Nothing is written here, so the answer is not the one that says so.
    return HttpResponse(
        status=303, headers={"Location": reverse("billing:layout_edit", args=[request.company.slug, found.uuid])}
    )


def _ask(task: str, layout: Layout) -> None:
    """Once in a while: pages that wait ask again and again. A broker that is down must not take the page with it."""
    key = f"{task}:{layout.uuid}:asked"
    if not cache.add(key, True, ASK_SECONDS):
        return
    try:
        current_app.send_task(task, (layout.pk,), queue=RENDER, retry=False)
    except Exception:
        log.warning("broker unreachable, layout %s waits", layout.uuid)
        cache.delete(key)


@office("settings.edit", methods=("POST",))
def use(request: OfficeRequest, layout: uuid.UUID) -> HttpResponse:
    return _put(request, layout, use_layout, _("New documents are printed like this from now on."))


@office("settings.edit", methods=("POST",))
def leave(request: OfficeRequest, layout: uuid.UUID) -> HttpResponse:
    return _put(request, layout, leave_layout, _("New documents are printed in the standard layout again."))


def _put(request: OfficeRequest, layout: uuid.UUID, verb: object, done: str) -> HttpResponse:
    one(request, layout)
    try:
        assert callable(verb)
        verb(company_id=request.company.pk, layout_uuid=layout, actor=request.actor, at=clock.now())
    except BusinessError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect("billing:layout_edit", company=request.company.slug, layout=layout)
