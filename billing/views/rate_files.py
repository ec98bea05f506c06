"""Files of published exchange rates: upload, look at what they would change, store."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.actions.rate_files import store_rates, take_rates
from billing.forms.rates import RateUploadForm, StoreRatesForm
from billing.models import RateFile
from billing.models.rate import RateOrigin
from billing.reports.rates import findings, preview
from billing.rules.rates import is_absurd
from billing.views.common import today_of
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office


@office("rates.edit")
def new(request: OfficeRequest) -> HttpResponse:
    """Take a file; its page shows what it would change before anything is stored."""
    form = RateUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = take_rates(
                company_id=request.company.pk,
                content=upload.read(),
                name=upload.name,
                origin=RateOrigin.UPLOAD,
                since=form.cleaned_data["since"],
                actor=request.actor,
                at=clock.now(),
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            return redirect("billing:rate_file", company=request.company.slug, rate_file=file.uuid)
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "billing/settings/rate_file_new.html", context, status=422 if form.errors else 200)


@office("settings.view", methods=("GET",))
def show(request: OfficeRequest, rate_file: uuid.UUID) -> HttpResponse:
    return _page(request, _one(request, rate_file), StoreRatesForm())


@office("rates.edit", methods=("POST",))
def store(request: OfficeRequest, rate_file: uuid.UUID) -> HttpResponse:
    file, form = _one(request, rate_file), StoreRatesForm(request.POST)
    if form.is_valid():
        try:
            stored = store_rates(
                company_id=request.company.pk,
                file_uuid=file.uuid,
                actor=request.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except BusinessError as error:
            add_business_error(form, error)
        else:
            text = ngettext("%(n)s rate is stored.", "%(n)s rates are stored.", stored.new) % {"n": stored.new}
            messages.success(request, text if stored.new else _("Every rate of this file was stored before."))
            return redirect("billing:rates", company=request.company.slug)
    return _page(request, file, form)


def _one(request: OfficeRequest, rate_file: uuid.UUID) -> RateFile:
    rows = RateFile.objects.for_company(request.company).select_related("blob__company", "taken_by")
    found: RateFile | None = rows.filter(uuid=rate_file).first()
    if found is None:
        raise Http404
    return found


def _page(request: OfficeRequest, file: RateFile, form: StoreRatesForm) -> HttpResponse:
    """What storing the file would do now; a file that cannot be read any more says why instead."""
    context: dict[str, Any] = {"file": file, "form": form, "tabs": tabs(request)}
    if file.problem:
        context["problem"] = sentence(BusinessError(file.problem))
    if file.blob is not None:
        found = findings(request.company, file, today_of(request))
        context |= {"preview": preview(found), "absurd": is_absurd(found)}
    return render(request, "billing/settings/rate_file.html", context, status=422 if form.errors else 200)
