"""Settings of exchange rates."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from billing.actions.rates import enter_rate, remove_rate
from billing.forms.rates import RateFilter, RateForm
from billing.models import ExchangeRate
from billing.reports.rates import days, latest_files, newest, source_trouble, with_change
from billing.views.common import today_of
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.messages import sentence
from invoicing_site.paging import keyset
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office

FILES = 5


@office("settings.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """The newest rate of each currency with its age and trend, and the latest files; one currency day by day if the URL says so."""
    form = RateFilter(request.GET, company=request.company)
    currency = form.cleaned_data["currency"] if form.is_valid() else ""
    context: dict[str, Any] = {"filter": form, "currency": currency, "tabs": tabs(request)}
    if currency:
        page = keyset(days(request.company, currency), request.GET.dict(), "-rate_date", "-id")
        with_change(page)
        context["page"] = page
    else:
        context["newest"] = newest(request.company, today_of(request))
        context["files"] = latest_files(request.company, FILES)
        trouble = source_trouble(request.company)
        context["trouble"] = trouble
        context["problem"] = sentence(BusinessError(trouble.problem)) if trouble and trouble.problem else ""
    return render(request, "billing/settings/rates.html", context)


@office("rates.edit")
def new(request: OfficeRequest) -> HttpResponse:
    form = RateForm(request.POST or None, company=request.company, today=today_of(request))
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "quoted"}
        try:
            enter_rate(company_id=request.company.pk, actor=request.actor, at=clock.now(), **values)
        except BusinessError as error:
            if error.code == "fx.out_of_band":
                form.ask_why()
            add_business_error(form, error)
        else:
            messages.success(request, _("The rate is entered."))
            return _to_list(request)
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "billing/settings/rate_new.html", context, status=422 if form.errors else 200)


@office("rates.edit", methods=("POST",))
def remove(request: OfficeRequest, exchange_rate: uuid.UUID) -> HttpResponse:
    if not ExchangeRate.objects.for_company(request.company).filter(uuid=exchange_rate).exists():
        raise Http404
    remove_rate(company_id=request.company.pk, rate_uuid=exchange_rate, actor=request.actor, at=clock.now())
    messages.success(request, _("The rate is removed. Documents issued with it keep it."))
    return _to_list(request)


def _to_list(request: OfficeRequest) -> HttpResponse:
    return redirect("billing:rates", company=request.company.slug)
