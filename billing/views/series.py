"""Settings of number series: pattern with a live example, the default, and jumps of the counter."""

import uuid
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.actions.series import add_series, change_series, jump_counter, prefer_series
from billing.forms.series import JumpForm, NewSeriesForm, SeriesForm
from billing.models import Jump, Series
from billing.reports.series import Standing, standings
from billing.rules.numbering import LARGEST_SEQ, check
from billing.rules.numbering import render as number
from billing.views.common import today_of
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.reports.timeline import timeline
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


def one(request: OfficeRequest, series: uuid.UUID) -> Standing:
    for found in standings(request.company, today_of(request)):
        if found.series.uuid == series:
            return found
    raise Http404


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    context = {"standings": standings(request.company, today_of(request)), "tabs": tabs(request)}
    return render(request, "billing/settings/series.html", context)


@office("series.edit", methods=("GET",))
def example(request: OfficeRequest) -> HttpResponse:
    """What the pattern in the query would write today, or what is wrong with it."""
    pattern, reset, seq = (request.GET.get(name, "") for name in ("pattern", "reset", "seq"))
    running = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 20 and 0 < int(seq) <= LARGEST_SEQ else 1
    context = {}
    try:
        check(pattern, reset)
        context["example"] = number(pattern, running, today_of(request))
    except BusinessError as error:
        context["problem"] = sentence(BusinessError(f"series.{error.params['reason']}")) if pattern else ""
    return render(request, "billing/settings/series_example.html", context)


@office("series.edit")
def new(request: OfficeRequest) -> HttpResponse:
    form = NewSeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_series(company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The series %(name)s is added.") % {"name": made.name})
            return _to_list(request)
    context = {"form": form, "seq": 1, "tabs": tabs(request)}
    return render(request, "billing/settings/series_new.html", context, status=422 if form.errors else 200)


@office("series.edit")
def edit(request: OfficeRequest, series: uuid.UUID) -> HttpResponse:
    standing = one(request, series)
    row = standing.series
    stored = {"name": row.name, "pattern": row.pattern, "reset": row.reset}
    form = SeriesForm(request.POST or None, initial=stored)
    if row.is_external:
        form.fields["pattern"].required = form.fields["reset"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            change_series(
                company_id=request.company.pk,
                series_uuid=row.uuid,
                actor=request.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return _to_list(request)
    return _page(request, standing, form=form)


def _page(request: OfficeRequest, standing: Standing, **forms: Form) -> HttpResponse:
    row = standing.series
    context: dict[str, Any] = {
        "standing": standing,
        "form": SeriesForm(initial={"name": row.name, "pattern": row.pattern, "reset": row.reset}),
        "jump_form": JumpForm(auto_id="jump_%s"),
        "seq": standing.last + 1,
        "jumps": list(Jump.objects.filter(counter__series=row).select_related("counter", "jumped_by").order_by("-id")),
        "tabs": tabs(request),
        "entries": timeline(row.uuid, [Series.history.filter(id=row.pk)]),
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "billing/settings/series_edit.html", context | forms, status=422 if wrong else 200)


@office("series.edit", methods=("POST",))
def jump(request: OfficeRequest, series: uuid.UUID) -> HttpResponse:
    standing = one(request, series)
    form = JumpForm(request.POST, auto_id="jump_%s")
    if form.is_valid():
        try:
            jump_counter(
                company_id=request.company.pk,
                series_uuid=standing.series.uuid,
                actor=request.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("The numbers are skipped; the gap ledger shows why."))
            return redirect("billing:series_edit", company=request.company.slug, series=standing.series.uuid)
    return _page(request, standing, jump_form=form)


@office("series.edit", methods=("POST",))
def prefer(request: OfficeRequest, series: uuid.UUID) -> HttpResponse:
    standing = one(request, series)
    prefer_series(company_id=request.company.pk, series_uuid=standing.series.uuid, actor=request.actor, at=clock.now())
    messages.success(request, _("New documents are numbered from %(name)s.") % {"name": standing.series.name})
    return _to_list(request)


def _to_list(request: OfficeRequest) -> HttpResponse:
    return redirect("billing:series", company=request.company.slug)
